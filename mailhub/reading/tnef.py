"""winmail.dat: the files and words that Outlook packed into TNEF (MS-OXTNEF, MS-OXCDATA).

Read here and not by tnefparse, whose time is quadratic in the number of attributes, which counts to
four billion where a mail says so, and which strips zeros off the end of files. This reader is one pass
over the octets with bounds on everything that a mail can claim; it never raises.

A message inside of the message is opened too, to a depth; its files stand beside the others.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailhub.reading import charsets, cleaning, rtf

MAX_ATTRIBUTES = 5000
MAX_PROPERTIES = 2000
MAX_FILES = 500
MAX_DEPTH = 5

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MESSAGE = bytes.fromhex(
    "0703020000000000c000000000000046"
)  # IID_IMessage, before a TNEF of its own
# Attributes.
_BODY, _CODEPAGE, _PROPERTIES = 0x800C, 0x9007, 0x9003
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties.
_TEXT, _HTML, _RTF, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_DATA, _NAME, _LONG_NAME, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x3001
_MIME_TAG, _CONTENT_ID = 0x370E, 0x3712
# Octets of a value, by type; types not named here have a length of their own.
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_VARIABLE = {0x000D, 0x001E, 0x001F, 0x0102, 0x0000}
_OBJECT, _UNICODE = 0x000D, 0x001F


@dataclass(slots=True)
class PackedFile:
    """One file; `media_type` and `content_id` are "" where the mail names none."""

    name: str = ""
    media_type: str = ""
    content_id: str = ""
    content: bytes = b""
    opened: bool = False  # a message; its words and files stand for it


@dataclass(slots=True)
class Unpacked:
    """What was in a winmail.dat."""

    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)


def unpack(octets: bytes) -> Unpacked | None:
    """The contents of a TNEF stream, as far as it is whole; None where it is none."""
    if not octets.startswith(_SIGNATURE):
        return None
    outermost = Unpacked()
    waiting = [(octets, outermost, 0)]
    while waiting:
        stream, unpacked, depth = waiting.pop()
        for inner in _read(stream, unpacked):
            if depth < MAX_DEPTH and len(waiting) < MAX_FILES:
                waiting.append((inner, Unpacked(files=outermost.files), depth + 1))
        if depth and unpacked.text:
            words = unpacked.text.encode()
            outermost.files.append(PackedFile("message.txt", "text/plain", "", words))
    del outermost.files[MAX_FILES:]
    outermost.files = [each for each in outermost.files if each.name or each.content]
    return outermost


def _read(stream: bytes, unpacked: Unpacked) -> Iterator[bytes]:
    """Fills `unpacked` from one stream; gives the streams of messages inside of it."""
    charset = "cp1252"
    current: PackedFile | None = None
    for attribute, value in _attributes(stream):
        if attribute == _CODEPAGE and len(value) >= 4:
            charset = _charset(value)
        elif attribute == _BODY:
            unpacked.text = _string(value, charset)
        elif attribute == _PROPERTIES:
            _read_words(value, charset, unpacked)
        elif attribute == _NEW_FILE and len(unpacked.files) < MAX_FILES:
            current = PackedFile()
            unpacked.files.append(current)
        elif current is None:
            continue
        elif attribute == _FILE_TITLE:
            current.name = current.name or _string(value, charset)
        elif attribute == _FILE_DATA:
            current.content = b"" if current.opened else value
        elif attribute == _FILE_PROPERTIES:
            inner = _read_file(value, charset, current)
            if inner:
                yield inner


def _read_words(value: bytes, charset: str, unpacked: Unpacked) -> None:
    html = compressed = b""
    html_charset = charset
    for name, kind, octets in _properties(value):
        if name == _TEXT:
            unpacked.text = _string(octets, charset, kind)
        elif name == _HTML:
            html = octets
        elif name == _RTF:
            compressed = octets
        elif name == _INTERNET_CODEPAGE:
            html_charset = _charset(octets)
    if compressed and not unpacked.text and not html:
        unpacked.text = rtf.words(compressed)
    if html:
        unpacked.html = cleaning.body(charsets.decode(html.rstrip(b"\0"), html_charset)[0])


def _read_file(value: bytes, charset: str, file: PackedFile) -> bytes:
    """Fills `file`; returns the stream of the message that it is, b"" where it is none."""
    names = {}
    inner = b""
    for name, kind, octets in _properties(value):
        if name == _DATA:
            # Before the content of an object stands the id of its interface.
            content = octets[16:] if kind == _OBJECT else octets
            if kind == _OBJECT and octets.startswith(_MESSAGE) and content.startswith(_SIGNATURE):
                inner = content
            else:
                file.content = file.content or content
        elif name in (_LONG_NAME, _NAME, _DISPLAY_NAME):
            names[name] = _string(octets, charset, kind)
        elif name == _MIME_TAG:
            file.media_type = _string(octets, charset, kind).lower()
        elif name == _CONTENT_ID:
            file.content_id = _string(octets, charset, kind).strip("<>")
    file.name = (
        names.get(_LONG_NAME) or names.get(_NAME) or file.name or names.get(_DISPLAY_NAME, "")
    )
    if inner:
        file.opened, file.name, file.content = True, "", b""
    return inner


def _attributes(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """(the attribute's id, its value) of a stream; a value that is cut off is its last."""
    position = 6
    for _ in range(MAX_ATTRIBUTES):
        if position + 9 > len(stream):
            return
        _, attribute, _, length = struct.unpack_from("<BHHI", stream, position)
        position += 9
        yield attribute, stream[position : position + length]
        position += length + 2  # a checksum


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(id, type, octets) of a list of properties; of several values the first."""
    try:
        (count,) = struct.unpack_from("<I", value)
        position = 4
        for _ in range(min(count, MAX_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", value, position)
            position += 4
            if name >= 0x8000:
                position = _past_name(value, position)
            several = bool(kind & 0x1000)
            kind &= ~0x1000
            values = 1
            if several or kind in _VARIABLE:
                (values,) = struct.unpack_from("<I", value, position)
                position += 4
            if kind not in _VARIABLE and kind not in _FIXED:
                return
            first = b""
            for number in range(min(values, MAX_PROPERTIES)):
                length = _FIXED.get(kind, 0)
                if kind in _VARIABLE:
                    (length,) = struct.unpack_from("<I", value, position)
                    position += 4
                if not number:
                    first = value[position : position + length]
                position += length + -length % 4
            yield name, kind, first
    except struct.error:
        return


def _past_name(value: bytes, position: int) -> int:
    """Behind the GUID and the name, or number, of a named property."""
    (kind,) = struct.unpack_from("<I", value, position + 16)
    (length,) = struct.unpack_from("<I", value, position + 20)
    return position + 24 + (length + -length % 4 if kind else 0)


def _charset(octets: bytes) -> str:
    number = int.from_bytes(octets[:4], "little")
    return {65001: "utf-8", 20127: "ascii", 20866: "koi8-r"}.get(
        number, f"iso-8859-{number - 28590}" if 28591 <= number <= 28605 else f"cp{number}"
    )


def _string(octets: bytes, charset: str, kind: int = 0) -> str:
    if kind == _UNICODE:
        text = octets.decode("utf-16-le", "replace")
    else:
        text = charsets.decode(octets.rstrip(b"\0"), charset)[0]
    return cleaning.body(text.partition("\0")[0])
