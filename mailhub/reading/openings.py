"""Finds where earlier mails open in a letter: each head in order, whatever its form.

A head is a line of dashes with words in it, "On 5 March, Jane wrote:", or a block of labels. Past so
many lines, or so many that only looked like one, no more is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from mailhub.reading import attributions, quoted_headers
from mailhub.reading.quote_words import PROBE, quote_words
from mailhub.reading.quoted_headers import Opens, rule_opens
from mailhub.reading.quoted_lines import Line

_LINES = 5_000
_FALSE_STARTS = 100
_PROSE_ENDS = frozenset(".,;!?)")


class Form(Enum):
    """The form of a head: a line of dashes with words in it, a sentence, a block of labels."""

    RULE = "rule"
    SENTENCE = "sentence"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Opening:
    """Where an earlier mail opens: its head from line `start` to line `end`, both within.

    `sure` is False where it is one only before a marked quote.
    """

    start: int
    end: int
    opens: Opens
    sure: bool
    form: Form

    @property
    def typed_by_anybody(self) -> bool:
        """Whether somebody may have typed it as words of their own: labels, or "original message"."""
        return self.form is not Form.SENTENCE and self.opens is Opens.QUOTE


def openings(lines: list[str], kinds: list[Line]) -> Iterator[Opening]:
    """The heads in order. A line that own words share with a head is split in two, in place."""
    position, false_starts, above = 0, 0, Line.BLANK
    while position < min(len(lines), _LINES) and false_starts < _FALSE_STARTS:
        number = position
        position += 1
        kind = kinds[number]
        # Within a marked quote nothing opens.
        if kind is Line.BLANK or (kind is Line.QUOTED and above is kind):
            continue
        above = kind
        if not _may_be_head(lines[number]):
            bare = quoted_headers.bare_block_at(lines, number)
            if bare is not None and kind is not Line.QUOTED:
                position = bare[1] + 1
                yield Opening(*bare, Opens.QUOTE, sure=True, form=Form.LABELS)
            continue
        opening = _rule_at(lines, number, quoted=kind is Line.QUOTED)
        if opening is None and kind is not Line.QUOTED:
            looked = attributions.may_end(lines[number])
            opening = _attribution_at(lines, kinds, number) if looked else None
            if opening is None and quoted_headers.label_of(lines[number]) is not None:
                opening, position = _block_at(lines, number)
                looked = True
            false_starts += looked and (opening is None or not opening.sure)
        if opening is not None:
            position = opening.end + 1
            yield opening


def _may_be_head(line: str) -> bool:
    """Whether a head may begin or end with this line: a look at its ends, as most are prose."""
    last = line[-1:]
    if last.isalpha():
        ends = line[-20:].rpartition(" ")[2].lower() in quote_words().wrote
    else:
        ends = last not in _PROSE_ENDS
    return ends or ":" in line[:40] or "：" in line[:40]


def asked_above(lines: Sequence[str], kinds: Sequence[Line]) -> int:
    """The line by which a program asks for the answer above it; the number of lines if none does."""
    whole = "\n".join(lines[:_LINES]).lower()
    words = quote_words()
    if not any(word in whole for word in words.above_rarest):
        return len(lines)  # most letters
    phrases = [phrase for phrase in words.above if phrase in whole]
    for number, line in enumerate(lines[:_LINES] if phrases else ()):
        if kinds[number] is Line.OWN and any(each in line[:PROBE].lower() for each in phrases):
            return number
    return len(lines)


def _rule_at(lines: Sequence[str], number: int, *, quoted: bool) -> Opening | None:
    """A line of dashes with words in it. At the top of a marked quote only a forward counts."""
    line = lines[number]
    opens = rule_opens(line.lstrip("> ") if quoted else line)
    if opens is None or (quoted and opens is Opens.QUOTE):
        return None
    return Opening(number, _end_of_head(lines, number), opens, sure=True, form=Form.RULE)


def _attribution_at(lines: list[str], kinds: list[Line], number: int) -> Opening | None:
    found = attributions.ending_at(lines, number)
    if found is None:
        return None
    start, end = found.start, found.end
    if found.column:
        line = lines[start]
        own, head = line[: found.column].rstrip(" -–—_*"), line[found.column :]
        lines[start : start + 1] = [own, head]
        kinds.insert(start, Line.OWN)
        start, end = start + 1, end + 1
    return Opening(start, end, Opens.QUOTE, found.sure, Form.SENTENCE)


def _block_at(lines: Sequence[str], number: int) -> tuple[Opening | None, int]:
    """A block of labels, and the line after all that was looked at."""
    after, last = quoted_headers.block_at(lines, number)
    if last is None and quoted_headers.one_line_block(lines[number]):
        last = number
    if last is None:
        return None, after
    start = quoted_headers.with_rule(lines, number)
    return Opening(start, last, Opens.QUOTE, sure=True, form=Form.LABELS), after


def _end_of_head(lines: Sequence[str], number: int) -> int:
    """The last line of a head that begins with "-----Original Message-----"."""
    for below in range(number + 1, min(number + 4, len(lines))):
        if quoted_headers.label_of(lines[below]) is not None:
            _, last = quoted_headers.block_at(lines, below)
            return number if last is None else last
    return number
