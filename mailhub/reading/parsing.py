"""The only importer of mail-parser: raw octets to a tree of parts, addresses and dates.

What mail-parser 4.8.0 does well is used: it reads address lists by their structure and says where
they have two readings, and it reads dates strictly; both in linear time. What it does not is left:
its bodies and attachments flatten attached mails and lose the order of parts and format=flowed, and
they cost 1 ms a mail. The tree is the standard library's compat32 one, which never raises, with two
bounds of ours in it: attached mails stay whole, and nesting and the number of parts have an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from mailhub.letter import Mailbox
from mailhub.reading import cleaning, encoded, parameters

MAX_DEPTH = 30
MAX_PARTS = 2000


class TooManyPartsError(Exception):
    """A mail of more parts than anyone sends; it is to be read minimally."""


class Part(Message):
    """One part of a mail. An attached mail (message/…) is a leaf whose payload is its raw text, and
    so is a multipart that lies too deep."""

    depth = 0
    whole = False  # a leaf that is itself a mail, or multiparts too deep to open
    _parsed = False
    _count: list[int]

    def attach(self, payload: Message) -> None:  # type: ignore[override]
        assert isinstance(payload, Part)
        payload.depth = self.depth + 1
        payload._count = self._count
        self._count[0] += 1
        if self._count[0] > MAX_PARTS:
            raise TooManyPartsError
        super().attach(payload)

    def get_content_type(self) -> str:
        """The media type; while the tree is being built, one that the parser does not open."""
        kind = _media_type(self)
        if self._parsed:
            return kind
        if kind.startswith("message/") or (
            kind.startswith("multipart/") and self.depth >= MAX_DEPTH
        ):
            self.whole = True
            return "application/octet-stream"
        return kind

    def get_content_maintype(self) -> str:
        return self.get_content_type().partition("/")[0]

    def get_boundary(self, failobj: object = None) -> object:  # type: ignore[override]
        """RFC 2046: trailing blanks are no part of it. Read by our own linear reader."""
        boundary = parameters.split(str(self.get("content-type", "")))[1].get("boundary")
        return failobj if boundary is None else boundary.rstrip()


def _media_type(part: Message) -> str:
    value = part.get("content-type")
    if value is None:
        return part.get_default_type()
    kind = "".join(str(value)[:200].partition(";")[0].split()).lower()
    return kind if kind.count("/") == 1 and not kind.startswith("/") else "text/plain"


class _Plain(Compat32):
    """compat32 whose header values stay strings with surrogate escapes, 8-bit ones too."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _Plain()


def tree(raw: bytes) -> Part:
    """The parts of a mail, in order. Raises TooManyPartsError, and nothing else."""

    def part(policy: object = None) -> Part:
        made = Part(_POLICY)
        made._count = [0]
        return made

    root: Part = message_from_bytes(raw, part, policy=_POLICY)  # type: ignore[assignment]
    waiting: list[Message] = [root]
    while waiting:
        current = waiting.pop()
        current._parsed = True  # type: ignore[attr-defined]
        if current.is_multipart():
            waiting.extend(current.get_payload())  # type: ignore[arg-type]
    return root


@dataclass(frozen=True, slots=True)
class Addresses:
    """The mailboxes of one header value, and whether it can be read in more than one way."""

    mailboxes: tuple[Mailbox, ...]
    ambiguous: bool


# What mail-parser remarks on and what changes nothing about whom a mailbox names.
_HARMLESS = {"structural-recovery", "overlong-encoded-word", "invalid-encoded-word"}


def addresses(value: str) -> Addresses:
    """The mailboxes of a From, To, Cc or Reply-To value (text, RFC 2047 words not yet decoded)."""
    value = value.replace("\x00", "")
    remarks: list[dict[str, object]] = []
    found = get_addresses(value, defects=remarks, decode_names=True)
    mailboxes = tuple(
        Mailbox(cleaning.line(encoded.text(name), 300), cleaning.line(address, 998))
        for name, address in found
        if address
    )
    ambiguous = any(
        not remark["recovered"] or not set(str(remark["reason"]).split(",")) <= _HARMLESS
        for remark in remarks
    )
    return Addresses(mailboxes, ambiguous)


def date(value: str) -> tuple[datetime | None, bool]:
    """(the aware time that a Date value names, in its own zone; whether it was well written)."""
    try:
        strict = parse_mail_date(value)
        if strict.value is not None:
            zone = timezone(timedelta(hours=float(strict.timezone)))
            return strict.value.astimezone(zone), not strict.reasons
        loose = parsedate_tz(value[:200])
        if loose is None:
            return None, False
        made = datetime(*loose[:6], tzinfo=timezone(timedelta(seconds=loose[9] or 0)))
        return (made, False) if made.year >= 1900 else (None, False)
    except (ValueError, OverflowError, TypeError):
        return None, False
