"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2231), read in one pass.

The standard library's reader is quadratic in the number of semicolons; this one is linear and takes
what real mail has: unquoted blanks, missing quotes, raw 8-bit, RFC 2047 words inside quotes,
RFC 2231 continuations out of order. Never raises.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mailhub.reading import charsets, encoded

_MAX_VALUE = 8192
_MAX_PARAMETERS = 60
_SHORT = 200  # longer values are not remembered
# name = "quoted \" text" | bare text up to the next semicolon. A quote that never closes runs to the
# end of the value.
_PARAMETER = re.compile(
    r"""[;\s]*([^\s=;"]{1,100})\s{0,20}=\s{0,20}(?:"((?:[^"\\]|\\.)*)(?:"[^;]*|$)|([^;]*))""", re.S
)
_ESCAPED = re.compile(r"\\([\"\\])")
_CONTINUED = re.compile(r"^([^*]+)\*(?:(\d{1,3})(\*)?)?$")


def split(value: str) -> tuple[str, dict[str, str]]:
    """("text/plain", {"charset": "utf-8", …}): the value in lower case, the parameters decoded.

    `value` is a raw header (with surrogate escapes). The first of two parameters of a name counts.
    """
    main, _, rest = value.partition(";")
    if rest or "=" in main:
        return _remembered(value) if len(value) <= _SHORT else _split(value)
    return "".join(main[:_MAX_VALUE].split()).lower(), {}


@lru_cache(maxsize=512)
def _remembered(value: str) -> tuple[str, dict[str, str]]:
    return _split(value)


def _split(value: str) -> tuple[str, dict[str, str]]:
    value = encoded.from_wire(value[:_MAX_VALUE].replace("\r", "").replace("\n", ""))
    main, _, rest = value.partition(";")
    if "=" in main:  # "filename=a.pdf", "application/pdf name=a.pdf": a semicolon is missing
        kind, blank, first = main.strip().partition(" ")
        main, rest = (kind, f"{first};{rest}") if blank and "=" not in kind else ("", value)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    position = 0
    for _ in range(_MAX_PARAMETERS):
        found = _PARAMETER.match(rest, position)
        if found is None:
            # Not name=value: pass over it, to the next semicolon.
            position = rest.find(";", position) + 1
            if position == 0:
                break
            continue
        position = found.end()
        name = found[1].lower()
        text = _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
        continued = _CONTINUED.match(name)
        if continued:
            number = int(continued[2] or 0)
            extended = bool(continued[3]) or continued[2] is None
            pieces.setdefault(continued[1], {}).setdefault(number, (text, extended))
        else:
            plain.setdefault(name, text)
    for name, numbered in pieces.items():
        plain[name] = _joined(numbered)
    return "".join(main.split()).lower(), plain


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: the pieces in the order of their numbers, %XX octets in the charset of the first."""
    charset = ""
    octets = b""
    for place, number in enumerate(sorted(numbered)):
        text, extended = numbered[number]
        if extended:
            if place == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            octets += unquote_to_bytes(text)
        else:
            octets += text.encode("utf-8", "surrogateescape")
    return charsets.decode(octets, charset)[0]
