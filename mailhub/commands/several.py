"""Decisions on several held mails in one reply: `1 ok, 2 reject off topic, 3-5 spam`, `all ok`, `rest spam`.

Each piece is read as a reply to one mail is. A piece that is not understood says nothing; a number that is
told two things, and whatever is told without a number, decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mailhub import words
from mailhub.commands.grammar import Command, Place, understand
from mailhub.letter import Letter

MAX_LINES = 600
MAX_LENGTH = 4_000  # characters of a line
_ONE = r"#?\d{1,4}"


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood: by number, and what of it could not be."""

    said: Mapping[int, Command]
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some numbers, or "all" or "rest", and what is said of them; `raw` is the piece as it stood."""

    numbers: frozenset[int]
    group: str
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class _Forms:
    """How numbers are written."""

    head: re.Pattern[str]  # numbers at the beginning, and the mark behind them
    between: re.Pattern[str]  # in front of the next number
    bare: re.Pattern[str]  # numbers alone
    joins: re.Pattern[str]
    every: frozenset[str]


@cache
def _forms() -> _Forms:
    table = words.table("several")
    to, joins = _either(table["to"]), _either(table["and"])
    groups = _either([*table["all"], *table["rest"]])
    span = rf"{_ONE}(?: ?(?:-|–|—|\.\.|\b(?:{to})\b) ?{_ONE})?"
    numbers = rf"{span}(?:(?: ?[,&+] ?| (?:{joins}) ){span})*+"
    any_case = re.IGNORECASE
    return _Forms(
        head=re.compile(
            rf"(?:(?P<numbers>{numbers})(?!\d)|(?P<group>{groups})\b) ?[:.)=–—-]? ?(?=\S)", any_case
        ),
        between=re.compile(
            rf"(?: ?[,;.] ?| (?:{joins}) )(?=(?:{_ONE}\b|(?:{groups})\b))", any_case
        ),
        bare=re.compile(numbers, any_case),
        joins=re.compile(rf" ?[,&+] ?| (?:{joins}) ", any_case),
        every=frozenset(one.lower() for one in table["all"]),
    )


def _either(said: Collection[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(said, key=len, reverse=True))


def read(letter: Letter, known: Collection[int]) -> Read:
    """What a reply says of these numbers; nothing where it begins otherwise."""
    said: dict[int, Command] = {}
    groups: list[tuple[str, Command]] = []
    unclear = begun = False
    for line in _lines(letter):
        pieces = list(_pieces(line))
        if not pieces:
            if begun:
                break  # a line without a number: a closing, a name
            continue
        begun = True
        for piece, command in _understood(letter, pieces):
            if command is None or piece.numbers - set(known):
                unclear = True
            elif piece.group:
                groups.append((piece.group, command))
            elif any(said.setdefault(number, command) != command for number in piece.numbers):
                return Read({}, True)
    if len(groups) > 1 or (groups and groups[0][0] == "all" and said):
        return Read({}, True)
    for _, command in groups:
        said = {number: said.get(number, command) for number in known}
    return Read(said, unclear)


def _understood(
    letter: Letter, pieces: Sequence[_Piece]
) -> Iterator[tuple[_Piece, Command | None]]:
    """Each piece with its command. What is none, below a reason, belongs to the reason: "2 reject posted
    twice, 3 times now"."""
    number = 0
    while number < len(pieces):
        piece, number = pieces[number], number + 1
        command = _one(letter, piece.text)
        while (
            command is not None
            and command.argument is not None
            and number < len(pieces)
            and _one(letter, pieces[number].text) is None
        ):
            longer = f"{piece.text}, {pieces[number].raw}"
            piece, number = replace(piece, text=longer), number + 1
            command = _one(letter, longer) or command
        yield piece, command


def _one(letter: Letter, text: str) -> Command | None:
    found = understand(replace(letter, new_text=text, subject=""), Place.DECISION)
    return found[0] if len(found) == 1 and found[0].item is None else None


def _lines(letter: Letter) -> Iterator[str]:
    for line in letter.new_text.splitlines()[:MAX_LINES]:
        line = " ".join(line.split())
        if line:
            yield line[:MAX_LENGTH]


def _pieces(line: str) -> Iterator[_Piece]:
    """What a line says, piece by piece; a number without words is told what the next one is."""
    forms = _forms()
    waiting: frozenset[int] = frozenset()
    start = 0
    cuts = [(found.start(), found.end()) for found in forms.between.finditer(line)]
    for end, following in [*cuts, (len(line), len(line))]:
        raw = line[start:end].strip(" ,;")
        start = following
        if forms.bare.fullmatch(raw):
            waiting |= _numbers(raw)
            continue
        match = forms.head.match(raw)
        if match is None:
            continue
        group = (match["group"] or "").lower()
        kind = "" if not group else "all" if group in forms.every else "rest"
        numbers = _numbers(match["numbers"] or "") | waiting
        waiting = frozenset()
        yield _Piece(numbers, kind, raw[match.end() :], raw)


def _numbers(text: str) -> frozenset[int]:
    """The numbers of "1, 3-5 and 8"."""
    found: set[int] = set()
    for part in _forms().joins.split(text):
        ends = [int(one) for one in re.findall(r"\d{1,4}", part)]
        found.update(range(ends[0], ends[1] + 1) if len(ends) == 2 else ends)
        found.update(ends)
    return frozenset(found)
