"""What people ask for by mail is read rightly, whatever their mail program makes of it; and a post that
contains words of commands is none."""

from __future__ import annotations

import pytest

from mailhub.commands.grammar import Command, Place, lost_day, nearest, understand
from mailhub.commands.inspecting import understood_at
from mailhub.commands.tables import languages
from mailhub.reading import read
from tests.unit.commands.clients import CLIENTS, DATE, Client, nothing_but_words
from tests.unit.commands.tables import posts, said, shown

PHRASES = said("phrases.tsv")
VERBS = {
    Place.LIST: "leave undo mute status",
    Place.SETTINGS: "join leave each daily weekly monthly none pause resume mute unmute status help "
    "communities get more my-data forget-me undo copy no-copy listed unlisted add-address role found find known-as remove-address use-address invite remove appoint set",
    Place.CONFIRM: "yes no",
    Place.DECISION: "approve reject discard trust hold edit forward ban undo",
    Place.RSVP: "yes no maybe",
    Place.ARRANGING: "close open pin unpin move split merge take-down restore posting",
    Place.FACILITATOR: "close open pin unpin move split merge take-down restore posting",
    Place.DIGEST: "answer more yes no maybe leave weekly monthly",
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_every_way_to_say_it_in_every_mail_program(client: Client) -> None:
    wrong = []
    for row in PHRASES:
        letter = read(client(row.words))
        found = shown(understand(letter, row.place)).replace("’", "'")
        if found != row.commands:
            wrong.append((row, found, letter.new_text))
    assert not wrong


def test_thousands_more_ways_each_in_one_mail_program() -> None:
    wrong = []
    for number, row in enumerate([*said("phrases_more.tsv"), *said("phrases_last.tsv")]):
        letter = read(CLIENTS[number % len(CLIENTS)](row.words))
        found = shown(understand(letter, row.place)).replace("’", "'")
        if found != row.commands:
            wrong.append((row, found, letter.new_text))
    assert not wrong


def test_inspect_says_when_digests_are_to_come_and_what_communities_are_about() -> None:
    for words, expected in (
        ("weekly on a Friday at 4pm please", Command("weekly", "friday 16")),
        ("Monthly, on the first Friday", Command("monthly", "friday")),
        ("any communities about housing?", Command("communities", "housing")),
        ("weekly", Command("weekly")),
    ):
        assert understood_at(read(nothing_but_words(words)), Place.SETTINGS) == (expected,)
    back = "Away from Monday 30 November to Friday 4 December, back on Monday 7 December"
    assert understood_at(read(nothing_but_words(back)), Place.SETTINGS)[0].verb == "pause"


@pytest.mark.parametrize("table", ["welsh.tsv", "german.tsv"])
def test_the_same_in_other_languages(table: str) -> None:
    wrong = [
        (row, found)
        for row in said(table)
        if (found := shown(understand(read(nothing_but_words(row.words)), row.place)))
        != row.commands
    ]
    assert not wrong


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_post_with_words_of_commands_is_none(client: Client) -> None:
    assert len(posts()) >= 200
    letters = {post: read(client(post)) for post in posts()}
    for place in (Place.LIST, Place.ARRANGING):
        taken = [post for post, letter in letters.items() if understand(letter, place)]
        assert taken == []


@pytest.mark.parametrize("place", Place)
def test_every_verb_is_in_the_table_of_phrases(place: Place) -> None:
    rows = [row for row in PHRASES if row.place is place]
    heard = {
        part.split("=")[0].split(":")[-1] for row in rows for part in row.commands.split(" | ")
    }
    assert heard - {"-"} == set(VERBS[place].split())


def letter_bytes(text: str = "", subject: str = "", **headers: str) -> bytes:
    lines = [f"Subject: {subject}", f"Date: {DATE}", "From: Jane Doe <jane@leeds.example>"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


def heard(place: Place, text: str = "", subject: str = "", **headers: str) -> str:
    return shown(understand(read(letter_bytes(text, subject, **headers)), place))


def test_the_subject_counts_where_the_body_says_nothing() -> None:
    assert heard(Place.LIST, "", "Unsubscribe") == "leave"
    assert heard(Place.LIST, "Thanks\r\nJane\r\n", "unsubscribe please") == "leave"
    assert heard(Place.LIST, "please remove me", "Unsubscribe") == "leave"
    assert heard(Place.SETTINGS, "", "Weekly") == "weekly"
    assert heard(Place.SETTINGS, "-- \r\nJane Doe", "get doc 12") == "get=doc 12"
    assert heard(Place.SETTINGS, "I do not work there any more", "unsubscribe") == "leave"
    assert heard(Place.DECISION, "", "approve") == "approve"
    # Words of one's own go before it, and a post is one whatever its subject says.
    assert heard(Place.SETTINGS, "monthly", "weekly") == "monthly"
    assert heard(Place.LIST, "How do others count those who do?", "Unsubscribe") == "-"
    assert heard(Place.SETTINGS, "I shall be on leave. Who covers?", "Leave") == "-"


def test_the_subject_of_an_answer_is_not_its_authors() -> None:
    ours = {"In_Reply_To": "<a@b>", "References": "<a@b>"}
    for place in Place:
        for subject in ("Re: unsubscribe", "RE: yes", "AW: approve", "Fwd: Re: weekly", "Re: ok"):
            assert heard(place, "", subject, **ours) == "-"
            assert heard(place, "> yes\r\n", subject, **ours) == "-"
    assert heard(Place.LIST, "", "Re: unsubscribe") == "leave"  # typed so


def test_leave_alone_may_answer_somebodys_question() -> None:
    for word in ("leave", "Stop.", "stop please"):
        assert heard(Place.LIST, word) == "leave"
        assert heard(Place.LIST, word, In_Reply_To="<question@leeds.example>") == "-"
        assert heard(Place.LIST, word, "Re: Leave or remain?") == "-"


def test_what_programs_write_is_no_command() -> None:
    for place in Place:
        for text in ("yes", "I'm on leave until 12 December", "weekly", "1 ok", "approve", "no"):
            assert heard(place, text, "Re: x", Auto_Submitted="auto-replied") == "-"
        assert heard(place, "yes", "Automatic reply: Policy") == "-"
        assert heard(place, "Liked “Shall we?”") == "-"
        assert heard(place) == "-"
        assert heard(place, " \r\n\r\n\xa0\r\n") == "-"
    assert heard(Place.SETTINGS, "I am on leave until 12 December", "Out of office") == "-"


def test_a_program_may_unsubscribe_for_its_user() -> None:
    gmail = "This message was automatically generated by Gmail."
    for place in (Place.LIST, Place.SETTINGS):
        assert heard(place, gmail, "unsubscribe") == "leave"
        assert heard(place, gmail, "unsubscribe", Auto_Submitted="auto-generated") == "leave"
        assert heard(place, "", "Automatic reply: unsubscribe") == "-"


@pytest.mark.parametrize(
    ("part", "commands"),
    [
        # The logo below Outlook's signature, by whichever way it comes.
        ("Content-Type: image/png; name=image001.png\r\nContent-Disposition: inline", "leave"),
        ("Content-Type: image/png; name=image001.png\r\nContent-ID: <image001.png@01>", "leave"),
        ("Content-Type: image/png\r\nContent-Disposition: attachment; filename=l.png", "leave"),
        ("Content-Type: application/octet-stream; name=Council_Logo.png", "leave"),
        ('Content-Type: text/vcard; name="jane.vcf"', "leave"),
        ("Content-Type: application/ms-tnef; name=winmail.dat", "leave"),
        ("Content-Type: text/plain; name=ATT00001.txt\r\nContent-Disposition: attachment", "leave"),
        # Papers, inline too, as Apple Mail sends them; photographs; dates.
        ("Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf", "-"),
        ("Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: inline", "-"),
        ("Content-Type: text/calendar; name=leave.ics\r\nContent-Disposition: attachment", "-"),
    ],
)
def test_a_paper_makes_it_a_post_and_a_logo_does_not(part: str, commands: str) -> None:
    mime = {"MIME_Version": "1.0", "Content_Type": 'multipart/mixed; boundary="b"'}
    text = "Content-Type: text/plain\r\n\r\nunsubscribe\r\n"
    body = f"--b\r\n{text}--b\r\n{part}\r\n\r\nwords\r\n--b--\r\n"
    assert heard(Place.LIST, body, **mime) == commands


def test_a_photograph_makes_it_a_post() -> None:
    mime = {"MIME_Version": "1.0", "Content_Type": 'multipart/mixed; boundary="b"'}
    photo = "Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=queue.jpg"
    body = f"--b\r\n\r\nunsubscribe\r\n--b\r\n{photo}\r\n\r\n{'words ' * 2_000}\r\n--b--\r\n"
    assert heard(Place.LIST, body, **mime) == "-"


def test_what_stands_below_the_closing_is_a_signature() -> None:
    card = "Jane Doe\r\nHead of Policy\r\nLeeds City Council\r\n0113 496 0000"
    assert heard(Place.LIST, f"unsubscribe\r\n\r\n{card}") == "leave"
    assert heard(Place.LIST, f"unsubscribe\r\n\r\nThanks\r\n\r\n{card}") == "leave"
    more = (
        "We found that nine in ten residents never see this word, which is why we changed the page."
    )
    assert heard(Place.LIST, f"unsubscribe\r\n\r\nThanks\r\n\r\n{more}") == "-"
    assert heard(Place.LIST, f"unsubscribe\r\n\r\n{more}") == "-"


def test_the_days_are_those_of_the_writer() -> None:
    def day(date: str, words: str = "pause until tomorrow") -> str:
        mail = letter_bytes(words).replace(DATE.encode(), date.encode())
        return shown(understand(read(mail), Place.SETTINGS))

    assert day("Sat, 21 Nov 2026 23:30:00 +0000") == "pause=2026-11-22"
    assert day("Sat, 21 Nov 2026 23:30:00 -0500") == "pause=2026-11-22"
    assert day("Sun, 22 Nov 2026 00:30:00 +0100") == "pause=2026-11-23"
    assert day("no date at all") == "-"


def test_it_can_be_said_for_all_communities() -> None:
    for words in ("weekly for all my communities", "pause all communities until 12 December"):
        (command,) = understand(read(letter_bytes(words)), Place.SETTINGS)
        assert command.everywhere
    assert understand(read(letter_bytes("weekly")), Place.SETTINGS) == (Command("weekly"),)


def test_what_may_have_been_meant() -> None:
    def near(place: Place, text: str) -> tuple[str, ...]:
        return nearest(read(letter_bytes(text)), place)

    assert near(Place.SETTINGS, "the weekly thing, not sure how")[0] == "weekly"
    assert near(Place.SETTINGS, "is it possible to unsubscribe or what?")[0] == "leave"
    assert near(Place.DECISION, "I would not approve that if I were you")[0] == "approve"
    assert near(Place.CONFIRM, "") == ("yes", "no")
    assert near(Place.SETTINGS, "Could you make it fortnightly?") == ("weekly", "monthly", "pause")
    for place in Place:
        assert 2 <= len(near(place, "something else altogether")) <= 3


def test_a_day_that_is_none_is_named() -> None:
    for words, day in (
        ("pause until 31 February please", "31 February"),
        ("No mail till 3 November 2025", "3 November 2025"),
        ("Back on the 31st of June!", "the 31st of June"),
        ("pause until 12 December", ""),
        ("pause until further notice", ""),
    ):
        assert lost_day(read(letter_bytes(words)), Place.SETTINGS) == day


def test_all_languages_say_the_same_things() -> None:
    english, *others = sorted(languages(), key=lambda language: language.code != "en")
    assert [language.code for language in others] == ["cy", "de"]
    for language in others:
        places = {place: said for place, said in language.places.items() if said.verbs}
        assert places.keys() == english.places.keys()
        assert language.signs.keys() == english.signs.keys()
        for place, patterns in places.items():
            assert patterns.verbs == english.places[place].verbs, (language.code, place)
