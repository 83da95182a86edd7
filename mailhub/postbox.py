"""The Postbox: local mailboxes of people, a folder each, a file for each letter they received.

It is the other end of the way out where there is no relay, to be read, and answered, in a browser.
A folder's name is the address, made safe and readable back; a letter's name begins with its time, so
that names sort by it. A letter is there wholly or not at all. Names that are not of this making are
not looked at, so no path leads out of the folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

_LETTER = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}-[0-9]{1,19}\.eml")
_LONGEST_FOLDER = 200  # octets; a file system takes 255


class NoMailbox(ValueError):
    """An address can have no mailbox here, or a letter is not there."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One person's mailbox: its address, how many letters, when the last came (aware)."""

    address: str
    letters: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One letter as it lies in a mailbox; `size` in octets, `at` aware."""

    name: str
    size: int
    at: datetime


class Postbox:
    """All mailboxes under one folder, which is made when the first letter comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, address: str, name: str, parts: Iterable[bytes]) -> None:
        """Puts a letter into a mailbox, in one step. OSError where the disk will not."""
        if not _LETTER.fullmatch(name):
            raise NoMailbox("a letter cannot have this name")
        folder = self._folder(address)
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}"
        try:
            with unfinished.open("wb") as file:
                file.writelines(parts)
            unfinished.replace(folder / name)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def mailboxes(self) -> list[Mailbox]:
        """Every mailbox, by address."""
        found = []
        for folder in self._entries(self._root):
            names = [e.name for e in self._entries(Path(folder.path)) if _LETTER.fullmatch(e.name)]
            newest = _time_of(max(names)) if names else None
            found.append(Mailbox(unquote(folder.name), len(names), newest))
        return sorted(found, key=lambda mailbox: mailbox.address)

    def letters(self, address: str) -> list[Kept]:
        """The letters of one mailbox, newest first; empty where there is no such mailbox."""
        entries = self._entries(self._folder(address))
        kept = [
            Kept(entry.name, entry.stat().st_size, _time_of(entry.name))
            for entry in entries
            if _LETTER.fullmatch(entry.name)
        ]
        return sorted(kept, key=lambda letter: letter.name, reverse=True)

    def letter(self, address: str, name: str) -> bytes:
        """The raw bytes of one letter; NoMailbox where it is not there."""
        path = self._folder(address) / name
        if not _LETTER.fullmatch(name) or not path.is_file():
            raise NoMailbox("there is no such letter")
        return path.read_bytes()

    def _folder(self, address: str) -> Path:
        # One mailbox for an address however it is capitalised.
        try:
            name = quote(address.lower(), safe="@+=")
        except UnicodeEncodeError:
            raise NoMailbox("an address cannot be read") from None
        if name.startswith("."):
            name = "%2E" + name[1:]
        if not address.isprintable() or not 0 < len(name) <= _LONGEST_FOLDER:
            raise NoMailbox("an address that can have no mailbox here")
        return self._root / name

    @staticmethod
    def _entries(folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return [entry for entry in entries if not entry.name.startswith(".")]
        except (FileNotFoundError, NotADirectoryError):
            return []


def _time_of(name: str) -> datetime:
    return datetime.strptime(name[:22], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
