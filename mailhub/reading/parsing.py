"""The only importer of mail-parser: addresses and dates of header values.

What mail-parser 4.8.0 does well is used: it reads address lists by their structure and says where
they have two readings, and it reads dates strictly; both in linear time. What it does not is left:
its bodies and attachments flatten attached mails and lose the order of parts and format=flowed, and
its whole reading of a mail costs 1 ms, most of it for things nobody asks for. The tree of parts is
made in `parts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from mailhub.letter import Mailbox
from mailhub.reading import cleaning, encoded


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
