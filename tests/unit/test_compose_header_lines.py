"""Nothing that a stranger wrote begins a line of a header of ours, however it was coded: in a subject, a name, an id or a file's
name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from types import SimpleNamespace

import pytest

from mailhub.compose import headers, own
from mailhub.compose.own import Enclosure
from mailhub.letter import BLANK, Mailbox
from mailhub.privacy import tombstones
from mailhub.privacy.tombstones import Stone
from tests.unit.composed import SITE
from web_archive import mboxes
from web_archive.answering import Draft, compose

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# As it is read: what was coded twice is coded once more.
HOSTILE = (
    "=?utf-8?q?a=0D=0ABcc:_victim@x.example?=",
    "=?utf-8?q?=0D=0A=0D=0A<h1>Sign_in_here</h1>?=",
    "Re: =?utf-8?b?DQpSZXBseS1UbzogbWVAeC5leGFtcGxl?= x",
    "x=?us-ascii?q?=0AX:_y?=",
    "=?utf-8*en?q?=0D=0AX:_y?=",
    "a\r\nBcc: victim@x.example",
    "a\x0bBcc:\x0cb\x85c\u2028d",
    ";",
    "[",
    "a" * 1_200,
    "\u00fc" * 400 + "=?utf-8?q?=0D=0A?=",
    '"=?utf-8?q?=0D=0A?="\\',
    "<>@,;:()",
    "",
)


def fields(raw: bytes) -> dict[str, str]:
    """The header as a reader takes it apart, none of whose fields may stand there twice."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    found: dict[str, str] = {}
    for name, octets in headers.lines(head):
        assert name not in found
        found[name] = octets.decode().partition(":")[2].strip().replace("\r\n", "")
    return found


def read(value: str) -> str:
    return str(make_header(decode_header(value)))


@pytest.mark.parametrize("said", HOSTILE)
def test_in_a_mail_of_ours(said: str) -> None:
    def mail(what: str) -> dict[str, str]:
        _, raw = own.written(
            SITE,
            sender=Mailbox(what, "policy+notices@lists.example.org"),
            to="jane@leeds.example",
            subject=f"Held: {what}",
            body="Words.\n",
            now=NOW,
            in_reply_to=what,
            enclosures=(Enclosure(what, "text/plain", b"x"),),
        )
        return fields(raw)

    found = mail(said)
    assert found.keys() <= mail("harmless").keys()
    assert read(found["subject"]) == " ".join(f"Held: {said}".split())


@pytest.mark.parametrize("said", HOSTILE)
def test_in_a_tombstone_in_what_strangers_take_along_and_in_what_the_postbox_sends(
    said: str,
) -> None:
    def stone(what: str) -> bytes:
        to, sender = "policy@lists.example.org", "noreply@lists.example.org"
        return tombstones.mail(Stone(what, what, NOW, to, sender, (what, what)), "Words.")

    def told(what: str) -> bytes:
        row = {"author_name": what, "subject": what, "message_id": what, "parent": what or None}
        return mboxes._mail(SimpleNamespace(**row, received_at=NOW, text="Words."))

    def sent_from_the_postbox(what: str) -> bytes:
        answered = replace(BLANK, message_id=what or "x", references=(what,))
        to = "policy@lists.example.org"
        draft = Draft(what, "jane@leeds.example", to, what, "Words.", answered)
        return compose(draft, NOW, "one@leeds.example").as_bytes()

    for mail in (stone, told, sent_from_the_postbox):
        found, harmless = fields(mail(said)), fields(mail("harmless"))
        assert found.keys() <= harmless.keys()
        assert found["content-type"] == harmless["content-type"]
