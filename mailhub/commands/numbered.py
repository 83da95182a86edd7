"""Answers to several things at once, by their numbers: `1 ok, 2 reject off topic, 3-5 spam` to a list of
what waits; "3: we used a shared service" to a digest.

What is not understood of one number says nothing about that number alone. A number that is answered in
two ways makes the whole answer unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from mailhub.commands import digest_heads
from mailhub.commands.command import Command
from mailhub.commands.digest_heads import listed
from mailhub.commands.lines import Reader
from mailhub.commands.own_words import OwnWords
from mailhub.commands.tables import languages

_MOST = 200
_LONGEST_LINE = 2_000  # characters; what is longer decides on nothing
_LONGEST_VERB = 30
# What can be said of one number in a digest; any other words are an answer.
_OF_ONE = frozenset({"more", "yes", "no", "maybe", "mute", "unmute"})
_SHORT = 5  # words; what is longer is an answer, however it begins

_ONE = r"#?\d{1,3}(?![\d%/°£:]\S)"
_RANGE = rf"{_ONE}(?: ?[-–—] ?{_ONE})?"
_BETWEEN_VERBS = re.compile(r"[;,.] (?!#?\d)")


@dataclass(frozen=True, slots=True)
class _Forms:
    """How numbers are written in the languages that are there."""

    head: re.Pattern[str]  # numbers at the beginning, and the mark behind them
    boundary: re.Pattern[str]  # in front of a number inside of a line
    blank: re.Pattern[str]  # the same, where no mark stands there
    verb_first: re.Pattern[str]


@cache
def _forms() -> _Forms:
    joining = _either(word for language in languages() for word in language.joining)
    title = _either(word for language in languages() for word in language.item_words)
    titled = rf"(?P<title>(?:\b(?:{title})\b\.? ?){{0,2}})"
    numbers = rf"{titled}(?P<numbers>{_RANGE}(?: ?(?:[,&+]|\b(?:{joining})\b) ?{_RANGE}){{0,30}})"
    return _Forms(
        head=re.compile(rf"{numbers} ?(?P<mark>[:.)=–—-]?)(?!\S*%) ?", re.IGNORECASE),
        boundary=re.compile(
            rf"(?:[,;.] ?| (?:{joining}) )(?=(?:(?:{title})\.? ?)?#?\d{{1,3}}\b)", re.I
        ),
        blank=re.compile(r"(?<=[^\W\d_]) (?=#?\d{1,3}\b)"),
        verb_first=re.compile(
            rf"(?P<verb>[^\d:;,]{{2,{_LONGEST_VERB}}}?) {numbers}(?P<rest>.*)", re.I
        ),
    )


def _either(words: Iterator[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


def answers(words: OwnWords, reader: Reader) -> tuple[Command, ...] | None:
    """What is said to the numbers of a digest; None where the first line says something without one.

    All numbers of an answer have the same mark behind them, so that a list inside of one is not taken
    for more of them.
    """
    found: list[Command] = []
    rows: list[str] = []
    numbers: tuple[int, ...] = ()
    mark = ""
    for row in words.lines:
        if len(found) >= _MOST:
            break
        several = _several(row, reader) if mark == "" else None
        if several:
            found += [*_answer(numbers, rows, reader), *several]
            numbers, rows = (), []
            continue
        head = digest_heads.of(row)
        if head and (
            (mark not in ("", head.mark) and not (head.sure and head.mark))
            or (head.bare and not _is_of_one(head.rest, reader))
        ):
            head = None
        if head is None:
            if not numbers and row:
                return tuple(found) or None
            rows.append(row)
            continue
        found += _answer(numbers, rows, reader)
        numbers, rows = head.numbers, [head.rest]
        mark = mark or head.mark
    found += _answer(numbers, rows, reader)
    return tuple(found[:_MOST]) or None


def _several(row: str, reader: Reader) -> list[Command] | None:
    """ "1 yes, 2 no", "more 2 and 5": words of one line, each about some numbers, none of them an answer."""
    line = " ".join(row.split())
    if len(line) > _LONGEST_LINE:
        return None
    found: list[Command] = []
    waiting: tuple[int, ...] = ()
    for piece in _pieces(line, _forms().boundary):
        match = _forms().head.match(piece)
        numbers = waiting + listed(match["numbers"]) if match else ()
        rest = piece[match.end() :].strip(" ,;.") if match else ""
        waiting = () if rest else numbers
        said = reader.one(rest) if rest else None
        if match is None or (rest and (said is None or said.verb not in _OF_ONE or said.item)):
            return _of_verb(line, reader)
        if said is not None:
            found += [replace(said, item=number) for number in numbers]
    return found if len(found) > 1 and not waiting else None


def _of_verb(line: str, reader: Reader) -> list[Command] | None:
    """ "more 2, 3 and 7"; of one number alone the settings' own words tell."""
    match = _forms().verb_first.fullmatch(line.strip(" ,;."))
    said = reader.one(f"{match['verb']} {match['rest']}") if match else None
    if match is None or said is None or said.verb not in _OF_ONE or said.item is not None:
        return None
    numbers = listed(match["numbers"])
    return [replace(said, item=number) for number in numbers] if len(numbers) > 1 else None


def _is_of_one(rest: str, reader: Reader) -> bool:
    said = reader.one(rest) if rest else None
    return said is not None and said.verb in _OF_ONE


def _answer(numbers: tuple[int, ...], rows: list[str], reader: Reader) -> list[Command]:
    text = "\n".join(rows).strip()
    if not numbers or not text:
        return []
    said = reader.one(text)
    short = len(text.split()) <= _SHORT
    if said is None or said.verb not in _OF_ONE or said.item is not None or not short:
        said = Command("answer", text)
    return [replace(said, item=number) for number in numbers]


def _pieces(line: str, boundary: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for match in boundary.finditer(line):
        yield line[start : match.start()]
        start = match.end()
    yield line[start:]
