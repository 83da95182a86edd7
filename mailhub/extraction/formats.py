"""Octets of a document → its text, piece by piece, in the order of reading.

The kind is told by the first octets, and by the name only where those say nothing. Called in the
child process alone: nothing here bounds time or memory by itself.
"""

from __future__ import annotations

import codecs
import io
import logging
import re
from collections.abc import Callable, Iterator

from mailhub.extraction import office
from mailhub.extraction.magic import extension, kind

_PLAIN = frozenset("txt csv tsv md log text json xml ics srt diff patch py yml yaml ini".split())  # noqa: SIM905
# Runs of letters in a Word, Excel or PowerPoint file of before 2007, in the two codes that they use.
_RUN = re.compile(rb"[\x20-\x7e\x91-\x97\xa0-\xff\r\t]{4,}")
_WIDE_RUN = re.compile(rb"(?:[\x20-\x7e\xa0-\xff\r\t]\x00|[\x02-\x7f]\x01|[\x10-\x3a]\x20){4,}")
_LETTERS = re.compile(r"[A-Za-z]")
_BLOCK = 10_000


class NoText(Exception):
    """There is no text to be had; its words are one of `extraction.OUTCOMES`."""


def pieces(filename: str, media_type: str, octets: bytes) -> Iterator[str]:
    """The text of a document. NoText where it has none that can be read; other errors are its fault."""
    for applies, read in _READERS:
        if applies(filename, media_type, octets):
            yield from read(octets)
            return
    raise NoText("no-text")


def _pdf(octets: bytes) -> Iterator[str]:
    import pypdf  # 0.1 s, and only this file needs it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(octets), strict=False)
    # Many that are locked against printing open without a password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise NoText("encrypted")
    for page in reader.pages:
        yield page.extract_text()


def _zip(octets: bytes) -> Iterator[str]:
    try:
        yield from office.pieces(octets)
    except office.Locked:
        raise NoText("encrypted") from None


def _ole(octets: bytes) -> Iterator[str]:
    """Words from a file whose structure is not read: some rubbish between, but no word is missed."""
    if "EncryptedPackage".encode("utf-16-le") in octets:
        raise NoText("encrypted")
    for pattern, code in ((_RUN, "cp1252"), (_WIDE_RUN, "utf-16-le")):
        for run in pattern.finditer(octets):
            words = run[0].decode(code, "replace")
            if 2 * len(_LETTERS.findall(words)) > len(words):
                yield words.replace("\r", "\n")


def _rtf(octets: bytes) -> Iterator[str]:
    from mailhub.reading import rtf

    yield from rtf.paragraphs(octets)


def _html(octets: bytes) -> Iterator[str]:
    from mailhub.reading import charsets, html_text

    yield html_text.text(charsets.decode(octets, charsets.of_html(octets))[0])


def _mail(octets: bytes) -> Iterator[str]:
    from mailhub import reading

    letter = reading.read(octets)
    yield letter.author.name
    yield letter.subject
    yield letter.text


def _text(octets: bytes) -> Iterator[str]:
    from mailhub.reading import charsets

    for mark, code in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if octets.startswith(mark):
            yield octets.decode(code, "replace")
            return
    yield charsets.decode(octets.removeprefix(codecs.BOM_UTF8))[0]


def _is(*kinds: str) -> Callable[[str, str, bytes], bool]:
    return lambda filename, media_type, octets: kind(octets) in kinds


def _is_pdf(filename: str, media_type: str, octets: bytes) -> bool:
    return b"%PDF-" in octets[:1_024]


def _is_mail(filename: str, media_type: str, octets: bytes) -> bool:
    return media_type == "message/rfc822" or extension(filename) == "eml"


def _is_text(filename: str, media_type: str, octets: bytes) -> bool:
    plain = media_type.startswith("text/") or extension(filename) in _PLAIN
    return plain and (b"\0" not in octets[:_BLOCK] or octets[:2] in (b"\xff\xfe", b"\xfe\xff"))


_READERS: tuple[tuple[Callable[[str, str, bytes], bool], Callable[[bytes], Iterator[str]]], ...] = (
    (_is_mail, _mail),
    (_is_pdf, _pdf),
    (_is("zip"), _zip),
    (_is("ole"), _ole),
    (_is("rtf"), _rtf),
    (_is("html"), _html),
    (_is_text, _text),
)
