"""Words out of Rich Text Format (RTF 1.9.1), and of the compressed one of a winmail.dat (MS-OXRTFCP). No layout, no
pictures.

Linear; of compressed RTF at most MAX_OCTETS are read; never raises.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from mailhub.reading import charsets, cleaning

MAX_OCTETS = 512 * 1024
_MAX_DEPTH = 1_000
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
# What every dictionary begins with.
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SILENT = {
    *(b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer"),
    *(b"listtable", b"listoverridetable", b"themedata", b"datastore", b"generator", b"mmathPr"),
    *(b"rsidtbl", b"xmlnstbl"),
}
_SIGNS = {
    **{b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"lquote": "‘"},
    **{b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—", b"endash": "–"},
    **{b"bullet": "•", b"page": "\n", b"sect": "\n"},
}


def words(compressed: bytes) -> str:
    """The text of a PR_RTF_COMPRESSED value; "" where it holds none."""
    return text(decompressed(compressed))


def decompressed(octets: bytes) -> bytes:
    """The RTF, as far as it can be had."""
    if len(octets) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", octets)
    if kind == _PLAIN:
        return octets[16 : 16 + min(size, MAX_OCTETS)]
    if kind != _COMPRESSED:
        return b""
    ring = bytearray(4096)
    ring[: len(_DICTIONARY)] = _DICTIONARY
    write = len(_DICTIONARY)
    out = bytearray()
    wanted = min(size, MAX_OCTETS)
    position = 16
    while position < len(octets) and len(out) < wanted:
        control = octets[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                pair = octets[position : position + 2]
                position += 2
                token = int.from_bytes(pair, "big")
                start = token >> 4
                if len(pair) < 2 or start == write:
                    return bytes(out)
                for i in range((token & 15) + 2):
                    ring[write] = ring[(start + i) % 4096]
                    out.append(ring[write])
                    write = (write + 1) % 4096
            elif position < len(octets):
                out.append(octets[position])
                ring[write] = octets[position]
                write = (write + 1) % 4096
                position += 1
    return bytes(out)


def text(rtf: bytes) -> str:
    """The words of an RTF document, a line for each paragraph."""
    return cleaning.body("\n".join(paragraphs(rtf))).strip("\n")


def paragraphs(rtf: bytes) -> Iterator[str]:
    """The words of an RTF document, paragraph by paragraph; nothing where it is none."""
    if not rtf.startswith(b"{\\rtf"):
        return
    out: list[str] = []
    pending = bytearray()  # octets in the document's code page
    charset = "cp1252"
    open_groups: list[tuple[bool, int]] = []
    silent, skip, to_skip = False, 1, 0
    hidden = False  # RTF that only repeats the HTML it was made from

    def flush() -> None:
        if pending:
            out.append(charsets.decode(bytes(pending), charset)[0])
            pending.clear()

    for token in _TOKEN.finditer(rtf):
        octet, word, number, sign, brace, run = token.groups()
        if brace == b"{":
            if len(open_groups) < _MAX_DEPTH:
                open_groups.append((silent, skip))
        elif brace == b"}":
            if open_groups:
                silent, skip = open_groups.pop()
        elif word == b"htmlrtf":
            hidden = number != b"0"
        elif word in _SILENT or sign == b"*":
            silent = True
        elif word == b"ansicpg" and number:
            charset = f"cp{int(number)}"
        elif word == b"uc" and number:
            skip = min(int(number), 8) if int(number) >= 0 else 1
        elif silent or (hidden and word not in _SIGNS):
            continue
        elif word == b"u" and number:
            flush()
            out.append(chr(int(number) & 0xFFFF))
            to_skip = skip
        elif word in _SIGNS:
            flush()
            if _SIGNS[word] == "\n":
                yield _joined(out)
                out.clear()
            else:
                out.append(_SIGNS[word])
        elif octet or sign or run:
            octets = bytes([int(octet, 16)]) if octet else run or sign.replace(b"~", b" ")
            if to_skip:
                left = octets[to_skip:]
                to_skip = max(0, to_skip - len(octets))
                octets = left
            pending += octets if not sign or sign in (b"\\", b"{", b"}", b"~") else b""
    flush()
    yield _joined(out)


def _joined(out: list[str]) -> str:
    """The pieces as one text: a character beyond the first plane comes in two."""
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
