"""Finds which of many phrases a text holds or begins with, without a look for each of them.

Most letters hold none of them, and that is told from the words of the text, split once. A phrase of
three words or more is searched for only where a word of its middle is among them, one of two only
where its first word ends one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set


def words_of(text: str) -> Set[str]:
    """What stands between the blanks of a text."""
    return set(text.split(" "))


class Sieve:
    """Phrases in lower case, their words one blank apart."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._words: list[str] = []
        self._by_first: dict[str, list[str]] = {}
        self._by_middle: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            first, *middle = phrase.split(" ")[:-1] or [""]
            if middle:
                self._by_middle.setdefault(max(middle, key=len), []).append(phrase)
            elif first:
                self._by_first.setdefault(f"{first} ", []).append(phrase)
            else:
                self._words.append(phrase)
        self._middles = frozenset(self._by_middle)

    def found(self, text: str, words: Set[str]) -> Iterator[str]:
        """Those of the phrases that are in `text`, itself in lower case, in no particular order.

        `words` are those of the text: `words_of(text)`.
        """
        for word in self._middles & words:
            yield from (phrase for phrase in self._by_middle[word] if phrase in text)
        if not (self._by_first or self._words):
            return
        once = " ".join([*words, ""])  # each word of the text once: much shorter
        for first, phrases in self._by_first.items():
            if first in once:
                yield from (phrase for phrase in phrases if phrase in text)
        yield from (word for word in self._words if word in once)


class Beginnings:
    """Phrases of two characters or more, in lower case, that a line may begin with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        by_head: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            by_head.setdefault(phrase[:2], []).append(phrase)
        self._by_head = {head: tuple(found) for head, found in by_head.items()}

    def begin(self, line: str) -> bool:
        """Whether `line` begins with one of them."""
        found = self._by_head.get(line[:2])
        return found is not None and line.startswith(found)


class Endings:
    """Phrases of two characters or more, in lower case, that a line may end with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(phrases)
        self._tails = frozenset(phrase[-2:] for phrase in self._phrases)

    def end(self, line: str) -> bool:
        """Whether `line` ends with one of them."""
        return line[-2:] in self._tails and line.endswith(self._phrases)
