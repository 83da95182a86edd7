"""How a line names the thing of a digest that it is about: "3:", "#3", "re item 3 -", "On 3, …", "number five: …",
"to the third one: …".

What could be anything else names nothing: "3 councils use one", "on 3 December", "the first point:". Whoever
wrote it is then asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from mailhub import words
from mailhub.commands.tables import languages

_LONGEST = 200  # characters at the beginning of a line, among which a name stands
_MOST = 200
_ONE = r"#? ?\d{1,3}(?![\w%°£€]|[:.,/]\d)"
_RANGE = rf"{_ONE}(?: ?[-–—] ?{_ONE})?"
_MARK = r" ?(?P<mark>->|=>|[:.)=>;,/–—-])?"
_STRONG = frozenset({":", ".", ")", "=", ">", "->", "=>", "/", "-", "–", "—"})
_BULLET = re.compile(r"^[-*•–]\s+(?=\S)")
_IN_SIGNS = re.compile(r"(?:([*_]{1,3})([^*_]{1,60})\1|[(\[](\d{1,3})[)\]])")


class Head(NamedTuple):
    """The things that a line names, and what it says of them. It is `sure` where nothing else can be meant:
    "item 3", "re 3"; of one that is `bare` ("3 yes") its words must tell."""

    numbers: tuple[int, ...]
    mark: str
    sure: bool
    bare: bool
    rest: str


def of(row: str) -> Head | None:
    """What stands at the beginning of a line; None where nothing is named there."""
    line = _without_signs(_BULLET.sub("", row.strip(), count=1))
    by_ordinal = _ordinals().match(line[:_LONGEST])
    if by_ordinal is not None:
        return _by_ordinal(by_ordinal, line)
    match = _numbers().match(line[:_LONGEST])
    if match is None:
        return None
    rest = line[match.end() :].strip()
    opening, name, mark = match["opening"], _folded(match["name"]), match["mark"] or ""
    if _folded(rest.split(" ", 1)[0]).rstrip(".,") in _months():
        return None
    if match["spelled"]:
        at = _said("cardinals").index(_folded(match["spelled"]))
        # "Number one: thanks" praises, "no one: …" denies.
        if name not in _said("names" if at else "of_one") or not mark:
            return None
        return Head((1 + at,), mark, sure=True, bare=False, rest=rest)
    numbers = listed(match["numbers"])
    if (
        name in _said("names")
        or _folded(opening).rstrip(":") in _said("names")
        or match["numbers"].startswith("#")
    ):
        is_no = name in _said("denials")  # "no 5 I think"
        named = match["numbers"].startswith("#") or (not is_no and _begins(rest))
        return Head(numbers, mark, sure=True, bare=not (mark or named), rest=rest)
    if opening:
        if _folded(opening).rstrip(":") in _said("vague"):
            return None  # "about 5: no, 6"
        # "On 3. December", "on 3 we meet"
        return Head(numbers, mark, True, False, rest) if mark not in ("", ".") else None
    if mark and mark not in _STRONG:
        return None
    style = f"-{mark}" if mark and _BULLET.match(row.strip()) else mark  # a list of its own
    return Head(numbers, style, sure=False, bare=not mark, rest=rest)


def listed(text: str) -> tuple[int, ...]:
    """The numbers of "1, 3-5 and 8", each once; a range that runs backwards is its two ends."""
    found: list[int] = []
    for part in re.findall(r"\d{1,3}(?: ?[-–—] ?#? ?\d{1,3})?", text):
        low, *high = (int(one) for one in re.findall(r"\d{1,3}", part))
        found += range(low, high[0] + 1) if high and low < high[0] else (low, *high)
    return tuple(dict.fromkeys(found))[:_MOST]


def _by_ordinal(match: re.Match[str], line: str) -> Head | None:
    """ "To the third: …", "the third one: …"; "third:" alone counts something of the writer's own."""
    number, noun = _folded(match["ordinal"]), match["noun"]
    # "First: …", "on the first, we agree", "on the 3rd: a meeting", "the first one, I believe, …"
    if not match["opening"] and (not noun or match["mark"] == ","):
        return None
    if not noun and (match["mark"] == "," or number[0].isdigit()):
        return None
    at = int(number[:-2]) if number[0].isdigit() else 1 + _said("ordinals").index(number)
    return Head((at,), match["mark"], sure=True, bare=False, rest=line[match.end() :].strip())


def _begins(rest: str) -> bool:
    """Whether words are such as begin an answer: "number 5 yes good idea", and not "number 5 bus"."""
    first, *more = rest.split()[:2] or [""]
    return bool(more) and _folded(first).strip(",.!?") in _said("beginnings")


def _without_signs(line: str) -> str:
    """ "**3:** we" and "(3) we" as "3: we"."""
    match = _IN_SIGNS.match(line)
    if match is None:
        return line
    inside = match[2] or f"{match[3]})"
    behind = line[match.end() :]
    return inside + (
        behind.lstrip(" ):.") if match[3] and behind[:2].strip() in ("", ":") else behind
    )


@cache
def _said(key: str) -> tuple[str, ...]:
    """What is said in all languages. Numbers are counted in English alone."""
    return words.said("digest-heads")[key]


@cache
def _months() -> frozenset[str]:
    return frozenset(month for language in languages() for month in language.dates.months)


@cache
def _numbers() -> re.Pattern[str]:
    joining = _either(word for language in languages() for word in language.joining)
    names = _either([*_said("names"), *_said("others")])
    numbers = rf"{_RANGE}(?: ?(?:[,&+]|\b(?:{joining})\b) ?{_RANGE}){{0,30}}"
    return re.compile(
        rf"(?P<opening>(?:{_either(_said('openings'))}):? )?"
        rf"(?:(?:(?:{_either(_said('articles'))}) )?(?P<name>{names})\b\.? ?(?:{names})?\.? ?)?"
        rf"(?:(?P<numbers>{numbers})|(?P<spelled>{_either(_said('cardinals'))})\b){_MARK}",
        re.IGNORECASE,
    )


@cache
def _ordinals() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<opening>(?:{_either(_said('openings'))}):? )?"
        rf"(?:(?:{_either(_said('articles'))}) )?"
        rf"(?P<ordinal>{_either(_said('ordinals'))}|\d{{1,2}}(?:st|nd|rd|th))"
        rf"(?: (?P<noun>{_either(_said('nouns'))}))? ?(?P<mark>[:,–—-])",
        re.IGNORECASE,
    )


def _either(said: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(said), key=len, reverse=True)))


def _folded(text: str | None) -> str:
    return " ".join((text or "").lower().split())
