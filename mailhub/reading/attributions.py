"""Finds the line by which a mail program introduces a quote: "On 5 March, Jane Doe wrote:".

It knows the forms of many programs and languages (`templates/words/quotes.toml`): the date first or
the name, folded over several lines, with an address or without. What might be somebody's own
sentence ("On Tuesday the minister wrote:") is taken only where a marked quote follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailhub.reading.quote_words import PROBE, quote_words

# An attribution is folded over at most so many lines, blank ones among them.
_FOLDS = 8

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d[年년]"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:h.時时点시]\s?\d\d(?!\d)")
_DATE_FIRST = re.compile(
    r"\W{0,8}(?:[^\W\d_]{1,14}[.,'’׳]{0,2}\s{1,3}){0,3}\d{1,4}(?:[^\w]|[年년月월日일h]|st|nd|rd|th|$)"
)
_NAME_FIRST = re.compile(
    r"\W{0,12}(?:[^\s<>@:]{1,80}@|(?:[^\s<>@:]{1,40}\s{1,3}){0,7}?[^\s<>@:]{0,40}\s?[<(\[]+\s*(?:mailto:\s?)?"
    r"[^\s<>@()\[\]]{1,80}@)"
)
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
    r"(?:\b[ap]\.\s?m|\b[ap]m|\b(?:jr|sr|dr|inc|ltd|co|[A-Z]))\.$", re.IGNORECASE
)
_GENDERED = re.compile(r"(?<=\w)[(/][^\W\d_]{1,3}\)?(?=\W{0,4}$)")
_TAIL = " \t*_>\"'»”"
_COLON = (":", "：")
_SENTENCE_ENDS = (".", "!", "?", ":", "：", "。")


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

    The nearest line above that has a date's beginning starts it; only where there is none, a name.
    """
    chunk, blanks = "", 0
    by_name: Attribution | None = None
    for start in range(end, max(end - _FOLDS, -1), -1):
        line = lines[start].strip()
        if not line:
            blanks += 1
            if blanks > 3:
                break
            continue
        if start != end and (line.startswith(">") or _ends_sentence(line)):
            break
        if start == end and not _GROUPWISE.match(line[:PROBE]):
            line = line.lstrip("> ")
        chunk = f"{line} {chunk}" if chunk else line
        if len(chunk) > PROBE:
            break
        found = _by_date(chunk, len(line), start, end)
        if found is not None and (found.sure or not blanks):
            return found
        # "Jane Doe <" may stand on the line above.
        whole = chunk.count("<") >= chunk.count(">") or chunk.startswith(">>>")
        if by_name is None and not blanks and whole:
            by_name = _by_name(chunk, start, end)
    return by_name


def _ends_sentence(line: str) -> bool:
    return line.endswith(_SENTENCE_ENDS) and not _ABBREVIATION.search(line[-12:])


def _by_date(chunk: str, first: int, start: int, end: int) -> Attribution | None:
    """The attribution in `chunk` that begins with a date within its first `first` characters."""
    words = quote_words()
    lowered = chunk.lower()
    opened = words.opener.match(lowered) is not None
    if opened or _DATE_FIRST.match(lowered):
        sure = _is_sure(lowered, opened=opened)
        if sure is not None:
            return Attribution(start, 0, end, sure)
    if _NAME_FIRST.match(lowered):
        return None
    # "Thanks, Jane On 5 March 2024 at 10:15, Tom wrote:": own words and the head share a line.
    for match in words.opener_within.finditer(chunk, 0, first):
        if len(lowered) == len(chunk) and _is_sure(lowered[match.start() :], opened=True):
            return Attribution(start, match.start(), end, sure=True)
    return None


def _by_name(chunk: str, start: int, end: int) -> Attribution | None:
    """ "Jane Doe <jane@example.org> wrote:", with a date behind it or none; "Jane Doe wrote:"."""
    lowered = chunk.lower()
    sure: bool | None = None
    if _GROUPWISE.match(lowered):
        sure = True
    elif _NAME_FIRST.match(lowered):
        sure = _is_sure(lowered, opened=False)
        if sure is None and lowered.startswith(quote_words().quoting):
            sure = False if lowered.endswith(_COLON) else None
    elif start == end and len(chunk) < 120 and _is_bare_name(lowered):
        sure = False
    return None if sure is None else Attribution(start, 0, end, sure)


def _is_sure(lowered: str, *, opened: bool) -> bool | None:
    """True: surely one; False: one if a quote follows; None: none."""
    words = quote_words()
    bare = _GENDERED.sub("", lowered).rstrip(_TAIL)
    timed = _TIME.search(bare) is not None
    addressed = "@" in bare or _HIDDEN_ADDRESS.search(bare) is not None
    colon = bare.endswith(_COLON)
    verb_end = _last_verb(bare)
    if verb_end < 0:
        dated = _DATE.search(bare) is not None
        if addressed and (timed or dated) and (match := _ENDS_IN_ADDRESS.search(bare)):
            # "By 10:15 on 5 March please send your returns to <jane@example.org>:" is a sentence.
            return len(_AFTER_DATE.sub("", bare[: match.start()]).split()) <= 7
        # A language that we have no word of: a date, a time and a colon, right above a quote.
        if colon:
            return False if timed and (addressed or dated) else None
        return False if dated and lowered.rstrip().endswith(">") else None
    if not colon and _WORD.search(bare, verb_end):
        return None
    if words.you_wrote.search(bare):
        return True
    if (addressed and (opened or timed)) or (opened and bare.startswith("--")):
        return True
    if addressed:
        return _sure_by_name(lowered, bare[:verb_end])
    if timed and (opened or _DATE.search(bare)):
        return words.prose.search(bare) is None
    return False if opened else None


def _sure_by_name(lowered: str, until_verb: str) -> bool | None:
    """Without a date: sure only between dashes, and "Jane <jane@example.org> sent:" is prose."""
    if not _NAME_FIRST.match(lowered) or until_verb.endswith(_NEED_A_DATE):
        return None
    return lowered.startswith(("-", "—"))


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
    return verb == len(bare) or (len(bare) - verb < 40 and _TIME.search(bare, verb) is not None)
