"""Which of several mails a line speaks of: "1, 3-5 and 8", "all", "the rest", "except 3"; and where in it.

A number that counts something ("3 of us"), or is part of a date, a time, a price or a word, names nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice

from mailhub import words

_MOST_HEADS = 300  # of a line
_LOOKED_BACK = 20  # characters
_ONE = r"#?\d{1,3}(?!\d|[/:.]\d|\w| ?[%°£€])"


class Of(StrEnum):
    """Which of the mails somebody speaks of."""

    NUMBERS = "numbers"
    ALL = "all"
    REST = "rest"
    NOT = "not"  # "except 3"


@dataclass(frozen=True, slots=True)
class Head:
    """The numbers that something is said of, or what stands for them. `apart`: more than a blank sets it apart
    from what stands before it; `marked`: a mark stands behind it; `joined`: what stands behind it is the same clause."""

    of: Of
    numbers: tuple[int, ...]
    start: int
    end: int
    apart: bool
    marked: bool
    joined: bool


def heads_of(line: str) -> list[Head]:
    """All that a line names, in its order."""
    forms = _forms()
    found: list[Head] = []
    for match in islice(forms.head.finditer(line), _MOST_HEADS):
        near = max(match.start() - _LOOKED_BACK, 0)
        group = (match["group"] or "").lower()
        of = Of.NOT if match["spared"] else Of.NUMBERS
        if group:
            of = Of.ALL if group in forms.every else Of.REST
        found.append(
            Head(
                of,
                _numbers(match["numbers"] or ""),
                match.start(),
                match.end(),
                not match.start() or bool(forms.apart.search(line, near, match.start())),
                bool(match["mark"]),
                line[match.end() - 1 : match.end() + 1].rstrip(" ,;.:").strip() != "",
            )
        )
    return found


def trimmed(text: str) -> str:
    """A text without what only joins it with others."""
    return _forms().edges.sub("", text)


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of "1, 3-5 and 8"."""
    found: set[int] = set()
    for span in _forms().span.finditer(text):
        ends = [int(one) for one in re.findall(r"\d{1,3}", span[0])]
        found.update(range(ends[0], ends[-1] + 1), ends)
    return tuple(sorted(found))


def without_being(text: str) -> str:
    """ "are both ok" as "ok"."""
    return _forms().being.sub("", text, count=1)


@dataclass(frozen=True, slots=True)
class _Forms:
    """How numbers are written, in the languages that are there."""

    head: re.Pattern[str]
    span: re.Pattern[str]
    apart: re.Pattern[str]  # what sets apart what comes behind it
    edges: re.Pattern[str]
    being: re.Pattern[str]  # "are both" in front of what they are
    every: frozenset[str]


@cache
def _forms() -> _Forms:
    table = words.said("several")
    counted = _either(table["of"])  # "3 of us"
    to, joins = _either(table["to"]), _either(table["and"])
    # A letter alone joins numbers in Welsh, and is a word of a reason in English.
    joins_words = _either(word for word in table["and"] if len(word) > 1)
    titles = rf"(?:(?:{_either(table['titles'])})(?!\w)\.? ?){{0,2}}"
    groups = _either([*table["all"], *table["rest"]])
    span = rf"{_ONE}(?: ?(?:[-–—]|\.\.|\b(?:{to})\b) ?{_ONE})?"
    numbers = rf"{span}(?:(?: ?[,&+] ?| (?:{joins}) ){titles}{span}){{0,200}}"
    return _Forms(
        head=re.compile(
            rf"(?<![\w£$€/:.#-])(?P<spared>(?:{_either(table['not'])}) )?{titles}"
            rf"(?:(?P<numbers>{numbers})|(?P<group>{groups})\b)(?! (?:{counted})\b) ?(?P<mark>[:.)=–—-]?)",
            re.IGNORECASE,
        ),
        span=re.compile(span, re.IGNORECASE),
        apart=re.compile(rf"(?:[,;.:&+]|\b(?:{joins_words})) ?\Z", re.IGNORECASE),
        edges=re.compile(
            rf"\A(?:[ ,;.:&+]|(?:{joins_words})\b)+|(?:[ ,;.:&+]|\b(?:{joins_words}))+\Z",
            re.IGNORECASE,
        ),
        being=re.compile(rf"\A(?:(?:{_either(table['being'])}) )+", re.IGNORECASE),
        every=frozenset(one.lower() for one in table["all"]),
    )


def _either(said: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(said), key=len, reverse=True)))
