"""Notice: what a mail system wrote about a mail, apart from the mail it is about.

A returned mail has up to three parts: words for people, fields for programs (RFC 3464), and the mail
that came back or its headers. They are told apart here once, for every reader of bounces. Nothing
below an attached mail is taken for the notice's own words: it is a stranger's text, and the
addresses in it did not fail.

Bounds: 200 parts, 256 KB of text, 1,500 lines of 1,000 characters.
"""

from __future__ import annotations

import binascii
import html
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from mailhub.reading.phrases import first_of, fold, phrases

MAX_PARTS = 200
MAX_TEXT = 256 * 1024
MAX_LINES = 1_500
MAX_LINE = 1_000

REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "message/partial", "message/external-body")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_CHARSETS = {
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
}

_STYLE = re.compile(r"(?is)<(style|script|head)\b.{0,60000}?</\1\s*>")
_BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|hr)\b[^<>]{0,2000}>")
_CELL = re.compile(r"(?i)</t[dh]\s*>")
_TAG = re.compile(r"<[a-zA-Z/!][^<>@]{0,2000}>")
_HEADER = re.compile(
    r"[>|\s]{0,4}(return-path|received|dkim-signature|x-received|arc-seal):\s", re.I
)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:")
_NO_HEADER, _BEFORE_HEADER, _IN_HEADER = range(3)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a notice, its folded form, and whether it speaks of failure."""

    text: str
    folded: str
    speaks: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice taken apart. Addresses are as written, all other strings are cleaned."""

    sender: str
    sender_name: str
    subject: str
    readers: tuple[str, ...]  # whom the notice was sent to: the sender of the mail that came back
    prose: tuple[Line, ...]  # lines for people, up to where the returned mail begins
    reports: tuple[str, ...]  # texts of delivery-status parts
    returned_to: tuple[str, ...]  # To and Cc of the returned mail
    returned_from: tuple[str, ...]


def header_text(message: Message, name: str) -> str:
    """A header's text, RFC 2047 words decoded, on one line, at most 1,000 characters."""
    raw = message.get(name)
    if raw is None:
        return ""
    return _decoded_words(str(raw)[:4000])


def _decoded_words(raw: str) -> str:
    try:
        words = decode_header(raw)
    except (ValueError, LookupError, HeaderParseError):
        words = [(raw, None)]
    text = "".join(
        word if isinstance(word, str) else _decoded(word, charset or "ascii")
        for word, charset in words
    )
    return " ".join(_CONTROL.sub(" ", clean(text)).split())[:1000]


def clean(text: str) -> str:
    """`text` without NULs and surrogates, which neither the database nor a terminal takes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "")


def addresses_of(message: Message, name: str, limit: int = 100) -> tuple[str, ...]:
    """The addresses of all headers of that name."""
    fields = [str(field)[:8000] for field in message.get_all(name, [])[:10]]
    return tuple(clean(address) for _, address in getaddresses(fields)[:limit] if "@" in address)


def leaves(message: Message) -> Iterator[Message]:
    """The parts that are no multiparts, in order, at most 200; never inside an attached mail."""
    waiting = [message]
    given = 0
    while waiting and given < MAX_PARTS:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart":
            payload = part.get_payload()
            if isinstance(payload, list):
                waiting.extend(child for child in reversed(payload) if isinstance(child, Message))
                continue
        given += 1
        yield part


def text_of(part: Message, limit: int = MAX_TEXT) -> str:
    """The text of one part as the mail meant it, decoded; header blocks of a report put together."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [_block_text(block) for block in payload[:1000] if isinstance(block, Message)]
        raw = "\n\n".join(blocks)[:limit]
    else:
        raw = str(payload or "")[: limit * 2]
    octets = raw.encode("utf-8", "surrogateescape")
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        octets = _from_base64(octets)
    elif encoding == "quoted-printable":
        octets = quopri.decodestring(octets)
    return clean(_decoded(octets[:limit], part.get_content_charset() or "ascii"))


def _block_text(block: Message) -> str:
    # The parser of the standard library reads each block of a delivery-status part as headers.
    fields = "\n".join(f"{name}: {value}" for name, value in block.items())
    rest = block.get_payload()
    return fields + ("\n" + rest if isinstance(rest, str) and rest else "")


def _from_base64(octets: bytes) -> bytes:
    wanted = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    try:
        return binascii.a2b_base64(wanted + b"=" * (-len(wanted) % 4))
    except binascii.Error:
        return binascii.a2b_base64(wanted[: len(wanted) // 4 * 4])


def _decoded(octets: bytes, charset: str) -> str:
    name = _CHARSETS.get(charset.lower(), charset)
    for candidate in (name, "utf-8"):
        try:
            return octets.decode(candidate)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    try:
        return octets.decode(name, "replace")
    except (LookupError, ValueError):
        return octets.decode("latin-1")


def plain_of(markup: str) -> str:
    """The words of an HTML notice, one line for each block; good enough to find addresses in."""
    text = _STYLE.sub(" ", markup[:MAX_TEXT])
    text = " ".join(text.split())
    text = _CELL.sub(" ", _BREAK.sub("\n", text))
    return html.unescape(_TAG.sub("", text)).replace("\xa0", " ")


def notice_of(message: Message) -> Notice:
    """The notice that `message` is, or would be."""
    plain: list[str] = []
    markup: list[str] = []
    reports: list[str] = []
    returned: Message | None = None
    for part in leaves(message):
        kind = part.get_content_type()
        if kind in REPORTS:
            reports.append(text_of(part))
        elif kind in _RETURNED or kind in _RETURNED_HEADERS:
            returned = returned or _returned_headers(part, kind)
        elif returned is None and (kind in ("text/plain", "text/html") or _is_unparted(part)):
            text = text_of(part)
            if _is_report(text):
                reports.append(text)
            (markup if kind == "text/html" else plain).append(text)
    words = "\n".join(plain) if any(text.strip() for text in plain) else ""
    if not words and markup:
        words = "\n".join(plain_of(text) for text in markup)
    prose, rest = _before_returned(_lines(words))
    if returned is None and rest:
        returned = _headers_in(rest)
    return Notice(
        sender=next(iter(addresses_of(message, "From")), ""),
        sender_name=header_text(message, "From"),
        subject=header_text(message, "Subject"),
        readers=addresses_of(message, "To"),
        prose=tuple(prose),
        reports=tuple(reports),
        returned_to=()
        if returned is None
        else addresses_of(returned, "To") + addresses_of(returned, "Cc"),
        returned_from=()
        if returned is None
        else addresses_of(returned, "From") + addresses_of(returned, "Return-Path"),
    )


def _is_unparted(part: Message) -> bool:
    # A multipart whose boundary is missing or wrong is one long text, fields and all.
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)


def _is_report(text: str) -> bool:
    folded = text[:MAX_TEXT].lower()
    return "\nfinal-recipient:" in folded and "\naction:" in folded


def attached(part: Message) -> Message | None:
    """The mail inside of a message/rfc822 part, its parts read too; None where there is none."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def _returned_headers(part: Message, kind: str) -> Message | None:
    if kind in _RETURNED and (mail := attached(part)) is not None:
        return mail
    return _headers_in(text_of(part, 64 * 1024).splitlines())


def _headers_in(lines: list[str]) -> Message:
    """The first block of header fields in `lines`, as a Message without a body."""
    found = Message()
    name, value = "", ""
    begun = False
    for line in lines[:400]:
        bare = line.lstrip("> |") if not line.startswith(("\t", "  ")) else line
        if begun and bare[:1] in (" ", "\t") and bare.strip():
            value += " " + bare.strip()
        elif match := _FIELD.match(bare):
            if name:
                found[name] = value
            begun, name, value = True, match.group()[:-1], bare[match.end() :].strip()
        elif begun and not bare.strip():
            break
    if name:
        found[name] = value
    return found


def _lines(text: str) -> list[str]:
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    return [line[:MAX_LINE].rstrip() for line in lines.split("\n")[:MAX_LINES]]


def _before_returned(lines: list[str]) -> tuple[list[Line], list[str]]:
    """The lines of the notice itself, and those of the mail that it brings back in its text."""
    prose: list[Line] = []
    header = _NO_HEADER
    for number, text in enumerate(lines):
        if header != _NO_HEADER:
            # Header fields shown before the recipients, as the iPlanet family does: stepped over.
            header = _IN_HEADER if text.strip() else _NO_HEADER if header == _IN_HEADER else header
            continue
        folded = fold(text)
        if "following header fields" in folded:
            header = _BEFORE_HEADER
        elif _HEADER.match(text) or (folded and _is_end(folded) and prose):
            return prose, lines[number:]
        prose.append(Line(text, folded, bool(first_of(folded, phrases("returns", "leads")))))
    return prose, []


def _is_end(folded: str) -> bool:
    """Whether a line says that the mail that came back begins below it."""
    if first_of(folded, phrases("returns", "ends.en")):
        return True
    # In other languages we know words, not whole sentences: the line must look like a divider.
    looks = len(folded) < 80 and not (folded[0].isalnum() and folded[-1].isalnum())
    return looks and bool(first_of(folded, phrases("returns", "ends.other")))
