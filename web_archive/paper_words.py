"""The words of a paper's file, to be set beside those of another version.

A plain text is read here. All else is a stranger's file with a hundred possible faults: a child process reads it
(`mailhub.extraction`), within seconds of its own, one file at a time for the whole site. Who comes while others are read
for long is told so (`Busy`), lest all pages wait. What was read is kept for a while, by the file's hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock

from mailhub.blobs import Blobs, NoSuchBlob
from mailhub.extraction import CannotExtract, Extractor
from mailhub.prepared import Record
from web_archive.kept import Kept

PLAIN = frozenset({"text/plain", "text/csv", "text/markdown"})
MAX_PLAIN = 600_000  # octets of a plain text
MAX_OCTETS = 8 << 20  # of any other file, which may hold pictures
WORDLESS = frozenset(
    {"no-text", "encrypted", "broken", "too-much", "lost"}
)  # of Version.text_state
CPU_SECONDS = 3
WALL_SECONDS = 10.0
PATIENCE = 2.0  # seconds for which others are waited for
KEPT = 2 << 20  # characters

_SENTENCE = re.compile(r"(?<=[.!?]) ")


class Busy(Exception):
    """Other files are being read. Come again."""


def may_have_words(version: Record) -> bool:
    """Whether it is worth trying to read a version's words, as far as its row tells."""
    most = MAX_PLAIN if version.media_type in PLAIN else MAX_OCTETS
    return version.text_state not in WORDLESS and version.size <= most


class PaperWords:
    """Reads words of papers, for one app."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: Kept[str] = Kept(KEPT, len)
        self.reading = Lock()  # one at a time

    def of(self, version: Record) -> str | None:
        """The words of a version as they stand in lines, of a Word or PDF file in sentences. None where there are none
        or its bytes are gone; Busy where others are being read for long."""
        if not may_have_words(version):
            return None
        key = version.sha256, version.media_type
        words = self._kept.get(key)
        if words is None:
            try:
                words = self._read(version)
            except (NoSuchBlob, CannotExtract):
                return None
            self._kept.put(key, words)
        return words or None

    def _read(self, version: Record) -> str:
        with self._blobs.open(version.sha256) as file:
            octets = file.read(MAX_OCTETS)
        if version.media_type in PLAIN:
            return _decoded(octets)
        if not self.reading.acquire(timeout=PATIENCE):
            raise Busy
        try:
            with Extractor(cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS) as extractor:
                text = extractor.text(version.filename, version.media_type, octets).text
        finally:
            self.reading.release()
        return "\n".join(_sentences(text))


def _decoded(octets: bytes) -> str:
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text. A PDF's lines are those of its page, where one word more moves all the words behind it:
    a line that is nearly as wide as the widest goes on in the next."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    wide = min(max(map(len, lines), default=0), 120) * 0.7
    flowing: list[str] = []
    for line in [*lines, ""]:
        flowing += [line] if line else []
        if flowing and len(line) < wide:
            yield from _SENTENCE.split(" ".join(flowing))
            flowing = []
