"""Tombstones: what stands where a post's words or its author were. Pure: no tables, no clock.

A tombstone has the place of what was there, its subject, its time and its id, so that a discussion stays
one; it names nobody. The mail that stands for the raw one is read and threaded as that one was.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from mailhub import words
from mailhub.compose import headers

MAX_REFERENCES = 100
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Stone:
    """A post as its tombstone tells it."""

    message_id: str
    subject: str
    at: datetime
    to: str  # the list
    sender: str  # an address of ours that takes no mail
    references: Sequence[str] = ()  # the nearest first
    thread_index: bytes = b""


def name(language: str = "en") -> str:
    """What stands for a former author's name."""
    return str(words.table("tombstones", language)["author"])


def text(why: str, language: str = "en") -> str:
    """What stands for the words: `forgotten` or `expired`."""
    return str(words.table("tombstones", language)[why])


def mail(stone: Stone, body: str) -> bytes:
    """The mail that is kept instead of the raw one."""
    fields = [
        headers.raw("From", headers.mailbox(name(), stone.sender)),
        headers.raw("To", stone.to),
        headers.field("Subject", stone.subject),
        headers.raw("Date", format_datetime(stone.at)),
        headers.identified("Message-ID", stone.message_id),
    ]
    references = stone.references[:MAX_REFERENCES]
    if references:
        fields.append(headers.identified("In-Reply-To", references[0]))
        fields.append(headers.identified("References", *reversed(references)))
    if stone.thread_index:
        index = base64.b64encode(stone.thread_index).decode()
        fields.append(headers.raw("Thread-Index", index))
    kept = EmailMessage()
    kept.set_content(body or "\n", cte="quoted-printable")
    return headers.above(fields, kept)


@dataclass(frozen=True)
class Scrubber:
    """Takes a person's names and addresses out of words."""

    names: frozenset[str]  # as they are written, "Jane Doe"
    addresses: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], addresses: Iterable[str]) -> Scrubber:
        """For these; a name of one word is only taken out where it stands alone in a line."""
        return cls(frozenset(" ".join(n.split()) for n in names if n.strip()), frozenset(addresses))

    def clean(self, said: str) -> str:
        """These words without them: a full name, forwards and backwards, and each address become the
        tombstone's name; a line that is nothing but the name, as below a letter, goes."""
        alone = {word for full in self.names for word in _WORD.findall(full.casefold())}
        lines = said.split("\n")
        said = "\n".join(
            line
            for line in lines
            if not (found := _WORD.findall(line[:200].casefold()))
            or len(found) > 4
            or not alone.issuperset(found)
        )
        for pattern in self._patterns():
            said = pattern.sub(name(), said)
        return said

    def _patterns(self) -> list[re.Pattern[str]]:
        said = {re.escape(one) for one in self.addresses}
        before, after = r"(?<![\w.+-])", r"(?![\w-]|\.\w)"  # else it is part of another address
        for full in self.names:
            first, _, last = full.rpartition(" ")
            if first:
                said |= {re.escape(one) for one in (full, f"{last}, {first}", f"{last} {first}")}
        return [
            re.compile(f"{before}{one}{after}", re.IGNORECASE)
            for one in sorted(said, key=len, reverse=True)
        ]
