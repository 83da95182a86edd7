"""Patterns of words, as the tables of templates/words/ write them (`places`), and what of a line they match.

A line is walked from left to right with all that it could still be, never back: the time grows with
the line and with the patterns, whatever is in the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mailhub.words.line import Line
from mailhub.words.places import Meaning, Phrase, Phrases, State, Steps, written


class Days(NamedTuple):
    """A time, as far as it is said: the day that ends it, and its first day."""

    until: str = ""  # ISO
    begins: str = ""


# What a slot stands for: as it was written, or a time.
Capture = str | Days
# Where a slot that begins at a word may end, and what it then stands for, if that matters.
Ends = Iterable[tuple[int, Capture | None]]
Slot = Callable[[Line, int], Ends]
Captures = tuple[Capture, ...]

_MOST_KNOWN = 200  # words at one place: strangers write any


@dataclass(frozen=True, slots=True)
class Match:
    """What a pattern says, what its slots stood for, and the word before which it ended."""

    meaning: Meaning
    captures: Captures
    end: int


class Patterns:
    """Patterns with their meanings, over phrases that they share. The phrase `before` may stand in front
    of each, any number of times, and `after` behind. ValueError where a pattern is written wrongly."""

    def __init__(
        self,
        meanings: Iterable[tuple[Meaning, str]],
        phrases: Phrases,
        before: str = "",
        after: str = "",
    ) -> None:
        self._phrases = phrases
        self._start = State()
        pairs = tuple(meanings)
        self.verbs = frozenset(meaning.verb for meaning, _ in pairs)
        for meaning, pattern in pairs:
            end = written(pattern, self._start, phrases)
            end.meaning = meaning
            if after:
                end.phrases.append((after, end))
        if before:
            self._start.phrases.append((before, self._start))

    def whole(self, line: Line, slots: Mapping[str, Slot]) -> list[Match]:
        """What the line is from its first word to its last."""
        matches = self.beginnings(line, slots)
        return [match for match in matches if match.end == len(line)]

    def beginnings(self, line: Line, slots: Mapping[str, Slot], start: int = 0) -> list[Match]:
        """What the line begins with at the word `start`."""
        if start < len(line) and not self._can_begin(line.readings(start)):
            return []
        return _Walk(line, self._phrases, slots).from_word(self._start, start)

    def _can_begin(self, readings: tuple[str, ...]) -> bool:
        """Whether any pattern begins with a word, or with what no word of a table tells."""
        opens, firsts = self._firsts
        return opens or not firsts.isdisjoint(readings)

    @cached_property
    def _firsts(self) -> tuple[bool, frozenset[str]]:
        """Whether a pattern can begin without a word of its own; the words with which the others do."""
        steps = self._start.steps
        first = [self._phrases[name] for name, _ in steps.phrases]
        opens = bool(steps.slots or steps.meanings) or any(phrase.opens for phrase in first)
        return opens, frozenset(steps.words).union(*(phrase.firsts for phrase in first))


class _Walk:
    """One line, and what its phrases were found to be."""

    def __init__(self, line: Line, phrases: Phrases, slots: Mapping[str, Slot]) -> None:
        self._line = line
        self._phrases = phrases
        self._slots = slots
        self._known: dict[tuple[str, int], tuple[tuple[int, Captures], ...]] = {}

    def from_word(self, start: State, at: int) -> list[Match]:
        """All that begins at a word."""
        waiting: dict[int, dict[State, Captures]] = {at: {start: ()}}
        found = []
        length = len(self._line)
        for here in range(at, length + 1):
            reached = waiting.pop(here, None)
            if reached:
                readings = self._line.readings(here) if here < length else ()
                for state, captures in reached.items():
                    steps = state.steps
                    for meaning in steps.meanings:
                        found.append(Match(meaning, captures, here))
                    if readings:
                        self._go_on(steps, here, readings, captures, waiting)
            if not waiting:
                break
        return found

    def _go_on(
        self,
        steps: Steps,
        here: int,
        readings: tuple[str, ...],
        captures: Captures,
        waiting: dict[int, dict[State, Captures]],
    ) -> None:
        """All steps from one place that the words from `here` on allow. What begins later leaves less to
        the writer: it goes before."""
        words = steps.words
        for word in readings:
            if word in words:
                following_words = waiting.setdefault(here + 1, {})
                for following in words[word]:
                    following_words[following] = captures
        if steps.phrases:
            for name, following in self._possible(steps, readings):
                for end, got in self._phrase(name, self._phrases[name], here):
                    waiting.setdefault(end, {})[following] = captures + got
        for name, following in steps.slots:
            for end, value in self._slots[name](self._line, here):
                more = captures if value is None else (*captures, value)
                waiting.setdefault(end, {})[following] = more

    def _possible(self, steps: Steps, readings: tuple[str, ...]) -> Iterable[tuple[str, State]]:
        """The phrases that may begin with a word, in their order."""
        if len(readings) > 1:
            return [
                step
                for step in steps.phrases
                if (phrase := self._phrases[step[0]]).opens
                or not phrase.firsts.isdisjoint(readings)
            ]
        word = readings[0]
        possible = steps.known.get(word)
        if possible is None:
            possible = tuple(
                step
                for step in steps.phrases
                if (phrase := self._phrases[step[0]]).opens or word in phrase.firsts
            )
            if len(steps.known) < _MOST_KNOWN:
                steps.known[word] = possible
        return possible

    def _phrase(self, name: str, phrase: Phrase, here: int) -> tuple[tuple[int, Captures], ...]:
        known = self._known.get((name, here))
        if known is None:
            matches = self.from_word(phrase.start, here)
            known = tuple({m.end: m.captures for m in matches if m.end > here}.items())
            self._known[name, here] = known
        return known
