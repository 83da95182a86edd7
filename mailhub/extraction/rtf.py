"""The text of Rich Text Format, in one walk over its tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.S
)
# Groups that hold no words of the document.
_SILENT = frozenset(
    {
        *(b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata"),
        *(b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"datastore", b"xmlnstbl"),
    }
)
_BREAKS = frozenset({b"par", b"line", b"tab", b"cell", b"row", b"page", b"sect"})
_MAX_DEPTH = 1_000


def pieces(octets: bytes) -> Iterator[str]:
    """The words, group by group and run by run, joined where no break stands between them."""
    silent = [False]
    found: list[str] = []
    skip = 0  # characters that stand after \u for readers that do not know it
    for token in _TOKEN.finditer(octets):
        word, number, code, sign, brace, run = token.groups()
        if brace == b"{" and len(silent) < _MAX_DEPTH:
            silent.append(silent[-1])
        elif brace == b"}" and len(silent) > 1:
            silent.pop()
        elif word in _SILENT or sign == b"*":
            silent[-1] = True
        elif silent[-1]:
            continue
        elif word in _BREAKS:
            yield "".join(found)
            found = []
        elif word == b"u" and number:
            found.append(chr(int(number) % 0x10000))
            skip = 1
        elif code or run:
            words = (bytes.fromhex(code.decode()) if code else run).decode("cp1252", "replace")
            found.append(words[skip:])
            skip = 0
        elif sign and sign in b"\\{}~":
            found.append(" " if sign == b"~" else sign.decode())
    yield "".join(found)
