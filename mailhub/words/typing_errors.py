"""Words with one slip of the fingers, set right where one word of the tables alone is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

SHORTEST = 5  # letters; what is shorter is too easily another word
LONGEST = 20


class Corrections:
    """The words of a table, found in spite of one letter too many, too few, wrong or swapped."""

    def __init__(self, words: Collection[str], short: Mapping[str, str] | None = None) -> None:
        self._words = frozenset(words)
        self._short = dict(short or {})  # as telephones write: "wud" for "would"
        self._near: dict[str, set[str]] = {}
        for word in self._words:
            if len(word) >= SHORTEST and word.isalpha():
                for cut in (word, *_cuts(word)):
                    self._near.setdefault(cut, set()).add(word)
        self.of = lru_cache(2048)(self._of)

    def _of(self, word: str) -> tuple[str, ...]:
        """What a word was meant to be; nothing where it is a word of the table itself."""
        if word in self._short:
            return (self._short[word],)
        if word in self._words or not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return ()
        candidates = set().union(*(self._near.get(cut, set()) for cut in (word, *_cuts(word))))
        return tuple(sorted(one for one in candidates if one_slip(word, one)))


def one_slip(one: str, other: str) -> bool:
    """Whether a letter more, less, another or two swapped make one word of the other."""
    if abs(len(one) - len(other)) > 1 or (one[0] != other[0] and one[:2] != other[1::-1]):
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _cuts(word: str) -> Iterator[str]:
    """The word less one letter."""
    return (word[:n] + word[n + 1 :] for n in range(len(word)))
