"""Robots are told from people: by RFC 3834, by headers of their own, by subject and words together."""

from __future__ import annotations

from email.message import Message
from pathlib import Path

import pytest

from mailhub.reading import parts, robots

LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "robots_subjects.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def mail(subject: str, text: str = "Hello.", **fields: str) -> Message:
    header = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return parts.tree(
        f"From: jane.doe@leeds.example\nTo: policy@lists.example.org\nSubject: {subject}\n{header}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
    )


@pytest.mark.parametrize(("kind", "subject", "text"), LINES, ids=[line[1] for line in LINES])
def test_subject_and_words_tell_a_robot_from_a_person(kind: str, subject: str, text: str) -> None:
    message = mail(subject, text)
    assert robots.is_auto_reply(message, subject) == (kind == "robot")
    assert not robots.is_receipt(message)
    assert robots.reaction(message, text) == ""


@pytest.mark.parametrize(
    ("name", "value", "robot"),
    [
        ("Auto-Submitted", "auto-replied", True),
        ("Auto-Submitted", "auto-generated; comment", True),
        ("Auto-Submitted", "no", False),
        ("Precedence", "bulk", True),
        ("Precedence", "junk", True),
        ("Precedence", "auto_reply", True),
        ("Precedence", "list", False),
        ("Precedence", "normal", False),
        ("X-Autoreply", "yes", True),
        ("X-Autoreply", "no", False),
        ("X-Autorespond", "Out of office", True),
        ("X-Auto-Response-Suppress", "All", False),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply", False),
        ("X-MS-Exchange-Inbox-Rules-Loop", "jane.doe@leeds.example", False),
        ("X-MS-Exchange-Generated-Message-Source", "Mailbox Rules Agent", True),
        ("X-Boxtrapper", "_DoJ6cwyZIKmT2", True),
        ("X-Mailer", "Microsoft Outlook 16.0", False),
    ],
)
def test_headers_that_only_robots_write(name: str, value: str, robot: bool) -> None:
    assert robots.is_auto_reply(mail("Indicator 6", **{name: value}), "Indicator 6") == robot


def test_exchange_says_by_two_headers_together_that_it_answered_itself() -> None:
    message = mail(
        "Indicator 6",
        X_MS_Exchange_Inbox_Rules_Loop="jane.doe@leeds.example",
        X_Auto_Response_Suppress="All",
    )
    assert robots.is_auto_reply(message, "Indicator 6")


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("Liked “We count a household once”", "👍"),
        ("Loved “See you in Leeds”", "❤️"),
        ('Disliked "Room 4"', "👎"),
        ("Laughed at “The form is 40 pages”", "😂"),
        ("Emphasized “by Friday”", "‼️"),
        ("Questioned “Indicator 6”", "❓"),
        ("Reacted 🎉 to “We are finished”", "🎉"),
        ("Loved an image", "❤️"),
        ("Removed a like from “See you in Leeds”", "↩️"),
        ("A aimé « Merci à tous »", "👍"),
        ("Jane Doe reacted to your message:\n❤️", "❤️"),
        ("Jane Doe reacted to your message:", "👍"),
        ("I liked “We count a household once” best of all the answers.", ""),
        ("Liked the paper, thanks.", ""),
        ("👍", ""),
        ("Questioned by the scrutiny committee, we said “no”", ""),
        (
            "Several of you reacted to your message board being closed, so here is what happens next: "
            "we keep it until March, then move it, and nothing is lost. The members asked for that, and "
            "the officers agreed, so that is what we shall do.",
            "",
        ),
    ],
)
def test_reactions_in_words(words: str, sign: str) -> None:
    assert robots.reaction(mail("Re: Indicator 6", words), words) == sign


def test_a_reaction_of_gmail_is_read_from_its_own_part() -> None:
    raw = (
        "From: jane.doe@leeds.example\nSubject: Re: Indicator 6\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=utf-8\n\n👍 Jane Doe reacted via Gmail\n"
        "--b\nContent-Type: text/vnd.google.email-reaction+json; charset=utf-8\n\n"
        '{"emoji": "🙏", "version": 1}\n'
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>🙏 Jane Doe reacted via Gmail</p>\n--b--\n"
    )
    assert robots.reaction(parts.tree(raw.encode()), "") == "🙏"
    spoilt = raw.replace('{"emoji": "🙏", "version": 1}', '{"emoji": "<script>alert(1)</script>"}')
    assert robots.reaction(parts.tree(spoilt.encode()), "") == "👍"


def test_a_reaction_by_rfc_9078() -> None:
    message = mail("Re: Indicator 6", "😊", Content_Disposition="reaction")
    assert robots.reaction(message, "😊") == "😊"


def test_who_passed_a_mail_on_is_told_by_ids_and_addresses() -> None:
    message = mail(
        "Indicator 6",
        List_Id="Policy and Performance <Policy.Lists.Example.Org>",
        List_Post="<mailto:policy@lists.example.org?subject=x>",
        X_Loop="policy@lists.example.org",
        X_BeenThere="other@example.com",
        Mailing_List="list third@example.com; contact third-owner@example.com",
    )
    assert robots.passed_on_by(message) == (
        "policy.lists.example.org",
        "policy@lists.example.org",
        "other@example.com",
        "third@example.com",
    )
    assert robots.passed_on_by(mail("Indicator 6")) == ()
