"""Authentication-Results (RFC 8601): what a mail server says that it found out about a mail.

Read strictly, in one pass over the header; a field that is not written as the RFC has it says nothing.
Whether to believe one is told by where it stands: `believed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from mailhub.reading import gate

MAX_FIELD = 8 * 1024
MAX_FIELDS = 50
MAX_RESULTS = 50  # of one field
_FIELD = re.compile(
    rb"^(authentication-results|received)[ \t]{0,9}:((?:[^\r\n]++|\r?\n[ \t])*+)", re.I | re.M
)
_PIECE = re.compile(r'\s++|;|"(?:[^"\\]|\\.)*+"|\(|[^\s;"(]++')
_IN_COMMENT = re.compile(r"\\.|[()]")
_QUOTED_PAIR = re.compile(r"\\(.)")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# The host that a Received line says the mail came from: the first address in brackets.
_FROM_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f:.]{2,45})\]")


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, by a server; `properties` by name, such as "smtp.mailfrom", in lower
    case."""

    by: str
    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """One Authentication-Results field."""

    authserv: str
    results: tuple[Result, ...]


def believed(
    raw: bytes, authservs: Collection[str], is_ours: Callable[[str], bool]
) -> dict[str, list[Result]]:
    """The results by method that a server of ours wrote, in a mail that a server of ours handed over.

    From the top down: of each method the first field that has it counts. The last of our servers took
    the mail from outside; below its Received line stand the results that it wrote, and below the next
    one what others, or the author, wrote. `is_ours` tells of an address whether it is one of ours,
    `authservs` are the names of our servers, in lower case.
    """
    found: dict[str, list[Result]] = {}
    is_outside = False
    for number, (name, value) in enumerate(_fields(raw)):
        if number == MAX_FIELDS or (name == "received" and is_outside):
            break
        if name == "received":
            address = _FROM_ADDRESS.search(value[:1000])
            is_outside = not (address and is_ours(address[1]))
            continue
        said = read(value)
        if said is None or said.authserv not in authservs:
            continue
        by_method: dict[str, list[Result]] = {}
        for result in said.results:
            by_method.setdefault(result.method, []).append(result)
        found = by_method | found
    return found


def read(value: str) -> Results | None:
    """One field's value; None where it is not well written."""
    segments = _segments(value)
    if not segments or not segments[0]:
        return None
    authserv, *version = segments[0]
    if version not in ([], ["1"]):
        return None
    results: list[Result] = []
    for words in segments[1 : MAX_RESULTS + 1]:
        pairs = _pairs(words)
        if pairs is None:
            return None
        if pairs:
            (method, result), *properties = pairs
            method = method.partition("/")[0].lower()
            by_name: dict[str, str] = {}
            for name, said in properties:
                by_name.setdefault(name.lower(), said)
            results.append(Result(authserv.lower(), method, result.lower(), by_name))
    return Results(authserv.lower(), tuple(results))


def _fields(raw: bytes) -> list[tuple[str, str]]:
    """The fields of the header that matter here, from the top, unfolded."""
    return [
        (match[1].decode().lower(), " ".join(match[2].decode("utf-8", "replace").split()))
        for match in _FIELD.finditer(gate.header_block(raw[: gate.MAX_HEADER]))
    ]


def _segments(value: str) -> list[list[str]] | None:
    """The words between semicolons, comments left out and quotes taken off; None where a comment or a
    quote does not end."""
    if len(value) > MAX_FIELD:
        return None
    segments: list[list[str]] = [[]]
    word, at = "", 0

    def end_word() -> None:
        nonlocal word
        if word:
            segments[-1].append(word)
        word = ""

    while at < len(value):
        piece = _PIECE.match(value, at)
        if piece is None:
            return None  # a quote without end
        at = piece.end()
        match piece[0][0]:
            case ";":
                end_word()
                segments.append([])
            case "(":
                end_word()
                at = _after_comment(value, at)
                if not at:
                    return None
            case '"':
                word += _QUOTED_PAIR.sub(r"\1", piece[0][1:-1])
            case first if first.isspace():
                end_word()
            case _:
                word += piece[0]
    end_word()
    return segments


def _after_comment(value: str, at: int) -> int:
    """Where a comment ends, others inside of it too; 0 where it does not. `at` is past its bracket."""
    depth = 1
    for mark in _IN_COMMENT.finditer(value, at):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if not depth:
            return mark.end()
    return 0


def _pairs(words: list[str]) -> list[tuple[str, str]] | None:
    """`a=b` as pairs, with blanks around the sign allowed; [] for "none" alone; None for anything else."""
    if [word.lower() for word in words] in ([], ["none"]):
        return []
    pairs: list[tuple[str, str]] = []
    waiting = list(reversed(words))
    while waiting:
        name, equals, said = waiting.pop().partition("=")
        if not equals and waiting and waiting[-1].startswith("="):
            said = waiting.pop()[1:]
        elif not equals:
            return None
        if not said and waiting and "=" not in waiting[-1]:
            said = waiting.pop()
        if not _KEY.fullmatch(name.partition("/")[0]):
            return None
        pairs.append((name, said))
    return pairs
