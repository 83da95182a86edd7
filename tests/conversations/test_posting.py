"""People post, answer, file papers and leave; what each receives."""

from __future__ import annotations

import re
from collections import Counter

from mailhub import holds
from mailhub.notes import MOST_UNPROVEN
from tests.conversations.deciding import decided
from tests.conversations.meeting import words
from tests.conversations.people import Person, RunningHub


def test_a_post_reaches_the_others_with_the_manners_of_a_list(
    policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Indicator 6", "How do you count it?", Bcc="boss@leeds.example")

    post = tom.receives("Indicator 6")
    assert post["From"] == "Jane Doe <jane@leeds.example>"
    assert post["To"] == policy
    assert post["List-Id"] == "Policy and Performance <policy.lists.example.org>"
    assert post["List-Post"] == "<mailto:policy@lists.example.org>"
    assert post["Precedence"] == "list"
    assert post["Archived-At"].startswith("<https://hub.example.org/c/policy/m/")
    assert post["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "policy+r-" in post["Reply-To"]
    assert post["Bcc"] is None
    body = post.get_body(("plain",))
    assert body is not None
    assert body.get_content().split("\r\n-- \r\n")[0] == "How do you count it?\r\n"
    assert "in the archive of Policy and Performance: https://hub" in body.get_content()
    # Nobody gets their own mail back unless they want it.
    jane.receives_nothing()


def test_an_answer_threads_by_its_address_even_without_ids(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Indicator 6", "How do you count it?")
    post = tom.receives("Indicator 6")
    tom.writes(post["Reply-To"], "Something else entirely", "By hand.")
    answer = jane.receives("Something else entirely")
    assert answer["Reply-To"] != post["Reply-To"]
    assert hub.outcomes() == ["posted", "posted"]


def test_the_same_mail_again_is_posted_once(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    raw = (
        b"From: jane@leeds.example\r\nTo: policy@lists.example.org\r\nSubject: Once\r\n"
        b"Message-ID: <once@leeds.example>\r\n\r\nOnly once.\r\n"
    )
    for _ in range(3):
        hub.send(raw, jane.address, policy)
    assert sorted(hub.outcomes()) == ["again", "again", "posted"]
    tom.receives("Once")
    tom.receives_nothing()


def test_a_mail_to_two_communities_reaches_a_member_of_both_once(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    hub.community("housing", "Housing")
    hub.member("housing", "Jane Doe", jane.address)
    hub.member("housing", "Tom Price", tom.address)
    sue = hub.member("housing", "Sue Hill", "sue@york.example")
    jane.writes(f"{policy}, housing@lists.example.org", "For both", "Read this.")
    tom.receives("For both")
    tom.receives_nothing()
    sue.receives("For both")
    assert hub.outcomes() == ["posted", "posted"]


def test_a_strangers_mail_is_held(hub: RunningHub, policy: str, tom: Person) -> None:
    hub.person("Sam", "sam@shop.example").writes(policy, "Buy now", "Cheap.")
    assert hub.outcomes() == ["held"]
    tom.receives_nothing()


def test_what_was_held_is_posted_once_when_it_is_approved(
    hub: RunningHub, policy: str, tom: Person
) -> None:
    hub.community("housing", "Housing", strangers="accept")
    sue = hub.member("housing", "Sue Hill", "sue@york.example")
    sam = hub.person("Sam", "sam@shop.example")
    sam.writes(f"{policy}, housing@lists.example.org", "A question", "May I?")
    assert hub.outcomes() == ["held", "posted"]
    sue.receives("A question")
    with hub.hub.database.writing() as session:
        (held,) = holds.waiting(session)
        assert held["reason"] == "stranger"
        assert decided(session, held["id"], "approve") == "decided"
        assert decided(session, held["id"], "discard") == "late"
    tom.receives("A question")
    sue.receives_nothing()
    assert hub.outcomes() == ["held", "posted", "posted"]


def test_a_paper_is_filed_and_its_second_version_too(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Strategy", "First draft.", attach={"strategy.txt": b"One. " * 200})
    tom.receives("Strategy")
    jane.writes(policy, "Strategy again", "Better.", attach={"Strategy.txt": b"Two. " * 200})
    tom.receives("Strategy again")
    tom.writes("policy+settings@lists.example.org", "", "list docs")
    listing = tom.receives("The papers of")
    assert "strategy" in listing.get_content().lower()
    number = re.search(r"get doc (\d+)", listing.get_content())
    assert number, listing.get_content()
    tom.replies(listing, f"Get doc {number.group(1)}, please.\n\nTom\nSent from my iPhone")
    paper = tom.receives("trategy")
    (file,) = paper.iter_attachments()
    assert file.get_payload(decode=True).startswith(b"Two. "), "the newest version"


def test_help_tells_how_things_stand(hub: RunningHub, policy: str, tom: Person) -> None:
    tom.writes("policy-help@lists.example.org", "Help")
    guide = tom.receives("How Policy and Performance works by mail")
    assert guide["Auto-Submitted"] == "auto-replied"
    assert "Role: contributor" in guide.get_content()


def test_robots_are_never_posted_nor_answered(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Automatic reply: Bins", "I am away.", Auto_Submitted="auto-replied")
    jane.writes(policy, "Bins", "A bounce perhaps.", sender="")
    assert hub.outcomes() == ["auto-reply", "auto-reply"]
    jane.receives_nothing()
    tom.receives_nothing()


def test_our_own_mail_come_back_is_stopped(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Bins", "When?", List_Id="Policy <policy.lists.example.org>")
    assert hub.outcomes() == ["loop"]


def test_the_unsubscribe_address_acts_alone(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Bins", "When?")
    post = tom.receives("Bins")
    address = post["List-Unsubscribe"].rpartition("mailto:")[2].partition("?")[0]
    tom.writes(address, Auto_Submitted="auto-generated")
    assert hub.outcomes() == ["posted", "unsubscribed"]
    jane.writes(policy, "Bins again", "When?")
    tom.receives_nothing()


def test_what_is_held_at_two_addresses_comes_back_at_both(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    sam = hub.person("Sam", "sam@shop.example")
    sam.writes(
        f"{policy}, policy+docs@lists.example.org",
        "Prices",
        "Ours are attached.",
        attach={"prices.csv": b"a,b\n1,2\n"},
    )
    assert hub.outcomes() == ["held", "held"]
    with hub.hub.database.writing() as session:
        (held,) = holds.waiting(session)
        assert decided(session, held["id"], "approve") == "decided"
    jane.receives("Prices")
    assert hub.outcomes() == ["held", "held", "posted", "filed"]


def test_what_is_filed_quietly_is_told_to_its_author(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    docs = "policy+docs@lists.example.org"
    jane.writes(docs, "Our prices", attach={"prices.csv": b"a,b\n1,2\n"})
    jane.receives("Filed: prices.csv")
    jane.writes(docs, "Our prices", attach={"prices.csv": b"a,b\n1,2\n3,4\n"})
    filed = jane.receives("Filed: prices.csv")
    assert "- prices.csv: version 2 of document 1 " in words(filed)
    jane.replies(filed, "get doc 1")
    assert [part.get_filename() for part in jane.receives("prices").iter_attachments()] == [
        "prices.csv"
    ]
    jane.writes(docs, "Forgotten", "Here they are.")
    assert "no file in your mail" in words(jane.receives("Nothing was filed: Forgotten"))
    tom.receives_nothing()


def test_a_secret_community_answers_its_members_alone(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.community("inquiry", "The Inquiry", visibility="secret")
    sue = hub.member("inquiry", "Sue Hill", "sue@york.example")
    for verb in ("help", "settings"):
        jane.writes(f"inquiry+{verb}@lists.example.org", "list docs")
    jane.writes("inquiry@lists.example.org", "Nothing in it")
    jane.receives_nothing()
    sue.writes("inquiry+help@lists.example.org", "Help")
    sue.receives("How The Inquiry works")


def test_one_mail_by_many_names_is_answered_once(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    names = ("policy+settings", "policy-request", "policy+REQUEST", "Policy+Settings")
    jane.writes(", ".join(f"{name}@lists.example.org" for name in names), "list docs")
    jane.receives("The papers of")
    jane.receives_nothing()
    assert sorted(hub.outcomes()) == ["again", "again", "again", "answered"]


def test_what_another_list_sent_on_is_not_answered(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    settings = "policy+settings@lists.example.org"
    jane.writes(settings, "list docs", List_Id="<other.lists.example.com>")
    assert hub.outcomes() == ["not-answered"]
    jane.receives_nothing()


def test_a_robot_that_nobody_knows_for_one_is_not_answered_for_ever(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    for number in range(MOST_UNPROVEN + 3):
        jane.writes("policy+notices@lists.example.org", f"I am out of town {number}")
    assert Counter(hub.outcomes()) == {"answered": MOST_UNPROVEN, "not-answered": 3}
    assert len(jane.mailbox()) == MOST_UNPROVEN
