"""What the header of a mail says: ids, people, subject, date. Read tolerantly, believed never."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from mailhub.letter import Mailbox
from mailhub.reading import cleaning, encoded, parameters, parsing
from mailhub.reading.parts import Part

MAX_IDS = 1000
MAX_ID = 998
_BRACKETED = re.compile(r"<([^<>]*)>")
_FOLD = re.compile(r"\s*[\r\n]+\s*")
_AROUND = re.compile(r"\s*([@.])\s*")  # obsolete syntax has blanks here
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)|<[^<>]*>')
_ID = re.compile(r"[^\s<>\"(),;]+@[^\s<>\"(),;]+")
# Letters alone before the "@" are how people are written, not what programs make up.
_PERSON = re.compile(r"[A-Za-z._-]{1,40}(?:\+[A-Za-z0-9-]{1,60})?@[A-Za-z0-9.-]+")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:@]{1,64}@[^\s<>\"'(),;:@]{1,255}\.[^\s<>\"'(),;:@.]{2,63}")


class Fields:
    """The header fields of one part by lower-case name; values as text, RFC 2047 words still in."""

    def __init__(self, part: Part) -> None:
        self._raw: dict[str, list[str]] = {}
        for name, value in part.raw_items():
            self._raw.setdefault(name.lower().rstrip(), []).append(str(value))
        kind = self._raw.get("content-type", [""])[0]
        self._charset = parameters.split(kind)[1].get("charset", "") if kind else ""
        # Everyone whom the header names, so that an address is not taken for an id.
        self.lower_addresses: set[str] = set()

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [encoded.from_wire(value, self._charset) for value in self._raw.get(name, ())]

    def first(self, name: str) -> str:
        """The first value of a field that is not blank, "" where there is none."""
        return next((value for value in self.all(name) if value.strip()), "")

    def line(self, name: str) -> str:
        """The first value, decoded and clean."""
        return cleaning.line(encoded.text(self.first(name)))


@dataclass(frozen=True, slots=True)
class Who:
    """The mailboxes of one field over all its lines."""

    mailboxes: tuple[Mailbox, ...]
    ambiguous: bool


def who(fields: Fields, name: str) -> Who:
    """Everyone named in a field."""
    found = [parsing.addresses(value) for value in fields.all(name)]
    fields.lower_addresses.update(box.address.lower() for each in found for box in each.mailboxes)
    return Who(
        tuple(dict.fromkeys(box for each in found for box in each.mailboxes)),
        any(each.ambiguous for each in found),
    )


def authors(fields: Fields) -> tuple[tuple[Mailbox, ...], tuple[str, ...]]:
    """(the authors, why they are in doubt): no From, several, or one with two readings.

    A name that shows another address than the mailbox has, and a comment or a group that holds one,
    are two readings: mail programs show the one, and machines match the other.
    """
    values = fields.all("from")
    named = who(fields, "from")
    doubts: list[str] = []
    if not named.mailboxes:
        doubts.append("no-author")
    if len({box.address.lower() for box in named.mailboxes}) > 1:
        doubts.append("several-authors")
    elif len(values) > 1:
        doubts.append("several-from-lines")
    tricks = any(
        shown.lower() != box.address.lower()
        for box in named.mailboxes
        for shown in _ADDRESS.findall(box.name)
    )
    grouped = any(":" in _QUOTED.sub("", value) for value in values)
    if named.mailboxes and (named.ambiguous or tricks or grouped):
        doubts.append("author-has-two-readings")
    return named.mailboxes, tuple(doubts)


def _one_id(value: str) -> str:
    """An id as the mail writes it between its brackets, folds and obsolete blanks taken out."""
    value = _FOLD.sub("", value)
    if any(character in value for character in " \t("):
        value = _AROUND.sub(r"\1", _COMMENT.sub("", value))
    return cleaning.line(value.strip("<> \t"), MAX_ID)


def message_id(fields: Fields) -> str:
    """The Message-ID without brackets; "" where there is none."""
    for value in fields.all("message-id"):
        bracketed = _BRACKETED.search(value)
        if found := _one_id(bracketed[1] if bracketed else value):
            return found
    return ""


def ids(fields: Fields, name: str) -> tuple[str, ...]:
    """The ids of In-Reply-To or References, each once, in order; prose is passed over.

    Ids stand in brackets; in prose ("message of Tom <tom@example.org>") an address may too. In a value
    without brackets, words with an "@" are taken for ids that lost them, unless there is prose between
    them or they are someone's address.
    """
    found: dict[str, None] = {}
    for value in fields.all(name):
        bracketed = [_one_id(each) for each in _BRACKETED.findall(value)]
        words = value.replace(",", " ").split()
        if bracketed:
            prose = bool(_BRACKETED.sub("", _COMMENT.sub("", value)).strip(" \t\r\n,;"))
            found |= dict.fromkeys(
                each
                for each in bracketed
                if each
                and ("@" in each or not any(map(str.isspace, each)))
                and not (prose and _PERSON.fullmatch(each))
            )
        elif all(_ID.fullmatch(word) and not _PERSON.fullmatch(word) for word in words):
            found |= dict.fromkeys(cleaning.line(word, MAX_ID) for word in words)
    if found and len(fields.lower_addresses & {each.lower() for each in found}):
        found = {each: None for each in found if each.lower() not in fields.lower_addresses}
    return tuple(found)[-MAX_IDS:]


def thread_index(fields: Fields) -> bytes:
    """Outlook's Thread-Index: 22 octets and five more for each answer; b"" where it is none."""
    value = "".join(fields.first("thread-index").split())
    try:
        octets = binascii.a2b_base64(value[:6000] + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return b""
    return octets if len(octets) >= 22 else b""


def date(fields: Fields) -> tuple[datetime | None, str, bool]:
    """(the claimed time, the words of the claim, whether it was well written)."""
    value = cleaning.line(fields.first("date"), 200)
    if not value:
        return None, "", True
    when, well = parsing.date(value)
    return when, value, well
