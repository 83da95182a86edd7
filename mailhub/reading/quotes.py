"""Parts the new words of a letter from what it quotes and from its signature.

`split` takes the whole text and gives three: the new words, the signature, the quoted rest.
Answers set between quoted lines stay, in their order; the quoted lines go. A forwarded mail with a
line of its sender's own above it is quoted; with nothing above it, it is what was sent, and stays.
Where it is not sure that something is a quote, it stays: nobody's own words are lost. It refuses
nothing, and its time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailhub.reading import attributions, quoted_headers, signatures
from mailhub.reading.quote_words import PROBE, quote_words
from mailhub.reading.quoted_headers import Opens
from mailhub.reading.quoted_html import Mark, marks

# Beyond so many lines, and so many false starts, only ">" tells a quote.
_LINES = 5_000
_FALSE_STARTS = 200
# Signatures are looked for in so many stretches of own words between quotes.
_STRETCHES = 200
# Between a head and marked quotes further down, at most so much is somebody's own.
_ANSWER_ABOVE_QUOTE = 40

_BLANK, _OWN, _QUOTED, _SIGNATURE = range(4)
_SUBJECT_MARK = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?([^\W\d_]{1,12})\s?(?:\[\d{1,3}\])?\s?[:：]")


@dataclass(frozen=True, slots=True)
class NewWords:
    """A letter's text in three parts, each stripped of blank lines around it."""

    new_text: str
    signature: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where an earlier mail opens: from line `start` to `end`. `bare` is a block of labels alone."""

    start: int
    end: int
    opens: Opens
    sure: bool
    bare: bool = False


def split(text: str, html: str = "", subject: str = "") -> NewWords:
    """The new words, the signature and the quoted rest of a mail.

    `text` is the whole mail as text; `html` its HTML body or "", whose structure helps to find the
    quotes; `subject` tells a forwarded mail from an answer where Outlook writes the same head
    above both. No line of `text` is in none of the three.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kinds = [_BLANK if not line or line.isspace() else _OWN for line in lines]
    _mark_prefixed(lines, kinds)
    if html:
        _mark_by_structure(lines, kinds, html)
    cut = min(_walk(lines, kinds, subject), _asked_above(lines, kinds, text))
    return _gather(lines, kinds, cut)


def _mark_prefixed(lines: list[str], kinds: list[int]) -> None:
    """Marks the lines that begin with ">", and the ends of such lines that were folded wrongly."""
    marked = [
        number
        for number, line in enumerate(lines)
        if ">" in line[:8] and line.lstrip()[:1] == ">" and not _closes_bracket(lines, number)
    ]
    for number in marked:
        kinds[number] = _QUOTED
    if 0 < len(marked) < 3 and not any(_is_plainly_quoted(lines, n) for n in marked):
        for number in marked:
            kinds[number] = _OWN
    broken = 0
    for number in marked:
        if _is_folded_end(lines, kinds, number + 1, broken):
            kinds[number + 1] = _QUOTED
            broken += 1


def _closes_bracket(lines: Sequence[str], number: int) -> bool:
    """Whether the ">" ends an address that was folded: "Jane Doe <", "jane@example.org", "> wrote:"."""
    still_open = 0
    for above in range(number - 1, max(number - 5, -1), -1):
        line = lines[above][-PROBE:]
        if len(line) > 100 or line.startswith(">"):
            break
        still_open += line.count("<") - line.count(">")
        if still_open > 0:
            return True
    return False


def _is_plainly_quoted(lines: Sequence[str], number: int) -> bool:
    """Not ">10% of the budget", not ">>> www.example.org <<<", not mbox's ">From here on"."""
    line = lines[number][:200].strip()
    if line.endswith("<") or line.startswith(">From "):
        return False
    return line in (">", ">>") or line[1:2] in (" ", ">") or number > 0


def _is_folded_end(lines: Sequence[str], kinds: list[int], number: int, broken: int) -> bool:
    """Whether a line between two quoted ones is the rest of the one above it, not an answer."""
    if number + 1 >= len(lines) or kinds[number] != _OWN or kinds[number + 1] != _QUOTED:
        return False
    above, line = lines[number - 1].rstrip(), lines[number].strip()
    if len(line) > 200:
        return False
    if above.count("(http") > above.count(")") or re.match(r"[<(]https?://\S{1,150}[>)]", line):
        return True
    if len(above) < 60 or not line[:1].islower():
        return False
    return above[-1] not in ".?!:;" or (broken > 0 and above[-1] != "?")


def _mark_by_structure(lines: list[str], kinds: list[int], html: str) -> None:
    for number, mark in enumerate(marks(lines, html)):
        if kinds[number] == _OWN and mark is Mark.QUOTED:
            kinds[number] = _QUOTED
        elif kinds[number] == _OWN and mark is Mark.SIGNATURE:
            kinds[number] = _SIGNATURE


def _walk(lines: list[str], kinds: list[int], subject: str) -> int:
    """Marks what is quoted below each opening; gives the line from which all is quoted."""
    for opening in _openings(lines, kinds):
        if opening.opens is Opens.FORWARD or (opening.bare and _is_forward(subject)):
            return _forwarded(lines, kinds, opening)
        below = _next_word(kinds, opening.end + 1)
        if (below is not None and kinds[below] == _QUOTED) or (
            opening.sure and _answers_above_quote(lines, kinds, opening.end)
        ):
            for number in range(opening.start, opening.end + 1):
                kinds[number] = _QUOTED
        elif opening.bare and not _has_words(kinds, opening.start) and not _is_reply(subject):
            # With nothing above it, a head like Outlook's may be a forwarded mail's, or a memo's.
            return len(lines)
        elif opening.sure:
            return opening.start
    return len(lines)


def _asked_above(lines: Sequence[str], kinds: Sequence[int], text: str) -> int:
    """The line by which a program asks for the answer above it; all below is its own."""
    lowered = text.lower()
    for phrase in quote_words().above:
        if phrase in lowered:
            for number, line in enumerate(lines[:_LINES]):
                if kinds[number] == _OWN and phrase in line[:PROBE].lower():
                    return number
    return len(lines)


def _openings(lines: list[str], kinds: list[int]) -> Iterator[_Opening]:
    """Where earlier mails open, in order. A line that own words share with a head is split in two."""
    position, false_starts = 0, 0
    while position < min(len(lines), _LINES) and false_starts < _FALSE_STARTS:
        number = position
        position += 1
        if kinds[number] == _BLANK:
            continue
        opening = _rule_at(lines, kinds, number)
        if opening is None and kinds[number] != _QUOTED:
            opening = _attribution_at(lines, kinds, number)
            if opening is None and quoted_headers.label_of(lines[number]) is not None:
                opening, position = _block_at(lines, number)
            false_starts += opening is None and position > number + 1
        if opening is not None:
            position = opening.end + 1
            yield opening


def _rule_at(lines: Sequence[str], kinds: Sequence[int], number: int) -> _Opening | None:
    """A line of dashes with words in it, or one that asks for the answer above it."""
    line = lines[number]
    quoted = kinds[number] == _QUOTED
    opens = quoted_headers.rule_opens(line.lstrip("> ") if quoted else line)
    if opens is None or (quoted and (opens is Opens.QUOTE or _marks_before(kinds, number))):
        return None
    return _Opening(number, _end_of_head(lines, number), opens, sure=True)


def _attribution_at(lines: list[str], kinds: list[int], number: int) -> _Opening | None:
    if not attributions.may_end(lines[number]):
        return None
    found = attributions.ending_at(lines, number)
    if found is None:
        return None
    start, end = found.start, found.end
    if found.column:
        line = lines[start]
        own, head = line[: found.column].rstrip(" -–—_*"), line[found.column :]
        lines[start : start + 1] = [own, head]
        kinds.insert(start, _OWN)
        start, end = start + 1, end + 1
    return _Opening(start, end, Opens.QUOTE, found.sure)


def _block_at(lines: Sequence[str], number: int) -> tuple[_Opening | None, int]:
    """A block of labels, and the line after all that was looked at."""
    after, last = quoted_headers.block_at(lines, number)
    if last is None and quoted_headers.one_line_block(lines[number]):
        last = number
    if last is None:
        return None, after
    start = quoted_headers.with_rule(lines, number)
    return _Opening(start, last, Opens.QUOTE, sure=True, bare=True), after


def _end_of_head(lines: Sequence[str], number: int) -> int:
    """The last line of a head that begins with "-----Original Message-----"."""
    for below in range(number + 1, min(number + 4, len(lines))):
        if quoted_headers.label_of(lines[below]) is not None:
            _, last = quoted_headers.block_at(lines, below)
            return number if last is None else last
    return number


def _forwarded(lines: list[str], kinds: list[int], opening: _Opening) -> int:
    """A forwarded mail stays where nothing of its sender's own stands above it."""
    if _has_words(kinds, opening.start) and _gather(lines, kinds, opening.start).new_text:
        return opening.start
    for number in range(opening.start, len(lines)):
        if kinds[number] != _BLANK:
            kinds[number] = _OWN
    return len(lines)


def _answers_above_quote(lines: list[str], kinds: list[int], end: int) -> bool:
    """Whether somebody wrote between the head and the quote that it belongs to."""
    for number in range(end + 1, min(end + _ANSWER_ABOVE_QUOTE, len(lines))):
        if kinds[number] == _QUOTED:
            above = _last_word(kinds, number)
            return not (attributions.may_end(lines[above]))
    return False


def _gather(lines: Sequence[str], kinds: Sequence[int], cut: int) -> NewWords:
    """Puts the three parts together."""
    new: list[str] = []
    signature: list[str] = []
    quoted: list[str] = []
    number, stretches = 0, 0
    while number < cut:
        kind = kinds[number]
        end = number
        if kind in (_QUOTED, _SIGNATURE):
            while end < cut and kinds[end] == kind:
                end += 1
            (quoted if kind == _QUOTED else signature).extend(lines[number:end])
        else:
            while end < cut and kinds[end] in (_OWN, _BLANK):
                end += 1
            stretches += 1
            own = lines[number:end]
            if stretches <= _STRETCHES:
                taken = signatures.take_off(own, last=end == len(lines))
                own, signature, quoted = (
                    taken.words,
                    signature + taken.signature,
                    quoted + taken.below,
                )
            new += ["", *own] if new else own
        number = end
    quoted += lines[cut:]
    return NewWords(_joined(new), _joined(signature), _joined(quoted))


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return re.sub(r"\n{4,}", "\n\n\n", text) if text.strip() else ""


def _has_words(kinds: Sequence[int], end: int) -> bool:
    return any(kind == _OWN for kind in kinds[:end])


def _marks_before(kinds: Sequence[int], number: int) -> bool:
    above = _last_word(kinds, number)
    return above >= 0 and kinds[above] == _QUOTED


def _next_word(kinds: Sequence[int], start: int) -> int | None:
    return next((n for n in range(start, len(kinds)) if kinds[n] != _BLANK), None)


def _last_word(kinds: Sequence[int], end: int) -> int:
    return next((n for n in range(end - 1, -1, -1) if kinds[n] != _BLANK), -1)


def _is_forward(subject: str) -> bool:
    return _mark_of(subject) in quote_words().forward_subjects


def _is_reply(subject: str) -> bool:
    return _mark_of(subject) in quote_words().reply_subjects


def _mark_of(subject: str) -> str:
    match = _SUBJECT_MARK.match(subject[:200])
    return match[1].lower() if match else ""
