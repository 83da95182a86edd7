"""Where in the octets of a mail a header ends and the parts of a multipart begin, in linear time."""

from __future__ import annotations

import re

MAX_PARTS = 2000
_BLANK_LINE = re.compile(rb"(?>\r\n|\n|\r)[ \t]*+(?=[\r\n]|\Z)")
FIELD = re.compile(rb"([!-9;-~\x80-\xff]{1,200})[ \t]*:")
MBOX = re.compile(rb">?From (?![ \t]*:)[^\r\n]*(?:\r\n|\n|\r)")
_MIME_FIELD = re.compile(rb"(?:content-[a-z-]+|mime-version)[ \t]*:", re.I)
# Fields that show that a header goes on, past a line that is none.
_KNOWN = re.compile(
    rb"(?:content-[a-z]+|mime-version|from|to|cc|subject|date|message-id|received|return-path|reply-to"
    rb"|sender|in-reply-to|references|list-[a-z]+|x-[a-z-]+|delivered-to|dkim-signature)[ \t]*:",
    re.I,
)


class TooManyPartsError(Exception):
    """A mail of more parts than anyone sends; it is to be read minimally."""


def field_at(raw: bytes, position: int) -> bool:
    return FIELD.match(raw, position) is not None or MBOX.match(raw, position) is not None


def end_of_header(octets: bytes) -> tuple[int, int]:
    """(where the header ends, where the body begins). A line of blanks alone ends it as well, unless a
    field follows."""
    if octets[:1] in (b"\r", b"\n"):
        return 0, 2 if octets.startswith(b"\r\n") else 1
    position = 0
    while found := _BLANK_LINE.search(octets, position):
        after = found.end() + (2 if octets.startswith(b"\r\n", found.end()) else 1)
        blank = octets[found.start() : found.end()].strip(b"\r\n") == b""
        following = octets[after : after + 1]
        if blank or not (following in b" \t\r\n" or FIELD.match(octets, after)):
            return found.end(), min(after, len(octets))
        position = found.end()
    return len(octets), len(octets)


def last_known_field(octets: bytes, end: int) -> int:
    """Where the last line before `end` begins that is surely a field of this header, not of the part
    behind a delimiter; -1 where none is."""
    last = -1
    for found in re.finditer(rb"[\r\n](?=[A-Za-z-])", octets[:end]):
        if octets.startswith(b"--", found.end()):
            break
        if _KNOWN.match(octets, found.end()):
            last = found.end()
    return last


def between(octets: bytes, boundary: bytes, tail: re.Pattern[bytes]) -> list[bytes] | None:
    """The pieces between the lines "--boundary", without empty ones; None where no such line
    opens one. What stands before the first and after "--boundary--" is no part (RFC 2046, 5.1), except
    where a delimiter and a header follow: some programs use one boundary twice."""
    mark = b"--" + boundary
    pieces: list[bytes] = []
    start = -1  # of the part that is open
    opened = closed = False
    position = octets.find(mark)
    while position >= 0:
        rest = tail.match(octets, position + len(mark))
        if rest and octets[position - 1 : position] in (b"", b"\r", b"\n"):
            # The line end before a delimiter belongs to it.
            end = position - (2 if octets.endswith(b"\r\n", 0, position) else 1)
            if 0 <= start < end:
                pieces.append(octets[start:end])
                if len(pieces) > MAX_PARTS:
                    raise TooManyPartsError
            start = rest.end()
            if rest[1] or (closed and not _MIME_FIELD.match(octets, start)):
                closed, start = True, -1
            opened = opened or start >= 0
        position = octets.find(mark, position + len(mark))
    if 0 <= start < len(octets):
        pieces.append(octets[start:])
    return pieces if opened else None
