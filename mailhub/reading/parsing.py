"""The only importer of mail-parser: addresses and dates of header values.

What mail-parser 4.8.0 does well is used: it reads address lists by their structure and says where
they have two readings, and it reads dates strictly; both in linear time. What it does not is left:
its bodies and attachments flatten attached mails and lose the order of parts and format=flowed, and
its whole reading of a mail costs 1 ms, most of it for things nobody asks for. The tree of parts is
made in `parts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from typing import Any

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from mailhub.letter import Mailbox
from mailhub.reading import cleaning, encoded


@dataclass(frozen=True, slots=True)
class Addresses:
    """The mailboxes of one header value, and whether it can be read in more than one way."""

    mailboxes: tuple[Mailbox, ...]
    ambiguous: bool


# What mail-parser remarks on and what leaves no doubt about whom a mailbox names. A display name that
# shows another address is found by `headers.authors`, whether it is well written or not.
_HARMLESS = {
    *("structural-recovery", "overlong-encoded-word", "invalid-encoded-word"),
    "invalid-display-name",
}
_ADDRESS = re.compile(r"[^\s<>\"'(),;:@\[\]]{1,64}@[^\s<>\"'(),;:@]{1,255}")
_SHORT = 500  # longer values are not remembered
_ONE_WORD = re.compile(r"<?[A-Za-z0-9._-]{1,64}>?")


@lru_cache(maxsize=2048)  # most mail of a community has the same few people in it
def _addresses(value: str) -> Addresses:
    remarks: list[dict[str, Any]] = []
    found = get_addresses(value, defects=remarks, decode_names=True)
    mailboxes = [(name, address) for name, address in found if address]
    lost = [remark for remark in remarks if not remark["recovered"]]
    if lost or not mailboxes:
        seen = list(dict.fromkeys(each[0].rstrip(".") for each in _ADDRESS.finditer(value)))
        if len({each.lower() for each in seen}) == 1:
            before = value.partition(seen[0])[0].removesuffix("mailto:")
            mailboxes = [(before.strip("<>\"', \t\r\n("), seen[0])]
            lost = []
        elif seen:
            mailboxes = [*mailboxes, *(("", each) for each in seen if ("", each) not in mailboxes)]
        elif _ONE_WORD.fullmatch(value.strip()):
            mailboxes, lost = [("", value.strip().strip("<>"))], []
    ambiguous = bool(lost) or any(
        not set(str(remark["reason"]).split(",")) <= _HARMLESS
        for remark in remarks
        if remark["recovered"]
    )
    return Addresses(
        tuple(Mailbox(_name(n), cleaning.line(a, 998)) for n, a in mailboxes), ambiguous
    )


def addresses(value: str) -> Addresses:
    """The mailboxes of a From, To, Cc or Reply-To value (text, RFC 2047 words not yet decoded).

    What mail-parser can make nothing of ("Smith, Jane <j@example.org>", a bracket that never closes)
    still has one reading where it holds one address.
    """
    value = value.replace("\x00", "")
    return _addresses(value) if len(value) <= _SHORT else _addresses.__wrapped__(value)


def _name(value: str) -> str:
    """A display name as shown, without the quotes that some programs put around it."""
    name = cleaning.line(encoded.text(value), 300)
    if len(name) > 2 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


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
