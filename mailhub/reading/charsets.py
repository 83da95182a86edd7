"""Octets to text, whatever the mail says they are.

A charset that is missing, unknown or wrong is guessed: UTF-8 where the octets are mostly that, the
escapes of ISO-2022, what a byte-order mark says, what chardet is sure of, else Windows-1252, which is
what Western mail programs mean. Never raises. The only importer of chardet.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

SAMPLE = 8192  # octets that a guess is made from
SURE = 0.12  # of chardet 7; below it are guesses between neighbours of Windows-1252

# What mail says and what is meant (the WHATWG's encoding labels, and names seen in mail).
_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso-8859-1-windows-1252": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "chinesebig5": "cp950",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "koi8": "koi8-r",
}
# Codecs of Python that are no charset: rot13, zlib, idna, "undefined"…
_NO_CHARSETS = {
    *("base64", "bz2", "hex", "idna", "mbcs", "oem", "palmos", "punycode", "quopri", "rot13", "uu"),
    *("undefined", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape"),
    "zlib",
}
_ASCII = ("ascii", "us-ascii", "ansi_x3.4-1968")
_SEVEN_BIT = ("utf-7", "iso2022", "hz", "utf-16", "utf-32")  # ASCII octets that mean other things
_CONTROL = re.compile("[\x80-\x9f]")
# Letters of these, set beside each other, are hardly ever valid UTF-8.
_ONE_OCTET = ("windows-125", "cp125", "iso-8859", "iso8859", "koi8", "mac", "cp85")
_ASCII_OCTETS = bytes([9, 10, 13, *range(32, 127)])
_FOOTER = 20  # octets; letters of another script, each cut in two, seldom look like so much ASCII
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
_HTML_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9_:.-]{2,40})""", re.I
)


def codec(name: str) -> str:
    """The Python codec meant by a charset's name, or "" where there is none."""
    found = _NAME.match(name.strip(" \t\"'"))
    if found is None:
        return ""
    wanted = found[0].lower().rstrip(".-_:")
    wanted = _MEANT.get(wanted, wanted)
    if wanted.startswith(("cp-", "windows_")):
        wanted = wanted.replace("cp-", "cp").replace("windows_", "windows-")
    try:
        info = codecs.lookup(wanted)
    except (LookupError, ValueError):
        return ""
    if info.name.lower() in _NO_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return ""
    return wanted


def decode(octets: bytes, charset: str = "") -> tuple[str, bool]:
    """(the text, whether it could be read as `charset` said). ASCII is always right."""
    meant = codec(charset) if charset else ""
    if octets.isascii() and not meant.startswith(_SEVEN_BIT):
        if not charset and b"\x1b$" in octets:
            return _lenient(octets, "iso2022_jp_ext"), True
        return octets.decode("ascii"), True
    if meant.startswith("utf-16"):
        return _utf16(octets, meant)
    if meant and meant != "cp1252":
        if meant.startswith(_ONE_OCTET) and _is_utf8(octets):
            text = octets.decode("utf-8")
            if not _CONTROL.search(text):
                return text, False
        try:
            return octets.decode(meant), True
        except (UnicodeError, ValueError):
            pass
        if meant != "utf-8":
            text = _lenient(octets, meant)
            if text.count("\ufffd") * 20 <= len(text):
                return text, False  # a few broken octets in what is otherwise what it says
    if meant == "cp1252" and charset.strip("\"' ").lower() not in _ASCII:
        # Latin-1 accepts everything: what is valid UTF-8 all the same is that.
        if _mostly_utf8(octets):
            return _lenient(octets, "utf-8"), False
        return _lenient(octets, "cp1252"), True
    return _lenient(octets, guessed(octets)), not charset


def guessed(octets: bytes) -> str:
    """The codec that octets of an unknown charset are most likely in."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _mostly_utf8(octets):
        return "utf-8"
    found = _detect(octets[:SAMPLE])
    if (found["confidence"] or 0) < SURE:
        return "cp1252"
    return codec(found["encoding"] or "") or "cp1252"


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(octets: bytes) -> bool:
    """Whether it is UTF-8, perhaps cut in the middle of a character or patched by another hand."""
    if _is_utf8(octets):
        return True
    text = octets[:SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 3 * broken


def _detect(sample: bytes) -> dict[str, Any]:
    import chardet  # heavy, and few mails need it

    return dict(chardet.detect(sample))


def of_html(octets: bytes) -> str:
    """The charset that an HTML part itself names, or ""."""
    found = _HTML_CHARSET.search(octets, 0, 4096)
    return found[1].decode("ascii") if found else ""


def _lenient(octets: bytes, name: str) -> str:
    if name == "cp1252":
        return _windows(octets)
    try:
        return octets.decode(name, "replace")
    except (UnicodeError, ValueError):
        return _windows(octets)


def _utf16(octets: bytes, meant: str) -> tuple[str, bool]:
    """UTF-16 by its byte-order mark, else by the more likely order; a list's ASCII footer behind it
    is read as that."""
    words = octets.rstrip(_ASCII_OCTETS)
    if len(octets) - len(words) < _FOOTER:
        words = octets
    elif len(words) % 2:
        words = octets[: len(words) + 1]  # the second half of a line end
    footer = octets[len(words) :]
    name = meant
    if words.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif meant == "utf-16" and words[:2000:2].count(0) > words[1:2000:2].count(0):
        name = "utf-16-be"
    text = words.decode(name, "replace")
    if text.count("\ufffd") * 20 > len(text):
        return _lenient(octets, guessed(octets)), False
    return text + footer.decode("ascii"), not footer and "\ufffd" not in text


def _windows(octets: bytes) -> str:
    """Windows-1252; its five holes are the controls that Latin-1 has there."""
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            octets[i : i + 1].decode("cp1252", "replace") if c >= 0x80 else chr(c)
            for i, c in enumerate(octets)
        )
