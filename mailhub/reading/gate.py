"""The gate: what is too large to be read in bounded time is found on the raw octets.

Each check is one pass without a parser. A mail that fails is read minimally (`minimal`): the few
fields that matter, from the header block, and nothing of the body.
"""

from __future__ import annotations

import re

MAX_MAIL = 40 * 1024 * 1024
MAX_HEADER = 64 * 1024
MAX_HEADER_LINES = 1000
MAX_HEADER_LINE = 16 * 1024
MAX_LINES = 1_000_000
SCANNED = 1024 * 1024  # octets of a header that failed

# From the start of a line alone: looked for from each octet, lines just short of it would take hours.
_LONG_LINE = re.compile(rb"(?<![^\r\n])[^\r\n]{%d}" % (MAX_HEADER_LINE + 1))
_MATTERS = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Message-ID|In-Reply-To|References|List-Id|Auto-Submitted)"
    rb"[ \t]{0,5}:[^\r\n]{0,4000}",
    re.I | re.M,
)
_MAX_KEPT = 40


def problems(raw: bytes) -> tuple[str, ...]:
    """The codes of what is wrong with a mail, () where it can be read."""
    found: list[str] = []
    if len(raw) > MAX_MAIL:
        found.append("mail-too-large")
    block = header_block(raw)
    if len(block) > MAX_HEADER:
        found.append("header-block-too-large")
    if block.count(b"\n") > MAX_HEADER_LINES:
        found.append("too-many-header-lines")
    if len(block) > MAX_HEADER_LINE and _LONG_LINE.search(block[:SCANNED]):
        found.append("header-line-too-long")
    if len(raw) > MAX_LINES and raw.count(b"\n") > MAX_LINES:
        found.append("too-many-lines")
    return tuple(found)


def header_block(raw: bytes) -> bytes:
    """Everything before the first blank line."""
    end = len(raw)
    for blank in (b"\r\n\r\n", b"\n\n", b"\n\r\n", b"\r\r"):
        found = raw.find(blank, 0, end + 4)
        end = found if 0 <= found < end else end
    return raw[:end]


def minimal(raw: bytes) -> bytes:
    """A small mail with the fields of `raw` that matter, cut to size, and no body."""
    kept: list[bytes] = []
    for field in _MATTERS.finditer(header_block(raw[:SCANNED])):
        kept.append(field[0])
        if len(kept) == _MAX_KEPT:
            break
    return b"\r\n".join(kept) + b"\r\n\r\n"
