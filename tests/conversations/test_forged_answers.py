"""Answers to mails of the hub that somebody else writes: what they saw of such a mail is not enough."""

from __future__ import annotations

from sqlalchemy import select

from mailhub import membership
from mailhub.library.tables import Version
from mailhub.models import PostBody
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
SETTINGS = f"policy+settings@{D}"


def test_what_a_member_answers_to_the_list_gives_nobody_their_word(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(f"policy+help@{D}")
    guide = jane.receives("")
    answered = str(guide["Message-ID"])
    jane.writes(
        policy,
        "A template",
        "Has anybody a template for a protocol of scrutiny?",
        In_Reply_To=answered,
        References=answered,
        Cc=str(guide["Reply-To"]),
    )
    post = tom.receives("A template")
    assert post["In-Reply-To"] is None
    assert post["References"] is None
    assert post["Cc"] is None
    assert "+n-" not in post.as_string()


def test_nor_does_what_they_quote_or_attach(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(f"policy+help@{D}")
    guide = jane.receives("")
    head = "".join(f"> {name}: {guide[name]}\n" for name in ("Reply-To", "Message-ID"))
    jane.writes(
        policy,
        "What is this?",
        f"I got this mail:\n\n{head}> {guide.get_body(('plain',)).get_content()}",  # type: ignore[union-attr]
        attach={"guide.eml": guide.as_bytes()},
    )
    post = tom.receives("What is this?")
    assert "I got this mail" in post.as_string()
    shown = [part.get_payload(decode=True) for part in post.walk() if not part.is_multipart()]
    assert not any(b"+n-" in octets or b"<n-" in octets for octets in shown)  # type: ignore[operator]
    # Nor is it kept where others look: in the archive, in the search, in the library.
    with hub.hub.database.reading() as session:
        for body in session.scalars(select(PostBody)):
            assert "I got this mail" in body.new_text
            assert "+n-" not in body.text + body.new_text + body.html
        for one in session.scalars(select(Version)):
            assert b"+n-" not in hub.hub.tools.blobs.open(one.sha256).read()


def test_an_answer_to_a_mail_of_ours_is_not_enough_for_grave_things(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    fay.writes(f"policy+help@{D}")
    seen = str(fay.receives("")["Message-ID"])
    for words in (
        "add address evil@evil.example",
        "remove jane@leeds.example",
        "make jane@leeds.example organiser",
        "set joining open",
    ):
        fay.writes(SETTINGS, "x", words, sender="x@evil.example", In_Reply_To=seen)
        assert "shall we" in fay.receives("")["Subject"], words
    jane.receives_nothing()
    hub.person("E", "evil@evil.example").receives_nothing()
    fay.writes(SETTINGS, "x", "weekly", In_Reply_To=seen)
    fay.receives("done")


def test_nor_for_founding_a_part(hub: RunningHub, policy: str) -> None:
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="organiser")
    fay.writes(f"policy+help@{D}")
    seen = str(fay.receives("")["Message-ID"])
    form = "found a community\n\nName: Evil plans\nAddress: evil-plans\nAbout: We plan evil things."
    fay.writes(f"hub@{D}", "found", form + "\nPart of: policy", In_Reply_To=seen)
    assert hub.outcomes()[-1] == "asked"
    with hub.hub.database.reading() as session:
        assert membership.community_of(session, "evil-plans") is None


def test_undo_is_about_one_change_which_the_question_names(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    jane.writes(SETTINGS, "", "weekly")
    jane.replies(jane.receives("shall we"), "yes")
    receipt = jane.receives("done")
    jane.writes(SETTINGS, "", "undo")
    question = jane.receives("shall we")
    assert "mail of Policy and Performance comes as before" in str(question.get_content())
    # What she does before she answers is not what she was asked about.
    jane.replies(receipt, "I am a reader")
    jane.receives("done")
    jane.replies(question, "yes")
    told = str(jane.receives("done").get_content())
    assert "Undone: mail of Policy and Performance comes as before" in " ".join(told.split())
    # A mail that tells of no change has nothing to undo.
    jane.writes(f"policy+help@{D}")
    jane.replies(jane.receives(""), "undo")
    assert "nothing to undo" in str(jane.receives("nothing to change").get_content())


def test_undoing_what_is_grave_is_asked_about(hub: RunningHub, policy: str, jane: Person) -> None:
    jane.writes(f"hub@{D}", "", "add address jane@home.example")
    jane.replies(jane.receives("shall we"), "yes")
    jane.receives("done")
    home = hub.person("Jane Doe", "jane@home.example")
    home.replies(home.receives("your address"), "yes")
    home.receives("")
    jane.receives("")
    jane.writes(f"hub@{D}", "", "remove address jane@home.example")
    jane.replies(jane.receives("shall we"), "yes")
    receipt = jane.receives("done")
    # Whoever has seen that receipt, as who had the address may have, does not get it back by it.
    jane.replies(receipt, "undo", sender="x@evil.example")
    question = jane.receives("shall we do this?")
    assert "the address is yours again" in str(question.get_content())
    with hub.hub.database.reading() as session:
        assert membership.person_of(session, home.address) is None
    jane.replies(question, "yes")
    jane.receives("done")
    with hub.hub.database.reading() as session:
        assert membership.person_of(session, home.address) is not None


def test_nor_is_anybody_taken_off_by_one(hub: RunningHub, policy: str, jane: Person) -> None:
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    for who, words in ((jane, "leave"), (fay, "leave"), (fay, "I am a reader")):
        who.writes(f"policy+help@{D}")
        who.replies(who.receives(""), words, sender="x@evil.example")
        who.receives("shall we do this?")
    # How mail comes to herself is no such thing.
    jane.writes(f"policy+help@{D}")
    jane.replies(jane.receives(""), "I am a reader")
    jane.receives("done")
