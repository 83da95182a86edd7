"""Finds the organisation's notices at the end of a text: confidentiality, monitoring, languages.

They are known by what they say of themselves (`templates/words/signatures.toml`), paragraph by
paragraph from the end. A paragraph that asks something, or says "I", is somebody's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailhub.reading.quote_words import PROBE, signature_words
from mailhub.reading.sieve import words_of

# Between two notices may stand so many paragraphs that are none: an address, a company's number.
_BETWEEN = 2
_WEAK = 3
_WEAK_BELOW_CLOSING = 2
_WORDS_OF_NAME = 6
_NAME_LINES = 3
_CONTACTS = 1_000  # characters in which an address or a number is looked for

_AROUND = " \t*_-~>|\xa0"
_QUOTES = tuple("\"“„«‘'")  # between them it is somebody's example
_LINKS = ("@", "www.", "http:", "https:")
_CONTACT = re.compile(r"\d[\d ()-]{6,}\d|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b")
_SAYS_I = tuple(f" I{rest}" for rest in (" ", "'m", "'ve", "'d", "'ll", "’m", "’ve", "’d", "’ll"))
_BLANKS = str.maketrans("\n\t\xa0", "   ")
_SENTENCE_ENDS = (".", "!", ":", ";", ",")


def first_line(lines: Sequence[str], rule: re.Pattern[str]) -> int:
    """The first line of the notices at the end; the number of lines where there are none.

    `rule` matches a line of dashes, which goes with the notice below or above it.
    """
    cut, end, between = len(lines), len(lines), 0
    while True:
        while end > 0 and (not lines[end - 1].strip() or rule.fullmatch(lines[end - 1][:200])):
            end -= 1
        start = end
        while start > 0 and lines[start - 1].strip():
            start -= 1
        if start == end:
            break
        found = _notice_in(lines, start, end)
        if _is_below_name(lines, start) and _tells_hours(lines[start:end]):
            found = 0
        if found is not None:
            cut, between = start + found, 0
            if found:
                break
        elif between < _BETWEEN and _may_stand_between(lines[start:end], below=cut < len(lines)):
            between += 1
        else:
            break
        end = start
    if cut == len(lines):
        return cut
    while cut > 0 and (not lines[cut - 1].strip() or rule.fullmatch(lines[cut - 1][:200])):
        cut -= 1
    return cut


def _notice_in(lines: Sequence[str], start: int, end: int) -> int | None:
    """The line of a paragraph with which a notice begins, None where there is none in it."""
    words = signature_words()
    paragraph = lines[start:end]
    rows = [line[:PROBE].strip(_AROUND).lower() for line in paragraph]
    starts = next((n for n, row in enumerate(rows) if _starts(row)), None)
    text = " ".join(rows)[:4000]
    said = words_of(text)
    found = [text.find(phrase) for phrase in words.strong_notice.found(text, said)]
    if not found:
        found = [text.find(phrase) for phrase in words.speaks_of_itself.found(text, said)]
        if found:
            least = _WEAK_BELOW_CLOSING if _is_below_closing(lines, start) else _WEAK
            weak = len(list(words.weak_notice.found(text, said)))
            found = found if weak >= least else []
    cited = paragraph[0].lstrip()[:1] in _QUOTES
    if not found or cited or _is_own(" ".join(paragraph)[min(found) : 4000]):
        return starts
    says = _line_at(rows, min(found))
    return says if starts is None else min(starts, says)


def _is_below_name(lines: Sequence[str], start: int) -> bool:
    """Whether a name may stand right above: something short that is neither a sentence nor a greeting."""
    name = next((n for n in range(start - 1, -1, -1) if lines[n].strip()), 0)
    return any(line.strip() for line in lines[:name]) and _may_be_name(lines[name])


def _is_below_closing(lines: Sequence[str], start: int) -> bool:
    """Whether "Kind regards" stands above, with a line or two between for the name."""
    above = [line for line in lines[max(start - 8, 0) : start] if line.strip()][-_NAME_LINES:]
    return any(
        line[:PROBE].strip(f"{_AROUND},.!").lower() in signature_words().closings for line in above
    )


def _tells_hours(paragraph: Sequence[str]) -> bool:
    """Whether it says when its writer works, as people let stand below their name. Anywhere else it is
    an answer."""
    text = " ".join(line[:PROBE] for line in paragraph)[:1000].lower()
    return "?" not in text and any(signature_words().hours.found(text, words_of(text)))


def _may_be_name(line: str) -> bool:
    """Whether a line is short and no sentence, as a name is, or an address below it."""
    bare = line[:PROBE].strip(_AROUND)
    return len(bare.split()) <= _WORDS_OF_NAME and not bare.endswith((*_SENTENCE_ENDS, "?"))


def _starts(row: str) -> bool:
    words = signature_words()
    return words.notice_starts.begin(row) or f"{row}:" in words.notice_titles


def _line_at(rows: Sequence[str], at: int) -> int:
    """The line in which the sentence at offset `at` of the joined rows begins."""
    number = 0
    while number < len(rows) - 1 and at > len(rows[number]):
        at -= len(rows[number]) + 1
        number += 1
    while (
        number > 0 and len(rows[number - 1]) > 55 and not rows[number - 1].endswith(_SENTENCE_ENDS)
    ):
        number -= 1
    return number


def _may_stand_between(paragraph: Sequence[str], *, below: bool) -> bool:
    """Whether it may be part of the notices: an address, or more of the one above a known one."""
    text = " ".join(line[:PROBE] for line in paragraph)
    if _is_own(text):
        return False
    if below and len(text) > 120:
        return True
    return any(link in text for link in _LINKS) or _CONTACT.search(text[:_CONTACTS]) is not None


def _is_own(text: str) -> bool:
    """Whether it asks something or says "I"."""
    if "?" in text or "I" not in text:
        return "?" in text
    said = f" {text} ".translate(_BLANKS)
    return any(word in said for word in _SAYS_I)
