"""What stands behind MAIL and RCPT: a path and parameters (RFC 5321, 4.1.2).

Read as tolerantly as is safe: a blank after the colon, no brackets, a source route are passed over.
An address with control characters, blanks or octets that are no UTF-8 is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_ADDRESS = 320  # octets: RFC 5321 says 256, but senders' return paths are longer
MAX_HELO = 255

# The parts exclude each other by their first character: no way back, however long the line.
_PATH = re.compile(r"""\s*(?:<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>|([^\s<>]+))(?:\s+(\S.*))?\s*\Z""")
_ROUTE = re.compile(r"\A@[^:]*:")  # <@one,@two:jane@example.org>, obsolete
_NOT_IN_DOMAIN = re.compile(r'[\s<>"]')
_NOT_IN_LOCAL = re.compile(r'[\s<>"()\\,;]')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Path:
    """An address as it was given, "" for <>, and the parameters with upper-case names; one without
    a value has ""."""

    address: str
    parameters: dict[str, str]


def path(argument: str, keyword: str) -> Path | None:
    """Read `FROM:<jane@example.org> SIZE=500`; None where it is not written so."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    match = _PATH.match(argument, len(keyword))
    if not match:
        return None
    bracketed, bare, rest = match.groups()
    address = bare if bracketed is None else _ROUTE.sub("", bracketed.strip(), count=1)
    parameters = {}
    for word in (rest or "").split():
        name, _, value = word.partition("=")
        parameters[name.upper()] = value
    return Path(address, parameters)


def is_usable(address: str) -> bool:
    """Whether an envelope can carry it. Wider than what a person may register: return paths have
    quotes, signs of all kinds and address literals, and none of them is ours to judge."""
    local, at, domain = address.rpartition("@")
    return bool(
        at
        and local
        and domain
        and len(address.encode("utf-8", "replace")) <= MAX_ADDRESS
        and address.isprintable()
        and "\ufffd" not in address
        and not _NOT_IN_DOMAIN.search(domain)
        and (not _NOT_IN_LOCAL.search(local) or _QUOTED.fullmatch(local))
    )


def cleaned(text: str) -> str:
    """A HELO name fit to be kept and shown, whatever was said."""
    return "".join(c if c.isprintable() else "?" for c in text.strip()[:MAX_HELO])
