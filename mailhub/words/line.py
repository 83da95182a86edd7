"""One line of a person's words, as it is compared with the tables: folded words that know where they
stood. Apostrophes, accents, capitals and the marks between words make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import islice

MAX_LINE = 400  # characters; in what is longer, only free text is understood
MAX_WORDS = 80
MORE = "\0"  # stands for all words past the limits; no word of a table is like it
# Unseen characters that programs put between letters.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
_MARKS = " \t,;:.!-–—=>*"
_AROUND = {"(": ")", "[": "]", '"': '"', "“": "”", "'": "'", "‘": "’"}
_LETTERS = r"[^\W\d_]"
_WORD = re.compile(
    r"[\w.+'=-]{1,64}@\w[\w.-]{0,250}\w"  # an address
    r"|\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?![\w/-])"  # a date
    rf"|(?:\+ ?)?\d+|{_LETTERS}+(?:['’‘`´]{_LETTERS}+)*|\?"
    "|[\u2300-\u27bf\U0001f100-\U0001faff]"
)
_APOSTROPHES = re.compile("['’‘`´]")


@lru_cache(4096)
def _folded(character: str) -> str:
    """One character for one, so that places in the folded line are places in the line."""
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def _all_folded(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(8192)
def fold(text: str) -> str:
    """A word of a table as it is compared."""
    return _APOSTROPHES.sub("", _all_folded(unicodedata.normalize("NFC", text)))


@lru_cache(256)
def _words(text: str) -> tuple[str, tuple[tuple[str, int, int], ...], bool]:
    """A text as it is kept, its words with where they stand in it, and whether that is all of them."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    found = tuple(islice(_WORD.finditer(_all_folded(text)), MAX_WORDS + 1))
    words = tuple((_APOSTROPHES.sub("", one[0]), *one.span()) for one in found[:MAX_WORDS])
    return text, words, len(found) <= MAX_WORDS


def is_word(text: str) -> bool:
    """Whether a word of a table can be a word of a line."""
    return _WORD.fullmatch(_all_folded(text)) is not None


def tidy(text: str) -> str:
    """Free text without the full stop behind its one sentence, or marks all around it."""
    if text.endswith(".") and text.count(".") == 1:
        text = text[:-1]
    around = len(text) > 2 and _AROUND.get(text[0]) == text[-1] and text[-1] not in text[1:-1]
    return text[1:-1].strip() if around else text


class Line:
    """The words of a line. `skipped` are passed over wherever they stand; `corrected` gives what a
    word may have been meant to be."""

    def __init__(
        self,
        text: str,
        skipped: Collection[str] = (),
        corrected: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        head, found, complete = _words(text[:MAX_LINE])
        self.text = head + text[MAX_LINE:]
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._corrected = corrected
        for word, start, end in found:
            if word in skipped or (corrected and any(one in skipped for one in corrected(word))):
                continue
            self._add(word, (start, end))
        if not complete or len(text) > MAX_LINE:
            self._add(MORE, (self._spans[-1][1] if self._spans else 0, len(self.text)))

    def _add(self, word: str, span: tuple[int, int]) -> None:
        self.words.append(word)
        self._spans.append(span)

    def __len__(self) -> int:
        return len(self.words)

    def readings(self, at: int) -> tuple[str, ...]:
        """A word as it stands, and what it may have been meant to be."""
        word = self.words[at]
        return (word, *self._corrected(word)) if self._corrected else (word,)

    def written(self, at: int) -> str:
        """A word as it was written."""
        start, end = self._spans[at]
        return self.text[start:end]

    def rest(self, at: int, end: int | None = None) -> str:
        """What was written from a word on, up to another or to the end, without the marks in front."""
        start = self._spans[at - 1][1] if at else 0
        stop = self._spans[end - 1][1] if end is not None and end < len(self) else len(self.text)
        return self.text[start:stop].lstrip(_MARKS).rstrip()

    def between(self, at: int) -> str:
        """The marks between a word and the one before it; in front of the first."""
        before = self._spans[at - 1][1] if at else 0
        return self.text[before : self._spans[at][0]].strip()

    def ends(self, at: int) -> int:
        """Where in the text a word ends."""
        return self._spans[at][1]

    def without_question_mark(self) -> bool:
        """Takes the question marks off the end; whether there were any behind words."""
        asked = len(self) > 1 and self.words[-1] == "?" and self.words[0] != "?"
        while asked and self.words[-1] == "?":
            self.words.pop()
            self._spans.pop()
        return asked
