"""What an import asks of a mail before, or beside, its reading: its id, and when it was received."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mailhub.letter import Letter
from mailhub.mbox import Archived
from mailhub.reading import gate, parsing

NOBODY_KNOWS = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGE_ID = re.compile(
    rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?<([!-;=?-~]{1,998})>", re.MULTILINE | re.IGNORECASE
)
_RECEIVED = re.compile(
    rb"^Received:[^\r\n]{0,998}(?:\r?\n[ \t][^\r\n]{0,998}){0,50}", re.MULTILINE | re.IGNORECASE
)


def message_id_of(raw: bytes) -> str:
    """The Message-ID where it is plainly written, else ""; what is to be relied on is reading's."""
    found = _MESSAGE_ID.search(gate.header_block(raw)[: gate.MAX_HEADER])
    return found[1].decode("ascii") if found else ""


def time_received(mail: Archived, letter: Letter, now: datetime) -> datetime:
    """What the From_ line says, else the topmost Received, else Date; 1970 where none says anything.

    A time that has not come yet is not believed. Nothing else counts, so that a mail has the same
    time whenever it is imported.
    """
    for at in (mail.at, _topmost_received(mail.raw), letter.date):
        if at is not None and at <= now:
            return at.astimezone(UTC)
    return NOBODY_KNOWS


def _topmost_received(raw: bytes) -> datetime | None:
    found = _RECEIVED.search(gate.header_block(raw)[: gate.MAX_HEADER])
    if not found:
        return None
    words = found[0].decode("ascii", "replace").rpartition(";")[2]
    return parsing.date(" ".join(words.split()))[0]
