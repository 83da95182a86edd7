"""Notice: what a mail system wrote about a mail, apart from the mail it is about.

A returned mail has up to three parts: words for people, fields for programs (RFC 3464), and the mail
that came back or its headers. They are told apart here once, for every reader of bounces. Nothing
below an attached mail is taken for the notice's own words: it is a stranger's text, and the
addresses in it did not fail.

Bounds: 200 parts, 256 KB of text, 1,500 lines of 1,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from mailhub.reading import charsets, cleaning, encoded, html_text, parameters, transfer
from mailhub.reading.addressing import addresses_of, sender_of
from mailhub.reading.phrases import first_of, fold, phrases

MAX_PARTS = 200
MAX_TEXT = 256 * 1024
MAX_LINES = 1_500
MAX_LINE = 1_000

REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "message/partial", "message/external-body")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")

# An address in brackets that someone forgot to escape is no tag.
_BARE_ADDRESS = re.compile(r"<([^<>\s@]{1,64}@[^<>\s]{1,255})>")
_HEADER = re.compile(
    r"[>|\s]{0,4}(return-path|received|dkim-signature|x-received|arc-seal):\s", re.I
)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:")
_NO_HEADER, _BEFORE_HEADER, _IN_HEADER = range(3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a notice, its folded form, and whether it speaks of failure."""

    text: str
    folded: str
    speaks: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice taken apart. All strings are cleaned."""

    sender: str
    subject: str
    readers: tuple[str, ...]  # whom the notice was sent to: the sender of the mail that came back
    prose: tuple[Line, ...]  # lines for people, up to where the returned mail begins
    reports: tuple[str, ...]  # texts of delivery-status parts
    returned_to: tuple[str, ...]  # To and Cc of the returned mail


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
    words = "\n".join(plain)
    if "@" not in words:
        words = "\n".join([words, *(plain_of(text) for text in markup)])
        if not reports and _is_report(words):
            reports.append(words)
    prose, rest = _before_returned([line[:MAX_LINE].rstrip() for line in words.split("\n")])
    returned = returned or _headers_in(rest)
    return Notice(
        sender=sender_of(message)[1],
        subject=header_text(message, "Subject"),
        readers=addresses_of(message, "To"),
        prose=tuple(prose),
        reports=tuple(reports),
        returned_to=addresses_of(returned, "To") + addresses_of(returned, "Cc"),
    )


def header_text(message: Message, name: str) -> str:
    """A header's text, RFC 2047 words decoded, on one line."""
    value = str(message.get(name, ""))[:4000]
    return cleaning.line(encoded.text(encoded.from_wire(value)))


def report_type(message: Message) -> str:
    """The report-type of a multipart/report (RFC 6522), in small letters, else ""."""
    return _parameter(message, "report-type").lower()


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
    """The text of one part as the mail meant it, decoded, at most `limit` octets of it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        # The standard library's parser reads each block of a delivery-status part as headers.
        blocks = [_block_text(block) for block in payload[:1000] if isinstance(block, Message)]
        payload = "\n\n".join(blocks)
    octets = encoded.octets(str(payload or "")[: 2 * limit])
    content, _ = transfer.decode(octets, str(part.get("Content-Transfer-Encoding", "")))
    return cleaning.body(charsets.decode(content[:limit], _parameter(part, "charset"))[0])


def plain_of(markup: str) -> str:
    """The words of an HTML notice."""
    return html_text.text(_BARE_ADDRESS.sub(r"&lt;\1&gt;", markup[:MAX_TEXT]))


def attached(part: Message) -> Message | None:
    """The mail inside of a message/rfc822 part; None where there is none."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def _parameter(part: Message, name: str) -> str:
    return parameters.split(str(part.get("Content-Type", ""))[:4000])[1].get(name, "")


def _block_text(block: Message) -> str:
    fields = "\n".join(f"{name}: {value}" for name, value in block.items())
    rest = block.get_payload()
    return f"{fields}\n{rest}" if isinstance(rest, str) and rest else fields


def _is_unparted(part: Message) -> bool:
    # A multipart whose boundary is missing or wrong is one long text, fields and all.
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)


def _is_report(text: str) -> bool:
    folded = text.lower()
    return "\nfinal-recipient:" in folded and "\naction:" in folded


def _returned_headers(part: Message, kind: str) -> Message | None:
    if kind in _RETURNED and (mail := attached(part)) is not None:
        return mail
    return _headers_in(text_of(part, 64 * 1024).splitlines())


def _headers_in(lines: list[str]) -> Message:
    """The first block of header fields in `lines`, as a Message without a body."""
    found = Message()
    name, value = "", ""
    for line in lines[:400]:
        bare = line if line[:1] in (" ", "\t") else line.lstrip("> |")
        match = _FIELD.match(bare.lstrip())
        if name and bare[:1] in (" ", "\t") and bare.strip():
            value = f"{value} {bare.strip()}"
        elif match:
            if name:
                found[name] = value
            name, value = match.group()[:-1], bare.lstrip()[match.end() :].strip()
        elif name and not bare.strip():
            break
    if name:
        found[name] = value
    return found


def _before_returned(lines: list[str]) -> tuple[list[Line], list[str]]:
    """The lines of the notice itself, and those of the mail that it brings back in its text."""
    prose: list[Line] = []
    header = _NO_HEADER
    said = False
    for number, text in enumerate(lines[:MAX_LINES]):
        if header != _NO_HEADER:
            # Header fields shown before the recipients, as the iPlanet family does: stepped over.
            header = _IN_HEADER if text.strip() else _NO_HEADER if header == _IN_HEADER else header
            continue
        folded = fold(text)
        if "following header fields" in folded:
            header = _BEFORE_HEADER
        elif _HEADER.match(text) or (folded and said and _is_end(folded)):
            return prose, lines[number:]
        said = said or bool(folded)
        prose.append(Line(text, folded, bool(first_of(folded, phrases("returns", "leads")))))
    return prose, []


def _is_end(folded: str) -> bool:
    """Whether a line says that the mail that came back begins below it.

    It must look like a divider too: sentences above the recipients speak of the original as well.
    """
    looks = folded[0] in "-=*|>[#~_" or folded[-1] in ":.-=*|])。："
    if looks and first_of(folded, phrases("returns", "ends.en")):
        return True
    return looks and len(folded) < 80 and bool(first_of(folded, phrases("returns", "ends.other")))
