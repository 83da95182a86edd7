"""Whatever a stranger makes look like a returned mail is read soon, and never raises."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailhub.letter import ReturnedRecipient
from mailhub.reading import bounces, complaints, parts, returned, robots
from mailhub.reading.addressing import address_in
from mailhub.reading.reports import groups_of

HEAD = b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: b@lists.example.org\nSubject: Undelivered Mail\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\n\n"
REPORT = (
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    b"--b\n\nThe following addresses failed:\n--b\nContent-Type: message/delivery-status\n\n"
)

MONSTERS = {
    "addresses without end": PLAIN
    + b"The following addresses failed:\n\n"
    + b"".join(b"<jane%d@example.com>: 550 user unknown\n" % n for n in range(20_000)),
    "one line of a megabyte": PLAIN + b"could not be delivered to " + b"<a@b.c>:" * 131_072,
    "a line of at signs": PLAIN + b"The following address failed:\n" + b"@" * 500_000,
    "a local part without end": PLAIN
    + b"could not be delivered:\n"
    + b"a" * 500_000
    + b"@example.com",
    "brackets": PLAIN + b"rcpt to:<" * 60_000,
    "blanks": PLAIN + b"Recipient:" + b" " * 500_000 + b"jane@example.com",
    "codes": PLAIN + b"550 5.1.1 " * 60_000 + b"\n<jane@example.com>:\n",
    "digits and dots": PLAIN + b"1.1." * 120_000,
    "markup": b"Content-Type: text/html\n\n" + b"<style><p <br <<" * 40_000,
    "recipients of a report without end": REPORT
    + b"Final-Recipient: rfc822; jane@example.com\nAction: failed\nStatus: 5.1.1\n\n" * 20_000,
    "a field of a report without end": REPORT
    + b"Final-Recipient: rfc822;"
    + b" jane@example.com" * 30_000,
    "folds of a report without end": REPORT
    + b"Action: failed\nDiagnostic-Code: smtp; 550\n"
    + b" more words\n" * 50_000,
    "JSON of a thousand levels": PLAIN.replace(b"\n\n", b"\nFrom: x@amazonses.com\n\n")
    + b'{"a":' * 30_000,
    "blocks that speak of failure": PLAIN + b"could not be delivered @ x@y.z\n" * 30_000,
    "multiparts in multiparts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5_000)
    ),
    "two hundred levels and many lines": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(200)
    )
    + b"\n"
    + b"--x\n" * 60_000,
    "comments in a From without end": b"From: "
    + b"(" * 15_000
    + b"\nSubject: Undelivered\n\nHello",
    "names in a To without end": b"To: " + b"<" * 7_000 + b"a@b," * 2_000 + b"\n" + PLAIN,
    "parameters without end": b'Content-Type: multipart/report; a="' + b";" * 15_000 + b"\n\n",
    "out of office": PLAIN + b"I am out of the office. " * 30_000,
}


@pytest.mark.parametrize("body", MONSTERS.values(), ids=MONSTERS)
def test_monsters_are_read_soon(body: bytes) -> None:
    raw = HEAD + body
    message = parts.tree(raw)
    start = process_time()
    bounces.is_returned(message)
    found = returned.returned(message)
    complaints.is_complaint(message)
    robots.is_receipt(message)
    robots.is_auto_reply(message, "Out of office until Friday")
    robots.reaction(message, body.decode("utf-8", "replace"))
    robots.passed_on_by(message)
    assert process_time() - start < 2
    assert len(found) <= 100


WORDS = st.sampled_from(
    [
        *(
            "<jane@example.com>:",
            "jane@example.com",
            "550 5.1.1",
            "user unknown",
            "Recipient:",
            "\n",
        ),
        *("The following addresses failed:", ">>> RCPT TO:<", "--- Below this line is a copy", "@"),
        *("Final-Recipient: rfc822;", "Action: failed", "Action: delayed", "Status: 4.2.2", "\n\n"),
        *(
            "(expanded from: <",
            "mailbox full",
            "\x00",
            "\udc80",
            "\u202e",
            "é",
            "=?utf-8?Q?=",
            "<a@b>",
        ),
    ]
)


def _sound(recipient: ReturnedRecipient) -> bool:
    return (
        recipient.action in ("failed", "delayed")
        and recipient.kind in ("hard", "soft")
        and len(recipient.reason) <= 500
        and recipient.reason.isprintable()
        and address_in(recipient.address) == recipient.address
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=40), st.sampled_from([PLAIN, REPORT])
)
def test_any_words_are_read_and_what_is_reported_is_sound(words: list[str], kind: bytes) -> None:
    raw = HEAD + kind + " ".join(words).encode("utf-8", "surrogatepass")
    message = parts.tree(raw)
    assert all(map(_sound, returned.returned(message)))
    bounces.is_returned(message)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_report_and_any_subject_is_read(text: str) -> None:
    assert all(group.action in ("failed", "delayed") for group in groups_of(text))
    message = parts.tree(b"From: a@example.org\n\n" + text.encode("utf-8", "replace"))
    robots.is_auto_reply(message, text)
    robots.reaction(message, text)
