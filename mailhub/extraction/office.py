"""The text of documents that are a ZIP of XML: Word, Excel, PowerPoint, OpenDocument.

The XML is read in blocks and never as a tree; a document that declares entities is refused. What
other archives hold is told by their names.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

_BLOCK = 1 << 16
_LONGEST_TAG = 1 << 20
_MAX_DEPTH = 1_000
_NUMBER = re.compile(r"\d{1,9}")


class Locked(Exception):
    """The document needs a password."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind of document keeps its words: parts by name, and elements by local name."""

    mark: str  # a part that only this kind has
    parts: re.Pattern[str]
    words: frozenset[str]  # elements whose characters are text; empty: all inside `inside`
    inside: str  # where `words` is empty
    ends: frozenset[str]  # elements at whose end a word ends


SHAPES = (
    Shape(
        "word/document.xml",
        re.compile(r"word/(document|footnotes|endnotes|comments|header\d{1,3}|footer\d{1,3})\.xml"),
        frozenset({"t"}),
        "",
        frozenset({"p", "br", "tab", "cr", "tc"}),
    ),
    Shape(
        "xl/workbook.xml",
        re.compile(r"xl/(sharedStrings|worksheets/sheet\d{1,5}|comments\d{1,5})\.xml"),
        frozenset({"t"}),
        "",
        frozenset({"si", "is", "text"}),
    ),
    Shape(
        "ppt/presentation.xml",
        re.compile(r"ppt/(slides/slide\d{1,5}|notesSlides/notesSlide\d{1,5})\.xml"),
        frozenset({"t"}),
        "",
        frozenset({"p", "br"}),
    ),
    Shape(
        "content.xml",
        re.compile(r"content\.xml"),
        frozenset(),
        "body",
        frozenset({"p", "h", "s", "tab", "line-break", "table-cell"}),
    ),
)


def pieces(octets: bytes) -> Iterator[str]:
    """The text of a document, a few lines at a time; of another archive the names in it."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        names = archive.namelist()
        known = set(names)
        shape = next((shape for shape in SHAPES if shape.mark in known), None)
        if shape is None:
            yield "\n".join(names[:10_000])
            return
        if any(info.flag_bits & 1 for info in archive.infolist()) or _locked(archive, known):
            raise Locked
        for name in sorted(filter(shape.parts.fullmatch, known), key=_in_order):
            with archive.open(name) as part:
                yield from _Part(shape).read(part)


def _locked(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """OpenDocument says in its manifest what is encrypted."""
    if "META-INF/manifest.xml" not in names:
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(1_000_000)


def _in_order(name: str) -> tuple[bool, str, int]:
    """Slide 2 before slide 10, the document before its footnotes, slides before their notes."""
    number = _NUMBER.search(name)
    stem = _NUMBER.sub("", name)
    return (
        "document" not in name and "slides/slide" not in name,
        stem,
        int(number[0]) if number else 0,
    )


class _Part:
    """One XML part; its words are collected while the parser walks over it."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._found: list[str] = []
        self._open = 0  # elements of text that we are in
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._refuse

    def read(self, part: IO[bytes]) -> Iterator[str]:
        """The words of the part, block by block."""
        given = 0
        while block := part.read(_BLOCK):
            self._parser.Parse(block, False)
            given += len(block)
            # The parser begins a tag anew with every block until it has come to its end.
            if given - self._parser.CurrentByteIndex > _LONGEST_TAG:
                raise ValueError("the document has an endless tag")
            # A word may go on in the next block: what is given ends at the end of one.
            if self._found and self._found[-1] == "\n":
                yield self._taken()
        self._parser.Parse(b"", True)
        yield self._taken()

    def _taken(self) -> str:
        words, self._found = "".join(self._found), []
        return words.strip("\n")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("the document is nested too deeply")
        if _local(name) in self._shape.words or _local(name) == self._shape.inside:
            self._open += 1

    def _end(self, name: str) -> None:
        self._depth -= 1
        if _local(name) in self._shape.words or _local(name) == self._shape.inside:
            self._open -= 1
        if _local(name) in self._shape.ends:
            self._found.append("\n")

    def _characters(self, words: str) -> None:
        if self._open:
            self._found.append(words)

    def _refuse(self, *_declaration: object) -> None:
        raise ValueError("the document declares entities")


def _local(name: str) -> str:
    return name.rpartition("}")[2]
