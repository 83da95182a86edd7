"""What a server asks of robots (RFC 9309): whether a page may be fetched by one. We come for one page that a
person named, seldom, and keep to it all the same."""

from __future__ import annotations

import re
from urllib.parse import unquote

LARGEST = 512 * 1024  # octets, RFC 9309 section 2.5
MOST_LINES = 5_000
_NAME = re.compile(r"[A-Za-z_-]{1,100}")


def allows(body: bytes, agent: str, target: str) -> bool:
    """Whether robots of this name may fetch a path: the longest rule that fits decides; of two as long, the
    one that allows. `target` is path and query."""
    rules = _rules(body[:LARGEST].decode("utf-8", "replace"), agent.lower())
    target = unquote(target)
    longest, allowed = -1, True
    for path, allow in rules:
        if len(path) >= longest and _fits(path, target):
            allowed = allow or (allowed and len(path) == longest)
            longest = len(path)
    return allowed


def _rules(text: str, agent: str) -> list[tuple[str, bool]]:
    """The rules of the groups for this robot; where there are none, of those for all."""
    own: list[tuple[str, bool]] = []
    general: list[tuple[str, bool]] = []
    is_named = False
    names: list[str] = []
    in_rules = False
    for line in text.splitlines()[:MOST_LINES]:
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if in_rules:
                names, in_rules = [], False
            found = _NAME.match(value)
            names.append("*" if value.startswith("*") else found.group().lower() if found else "")
            is_named = is_named or agent in names
        elif key in ("allow", "disallow"):
            in_rules = True
            if value:
                rule = (unquote(value[:2_000]), key == "allow")
                if agent in names:
                    own.append(rule)
                if "*" in names:
                    general.append(rule)
    return own if is_named else general


def _fits(rule: str, target: str) -> bool:
    """Whether a path begins as a rule says; `*` stands for anything, `$` for the end. Walked once: the
    pieces between stars are looked for one after the other."""
    ends = rule.endswith("$")
    pieces = rule.removesuffix("$").split("*")
    if not target.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for number, piece in enumerate(pieces[1:], 1):
        if ends and number == len(pieces) - 1:
            return len(target) - at >= len(piece) and target.endswith(piece)
        found = target.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or at == len(target)
