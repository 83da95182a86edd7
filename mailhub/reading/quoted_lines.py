"""What each line of a letter is before any head is looked for: blank, own, quoted, signature.

A line is quoted by its mark (">") or by the structure of the HTML beside the text. What only looks
like a mark is none: ">10% of the budget", ">>> www.example.org <<<", an mbox's ">From here on".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from mailhub.reading import attributions, quoted_headers, quoted_html
from mailhub.reading.quote_words import PROBE
from mailhub.reading.quoted_html import Mark


class Line(IntEnum):
    """What a line is."""

    BLANK = 0
    OWN = 1
    QUOTED = 2
    SIGNATURE = 3
    FORWARDED = 4


_FEW = 5  # marked lines that may be somebody's own, however short their mail is
_MOST_CITED = 200
_FIGURES = frozenset("0123456789£$€=")
# "Jane Doe <", "Jane Doe <jane@": an address that the next line ends.
_OPEN_BRACKET = re.compile(r"<(?:mailto:)?[^\s<>]{0,200}\s*$")
_MORE_THAN = re.compile(r">=?\s?[£$€]?\d[\d.,]{0,12}(?:\s?%|\s{0,3}[:=|–-]|\s[^\W\d]|$)")
_CODE = re.compile(
    r">>> (?:(?:import|from|del|for|def|class|print|with|try|if)\b|[\w.]+\s?[=(\[]|[\[({]|\d+ [-+*/])"
)
_LINK_ALONE = re.compile(r"[<(]https?://\S{1,150}[>)]")


def kinds_of(lines: Sequence[str], html: str) -> list[Line]:
    """What each line is, by its own mark and by the HTML."""
    blank, own = Line.BLANK, Line.OWN
    kinds = [blank if not line or line.isspace() else own for line in lines]
    marked = _mark_prefixed(lines, kinds)
    if html and (
        not marked or quoted_html.says_more(html) or _is_strangely_introduced(lines, kinds, html)
    ):
        _mark_by_structure(lines, kinds, html)
    return kinds


def keep_own_citations(lines: Sequence[str], kinds: list[Line]) -> None:
    """In a mail that answers none, a few lines marked ">" are somebody's own where nothing introduces
    them: what an act says, "> 95 is green". A head above or in them makes all of them quotes.
    """
    marked = [n for n, kind in enumerate(kinds) if kind is Line.QUOTED]
    if len(marked) > min(max(kinds.count(Line.OWN), _FEW), _MOST_CITED) or any(
        not lines[number].lstrip().startswith(">") for number in marked
    ):
        return
    for number in marked:
        above = last_word(kinds, number)
        head = None if above is None else attributions.ending_at(lines, above)
        bare = lines[number].lstrip("> ")
        if (
            (head is not None and head.sure)
            or lines[number].lstrip().startswith((">>", "> >"))
            or quoted_headers.label_of(bare) is not None
            or quoted_headers.rule_opens(bare) is not None
        ):
            return
    for number in marked:
        kinds[number] = Line.OWN


def has_own(kinds: Sequence[Line], end: int) -> bool:
    """Whether anything of somebody's own stands before line `end`."""
    return Line.OWN in kinds[:end]


def next_word(kinds: Sequence[Line], start: int) -> int | None:
    """The first line from `start` that is not blank."""
    return next((n for n in range(start, len(kinds)) if kinds[n] is not Line.BLANK), None)


def last_word(kinds: Sequence[Line], end: int) -> int | None:
    """The last line before `end` that is not blank."""
    return next((n for n in range(end - 1, -1, -1) if kinds[n] is not Line.BLANK), None)


def filled(kinds: Sequence[Line]) -> list[Line]:
    """The same, where blank lines between two quoted ones are quoted, too."""
    result = list(kinds)
    last = -1
    for number, kind in enumerate(kinds):
        if kind is Line.BLANK:
            continue
        if last >= 0 and kind is kinds[last] and kind in (Line.QUOTED, Line.SIGNATURE):
            result[last:number] = [kind] * (number - last)
        last = number
    return result


def _mark_prefixed(lines: Sequence[str], kinds: list[Line]) -> bool:
    """Marks the lines that begin with ">", and the ends of such lines that were folded wrongly."""
    marked = [
        number
        for number, line in enumerate(lines)
        if ">" in line[:8] and line.lstrip()[:1] == ">" and not _closes_bracket(lines, number)
    ]
    for number in marked:
        kinds[number] = Line.QUOTED
    for number in marked if len(marked) < 3 else ():
        if not _is_plainly_quoted(lines[number]) or _opens_alone(lines, kinds, number):
            kinds[number] = Line.OWN
    for number in marked:
        # An mbox's mark before somebody's "From": no quote goes on above or below it.
        below = kinds[number + 1] if number + 1 < len(kinds) else Line.BLANK
        if lines[number].startswith(">From ") and Line.QUOTED not in (kinds[number - 1], below):
            kinds[number] = Line.OWN
    if _are_figures(lines, marked) or _are_prompts(lines, marked):
        for number in marked:
            kinds[number] = Line.OWN
        return False
    broken = 0
    for number in marked:
        if _is_folded_end(lines, kinds, number + 1, broken):
            kinds[number + 1] = Line.QUOTED
            broken += 1
    return bool(marked)


def _closes_bracket(lines: Sequence[str], number: int) -> bool:
    """Whether the ">" ends an address that was folded: "Jane Doe <", "jane@example.org", "> wrote:"."""
    for above in range(number - 1, max(number - 5, -1), -1):
        line = lines[above]
        if len(line) > PROBE or line.startswith(">"):
            return False
        if _OPEN_BRACKET.search(line[-250:]):
            return True
        if line.strip() and ("@" not in line or line.count(">") > line.count("<")):
            return False
    return False


def _is_plainly_quoted(line: str) -> bool:
    bare = line[:200].strip()
    return not (bare.endswith("<") or bare.startswith(">From ") or bare[1:2] in _FIGURES)


def _are_figures(lines: Sequence[str], marked: Sequence[int]) -> bool:
    """Whether all the marks say "more than": "> 50: 12 councils", a list of somebody's own."""
    if len(marked) < 2 or not all(_MORE_THAN.match(lines[number]) for number in marked):
        return False
    above = next((n for n in range(marked[0] - 1, -1, -1) if lines[n].strip()), None)
    return above is None or attributions.ending_at(lines, above) is None


def _are_prompts(lines: Sequence[str], marked: Sequence[int]) -> bool:
    """Whether all the marks are Python's prompt below somebody's words, the first before code."""
    if len(marked) < 2 or not _CODE.match(lines[marked[0]][:PROBE]):
        return False
    return any(line.strip() for line in lines[: marked[0]]) and all(
        lines[number].startswith(">>> ") and not attributions.may_end(lines[number])
        for number in marked
    )


def _is_strangely_introduced(lines: Sequence[str], kinds: Sequence[Line], html: str) -> bool:
    """Whether the HTML may know a head above a marked quote that the words do not show."""
    first = kinds.index(Line.QUOTED) if Line.QUOTED in kinds else 0
    above = last_word(kinds, first)
    if above is None or not quoted_html.names_heads(html):
        return False
    return attributions.ending_at(lines, above) is None


def _opens_alone(lines: Sequence[str], kinds: Sequence[Line], number: int) -> bool:
    """Whether it is a head like GroupWise's ">>> Jane Doe 05/03/2013 10:15 >>>", no quoted line."""
    if not lines[number].startswith(">>> ") or not attributions.may_end(lines[number]):
        return False
    below = next_word(kinds, number + 1)
    return below is not None and kinds[below] is Line.OWN


def _is_folded_end(lines: Sequence[str], kinds: Sequence[Line], number: int, broken: int) -> bool:
    """Whether a line between two quoted ones is the rest of the one above it, not an answer."""
    if number + 1 >= len(lines):
        return False
    above, line = lines[number - 1].rstrip(), lines[number].strip()
    if kinds[number - 1] is not Line.QUOTED or kinds[number] is not Line.OWN:
        return False
    if kinds[number + 1] is Line.OWN:
        return False
    if kinds[number + 1] is Line.BLANK and not (broken and len(above) > 70 and above[-1].isalnum()):
        return False
    if len(line) > 200:
        return False
    if above.count("(http") > above.count(")") or _LINK_ALONE.match(line):
        return True
    if len(above) < 60 or not line[:1].islower():
        return False
    return above[-1] not in ".?!:;" or (broken > 0 and above[-1] != "?")


def _mark_by_structure(lines: Sequence[str], kinds: list[Line], html: str) -> None:
    """Marks what the HTML shows as quoted or as signature; takes back what it shows as indented."""
    signed: list[int] = []
    marks = quoted_html.marks(lines, html)
    # Nobody sets his own words in twice.
    deep = any(
        mark is Mark.INDENTED and line.startswith("> >")
        for line, mark in zip(lines, marks, strict=True)
    )
    for number, mark in enumerate(marks):
        if mark is Mark.INDENTED and kinds[number] is Line.QUOTED and not deep:
            above = last_word(kinds, number)
            introduced = above is not None and (
                kinds[above] is Line.QUOTED or attributions.ending_at(lines, above) is not None
            )
            kinds[number] = Line.QUOTED if introduced else Line.OWN
        elif kinds[number] is Line.OWN and mark is Mark.QUOTED:
            kinds[number] = Line.QUOTED
        elif kinds[number] is Line.OWN and mark is Mark.SIGNATURE:
            kinds[number] = Line.SIGNATURE
            signed.append(number)
    if not has_own(kinds, len(kinds)):
        # Some type their answer into the place of the signature.
        for number in signed:
            kinds[number] = Line.OWN
