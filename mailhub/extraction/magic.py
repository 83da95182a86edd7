"""What a file is by its first octets, and what its name and media type say it is.

A claim is compared with what was found only where both are known: an unknown beginning proves
nothing, and a Word document that is really a web page is what half the world's reports are.
"""

from __future__ import annotations

import re

_EXTENSION = re.compile(r"\.([A-Za-z0-9-]{1,12})[\s.]*\Z")
# Of these the first that fits names the kind.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"8BPS", "image"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"MSCF", "archive"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe)\b", re.I)
_SVG = re.compile(rb"<svg[\s>]", re.I)
_XML = re.compile(rb"<\?xml", re.I)
_SPACE = b" \t\r\n\x00"
_PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",  # a shortcut, .lnk
    b"ITSF",  # compiled help, .chm
)
_CLAIMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("pdf application/pdf", frozenset({"pdf"})),
    (
        "doc docx dot dotx odt ott rtf xls xlsx xlt xltx ods ots ppt pptx pps ppsx odp otp",
        frozenset({"zip", "ole", "rtf", "html", "xml"}),
    ),
    (
        "png jpg jpeg jpe jfif gif bmp tif tiff webp heic heif image/png image/jpeg image/gif"
        " image/bmp image/tiff image/webp image/heic",
        frozenset({"image"}),
    ),
    ("txt csv tsv md log text/plain text/csv", frozenset({"text", "xml", "html", "svg"})),
    ("mp3 mp4 m4a mov avi wav ogg wmv audio/mpeg video/mp4", frozenset({"media"})),
    ("zip 7z rar gz tgz bz2 xz tar cab", frozenset({"zip", "archive"})),
)
_KINDS_OF = {claim: kinds for claims, kinds in _CLAIMS for claim in claims.split()}


def extension(name: str) -> str:
    """The last extension of a name, as the system that opens it takes it; "" where it has none."""
    found = _EXTENSION.search(name[-64:])
    return found[1].lower() if found else ""


def claimed(filename: str, media_type: str) -> frozenset[str]:
    """The kinds that a file may be if its name is right, or its media type where the name tells
    nothing; empty where neither does."""
    return _KINDS_OF.get(extension(filename)) or _KINDS_OF.get(media_type) or frozenset()


def kind(octets: bytes) -> str:
    """What these octets are: pdf, zip, ole, rtf, html, svg, xml, image or archive; "" if unknown."""
    for mark, name in _MAGIC:
        if octets.startswith(mark):
            return name
    head = octets[:2_048].removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
    if _SVG.search(head):
        return "svg"
    if _HTML.match(head) or (_XML.match(head) and _HTML.search(head)):
        return "html"
    return "xml" if _XML.match(head) else ""


def is_program(octets: bytes) -> bool:
    """Whether these octets are machine code, or a shortcut to some."""
    if octets.startswith(b"MZ") and len(octets) >= 64:
        start = int.from_bytes(octets[60:64], "little")
        return octets[start : start + 2] in (b"PE", b"NE", b"LE", b"LX") or b"\0" in octets[:64]
    return octets.startswith(_PROGRAMS)
