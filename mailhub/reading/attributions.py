"""Finds the line by which a mail program introduces a quote: "On 5 March, Jane Doe wrote:".

It knows the forms of many programs and languages (`templates/words/quotes.toml`): the date first or
the name, folded over several lines, with an address or without. What might be somebody's own
sentence ("On Tuesday the minister wrote:") is taken only where a marked quote follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from mailhub.reading.quote_words import PROBE, quote_words

# An attribution is folded over at most so many lines, blank ones among them.
_FOLDS = 8

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d[年년]"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:h.時时点시]\s?\d\d(?!\d)")
_DATE_FIRST = re.compile(
    # Vowels of Indian scripts are marks, no letters.
    r"\W{0,8}(?:(?:[^\W\d_\u0900-\u0dff]|[\u0900-\u0dff]){1,14}[.,'’׳]{0,2}\s{1,3}){0,3}\d{1,4}(?:[^\w]|[年년月월日일h]|st|nd|rd|th|$)"
)
# "at 10:15, Jane Doe wrote:": its date may stand on the line above.
_TIME_FIRST = re.compile(r"\W{0,8}[^\W\d_]{1,4}\.?\s\d{1,2}\s?[:.h]\s?\d\d(?![\d./-])")
_NAME_FIRST = re.compile(
    r"\W{0,12}(?:[^\s<>@:]{1,80}@|(?:[^\s<>@:]{1,40}\s{1,3}){0,7}?[^\s<>@:]{0,40}\s?[<(\[]+\s*(?:mailto:\s?)?"
    r"[^\s<>@()\[\]]{1,80}@)"
)
# "Jane Doe <jane@example.org> wrote:", nothing else: nobody writes addresses in such brackets.
_ADDRESS_AND_VERB = re.compile(
    r"\W{0,4}[^<>@:]{0,80}<[^\s<>]{1,80}@[^\s<>]{1,80}>[^\w]{1,3}(?:[^\W\d_]{1,3}\s)?([^\W\d_]{4,14})\s?:$"
)
# "[Jane Doe - Tue 5 Mar 2024 10:15]:"
_TICKET = re.compile(r"\[[^\[\]]{3,80}\d[:.]\d\d[^\[\]]{0,12}\]:$")
# "5 March 2024, Jane Doe wrote:"
_YEAR_AND_NAME = re.compile(r"(?:19|20)\d\d,\s\w")
# Mailman's archives hide addresses: "<jane at example.org>".
_HIDDEN_ADDRESS = re.compile(r"<[^\s<>]{1,80} at [^\s<>]{1,80}>")
# With these words and no date it is somebody's own sentence.
_NEED_A_DATE = ("sent", "said")
_AFTER_DATE = re.compile(r"^.*\d")
# ">>> Jane Doe <jane@example.org> 05/03/2013 10:15 >>>"
_GROUPWISE = re.compile(r">>>\s.{0,200}\d\s?[:./]\s?\d.{0,12}\s>>>\W{0,4}$")
# "... <jane@example.org>:" with no word for writing at all.
_ENDS_IN_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]{1,100}\s?[>)\]]{1,3}\s?:$")
_WORD = re.compile(r"[^\W\d_]+")
# "napisał(a):", "napisao/la:"
_ABBREVIATION = re.compile(
    r"(?:\b[ap]\.\s?m|\b[ap]m|\b(?:jr|sr|dr|inc|ltd|co|[A-Z])|\d\.?\s(?:de\s)?[^\W\d_]{3,5})\.$",
    re.IGNORECASE,
)
_GENDERED = re.compile(r"(?<=\w)[(/][^\W\d_]{1,3}\)?(?=\W{0,4}$)")
_TAIL = " \t*_>\"'»”"
_COLON = (":", "：")
_SENTENCE_ENDS = (".", "!", "?", ":", "：", "。")


class _Sure(IntEnum):
    """How sure it is that some lines are an attribution. Only YES counts before unmarked text."""

    NO = 0
    MAYBE = 1
    IF_QUOTED = 2
    YES = 3


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where one stands: from line `start` (after `column` characters) to line `end`, both within.

    `sure` is False for one that only counts before a marked quote.
    """

    start: int
    column: int
    end: int
    sure: bool


def may_end(line: str) -> bool:
    """Whether an attribution may end with this line: a cheap look before the dear one."""
    tail = line[-40:].rstrip(_TAIL + "-–—")
    if tail.endswith(_COLON):
        return True
    if line[-3:].rstrip().endswith(">"):
        return "@" in line[-100:] or line.startswith(">>>")
    return tail.rpartition(" ")[2].lower() in quote_words().wrote


def ending_at(lines: Sequence[str], end: int) -> Attribution | None:
    """The attribution whose last line is `end`, or None.

    The nearest line above with which a sure one begins by its date; else the surest of the others.
    """
    chunk, blanks = "", 0
    best, best_start = _Sure.NO, end
    for start in range(end, max(end - _FOLDS, -1), -1):
        line = lines[start].strip()
        if not line:
            blanks += 1
            if blanks > 3 or best is _Sure.YES:
                break
            continue
        if start != end and (line.startswith(">") or _ends_sentence(line)):
            break
        if start == end and not _GROUPWISE.match(line[:PROBE]):
            line = line.lstrip("> ")
        chunk = f"{line} {chunk}" if chunk else line
        if len(chunk) > PROBE:
            break
        lowered = chunk.lower()
        by_date = _by_date(lowered)
        if by_date is _Sure.YES and (_DATE.search(lowered) or not _TIME_FIRST.match(lowered)):
            return Attribution(start, 0, end, sure=True)
        column = 0 if best is _Sure.YES else _within(chunk, len(line))
        if column:
            return Attribution(start, column, end, sure=True)
        # "Jane Doe <" may stand on the line above.
        whole = chunk.count("<") >= chunk.count(">") or chunk.startswith(">>>")
        by_name = _by_name(lowered) if whole and end - start < 3 else _Sure.NO
        # A name and address above go with a date that was folded from them.
        above = by_name is not _Sure.NO and by_name is best and "@" in line
        if not blanks and (above or max(by_date, by_name) > best):
            best, best_start = max(by_date, by_name), start
    return Attribution(best_start, 0, end, best is _Sure.YES) if best is not _Sure.NO else None


def _ends_sentence(line: str) -> bool:
    return line.endswith(_SENTENCE_ENDS) and not _ABBREVIATION.search(line[-12:])


def _by_date(lowered: str) -> _Sure:
    """How sure it is one that begins with its date."""
    opened = quote_words().opener.match(lowered) is not None
    return _sureness(lowered, opened=opened) if opened or _DATE_FIRST.match(lowered) else _Sure.NO


def _within(chunk: str, first: int) -> int:
    """Where one begins behind own words in the same line: "Thanks On 5 March 2024, Jane wrote:"."""
    lowered = chunk.lower()
    if len(lowered) != len(chunk) or _NAME_FIRST.match(lowered):
        return 0
    for match in quote_words().opener_within.finditer(chunk, 0, first):
        if _sureness(lowered[match.start() :], opened=True) is _Sure.YES:
            return match.start()
    return 0


def _by_name(lowered: str) -> _Sure:
    """How sure it is one that begins with a name: "Jane Doe <jane@example.org> wrote:"."""
    if _GROUPWISE.match(lowered):
        return _Sure.YES
    if alone := _ADDRESS_AND_VERB.match(lowered):
        known = alone[1] in quote_words().wrote and alone[1] not in _NEED_A_DATE
        return _Sure.YES if known else _Sure.NO
    if _TICKET.match(lowered):
        return _Sure.IF_QUOTED
    if _NAME_FIRST.match(lowered):
        found = _sureness(lowered, opened=False)
        if found is _Sure.NO and lowered.startswith(quote_words().quoting):
            return _Sure.IF_QUOTED if lowered.endswith(_COLON) else _Sure.NO
        return found
    return _Sure.IF_QUOTED if len(lowered) < 120 and _is_bare_name(lowered) else _Sure.NO


def _sureness(lowered: str, *, opened: bool) -> _Sure:
    """How sure a chunk is one. `opened` where it begins with such a word as "On" and a date."""
    words = quote_words()
    bare = _GENDERED.sub("", lowered).rstrip(_TAIL)
    timed = _TIME.search(bare) is not None
    addressed = "@" in bare or _HIDDEN_ADDRESS.search(bare) is not None
    colon = bare.endswith(_COLON)
    verb_end = _last_verb(bare)
    if verb_end < 0:
        return _without_verb(lowered, bare, timed=timed, addressed=addressed)
    if not colon and _WORD.search(bare, verb_end):
        return _Sure.NO
    if words.you_wrote.search(bare) or (opened and bare.startswith("--")):
        return _Sure.YES
    if addressed and (opened or timed):
        return _Sure.YES
    if addressed:
        prose = not _NAME_FIRST.match(lowered) or bare[:verb_end].endswith(_NEED_A_DATE)
        return _Sure.NO if prose else _Sure.YES if lowered[:1] in "-—" else _Sure.IF_QUOTED
    if (timed and (opened or _DATE.search(bare))) or (
        opened and (bare != lowered.rstrip(_TAIL) or _YEAR_AND_NAME.search(bare))
    ):
        return _Sure.IF_QUOTED if _is_prose(bare) else _Sure.YES
    return _Sure.IF_QUOTED if opened else _Sure.NO


def _is_prose(lowered: str) -> bool:
    """Whether a sentence goes on behind the date: "On 5 March 2024 the minister wrote:"."""
    line = lowered.lstrip(_TAIL + "-")
    return any(
        line.startswith(openers) and prose.search(line) for openers, prose in quote_words().prose
    )


def _without_verb(lowered: str, bare: str, *, timed: bool, addressed: bool) -> _Sure:
    """The same where no word for writing is in it: in some programs, in languages unknown here."""
    dated = _DATE.search(bare) is not None
    if addressed and (timed or dated) and (match := _ENDS_IN_ADDRESS.search(bare)):
        # "By 10:15 on 5 March please send your returns to <jane@example.org>:" is a sentence.
        between = _AFTER_DATE.sub("", bare[: match.start()]).split()
        return _Sure.YES if len(between) <= 7 else _Sure.MAYBE
    if bare.endswith(_COLON):
        return _Sure.MAYBE if timed and (addressed or dated) else _Sure.NO
    return _Sure.MAYBE if dated and lowered.rstrip().endswith(">") else _Sure.NO


def _last_verb(lowered: str) -> int:
    """Where the last word for writing ends, -1 if there is none."""
    words = quote_words()
    end = -1
    for word in _WORD.finditer(lowered):
        if word[0] in words.wrote:
            end = word.end()
    if not lowered.isascii():
        for phrase in words.wrote_unspaced:
            at = lowered.rfind(phrase)
            end = max(end, at + len(phrase) if at >= 0 else -1)
    return end


def _is_bare_name(lowered: str) -> bool:
    """Whether it is "Jane Doe wrote:", or "Jane Doe wrote on 05/03/2024 10:15:", no more."""
    bare = lowered.strip(_TAIL + "-").rstrip(":：-– ")
    verb = _last_verb(bare)
    if verb < 0 or not 0 < bare[:verb].count(" ") <= 6:
        return False
    if verb == len(bare) and bare.endswith(_NEED_A_DATE):
        return False
    return verb == len(bare) or (len(bare) - verb < 40 and _TIME.search(bare, verb) is not None)
