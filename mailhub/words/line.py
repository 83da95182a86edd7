"""One line of a person's words, as it is compared with the tables: folded words that know where they
stood. Apostrophes, accents, capitals and the marks between words make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache

MAX_LINE = 400  # characters; in what is longer, only free text is understood
MAX_WORDS = 80
MORE = "\0"  # stands for all words past the limits; no word of a table is like it
# Unseen characters that programs put between letters.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
_LETTERS = r"[^\W\d_]"
_WORD = re.compile(
    r"[\w.+'=-]{1,64}@\w[\w.-]{0,250}\w"  # an address
    r"|\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?![\w/-])"  # a date
    rf"|\+?\d+|{_LETTERS}+(?:['’‘`´]{_LETTERS}+)*|\?"
    "|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_APOSTROPHES = re.compile("['’‘`´]")


@lru_cache(4096)
def _folded(character: str) -> str:
    """One character for one, so that places in the folded line are places in the line."""
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def fold(text: str) -> str:
    """A word of a table as it is compared."""
    return _APOSTROPHES.sub("", "".join(map(_folded, unicodedata.normalize("NFC", text))))


class Line:
    """The words of a line. `skipped` are passed over wherever they stand; `corrected` gives what a
    word may have been meant to be."""

    def __init__(
        self,
        text: str,
        skipped: Collection[str] = (),
        corrected: Callable[[str], tuple[str, ...]] = lambda word: (),
    ) -> None:
        self.text = unicodedata.normalize("NFC", _UNSEEN.sub("", text[:MAX_LINE])) + text[MAX_LINE:]
        folded = "".join(map(_folded, self.text[:MAX_LINE]))
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._corrected = corrected
        for found in _WORD.finditer(folded):
            word = _APOSTROPHES.sub("", found[0])
            if word in skipped:
                continue
            if len(self) == MAX_WORDS:
                self._add(MORE, (found.start(), len(self.text)))
                break
            self._add(word, found.span())
        else:
            if len(self.text) > MAX_LINE:
                self._add(MORE, (MAX_LINE, len(self.text)))

    def _add(self, word: str, span: tuple[int, int]) -> None:
        self.words.append(word)
        self._spans.append(span)

    def __len__(self) -> int:
        return len(self.words)

    def readings(self, at: int) -> tuple[str, ...]:
        """A word as it stands, and what it may have been meant to be."""
        word = self.words[at]
        return (word, *self._corrected(word))

    def written(self, at: int, end: int | None = None) -> str:
        """The words from one up to another, or to the end of the line, as they were written."""
        last = len(self.text) if end is None else self._spans[end - 1][1]
        return self.text[self._spans[at][0] : last].strip()

    def begins(self, at: int) -> int:
        """Where in the text a word begins."""
        return self._spans[at][0]

    def word_after(self, place: int) -> int:
        """The first word that begins at or behind a place in the text."""
        return next((n for n, (start, _) in enumerate(self._spans) if start >= place), len(self))
