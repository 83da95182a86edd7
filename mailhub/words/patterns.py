"""Patterns of words, as the tables of templates/words/ write them, and what of a line they match.

A pattern is a row of words: `[me|us]` may be left out, `(stop|end)` is one of several, `{list}` is a
phrase that has patterns of its own, and `<number>`, `<date>`, `<rest>` stand for what the writer chose.
A line is walked from left to right with all that it could still be, never back: the time grows with
the line and with the patterns, whatever is in the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mailhub.words.line import Line, fold

# Where a slot that begins at a word may end, and what it then stands for, if that matters.
Ends = Iterable[tuple[int, str | None]]
Slot = Callable[[Line, int], Ends]
Captures = tuple[str, ...]

_PIECES = re.compile(r"[\[\]()|]|\{[a-z_]+\}|<[a-z_]+>|[^\s\[\](){}<>|]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pattern says: a verb or the name of a phrase; how its argument is put together from what
    its slots stand for; whether it ends in free text, so that a closer pattern goes before it."""

    verb: str
    argument: str = ""
    free: bool = False


@dataclass(eq=False, slots=True)
class State:
    """A place in a pattern: which words lead on from here, and to where."""

    words: dict[str, list[State]] = field(default_factory=dict)
    phrases: list[tuple[str, State]] = field(default_factory=list)
    slots: list[tuple[str, State]] = field(default_factory=list)
    free: list[State] = field(default_factory=list)
    meaning: Meaning | None = None


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
        phrases: Mapping[str, State],
        before: str = "",
        after: str = "",
    ) -> None:
        self._phrases = phrases
        self.start = State()
        for meaning, pattern in meanings:
            _check(pattern, phrases)
            end = written(pattern, self.start)
            end.meaning = meaning
            if after:
                end.phrases.append((after, end))
        if before:
            self.start.phrases.append((before, self.start))

    def whole(self, line: Line, slots: Mapping[str, Slot], start: int = 0) -> list[Match]:
        """What the line is from the word `start` to its end."""
        walk = Walk(line, self._phrases, slots)
        return [match for match in walk.from_word(self.start, start) if match.end == len(line)]

    def beginnings(self, line: Line, slots: Mapping[str, Slot], start: int = 0) -> list[Match]:
        """What the line begins with at the word `start`."""
        return Walk(line, self._phrases, slots).from_word(self.start, start)


class Walk:
    """One line, and what its phrases were found to be."""

    def __init__(self, line: Line, phrases: Mapping[str, State], slots: Mapping[str, Slot]) -> None:
        self._line = line
        self._phrases = phrases
        self._slots = slots
        self._known: dict[tuple[str, int], tuple[tuple[int, Captures], ...]] = {}

    def from_word(self, start: State, at: int) -> list[Match]:
        """All that begins at a word."""
        waiting: dict[int, dict[State, Captures]] = {at: {start: ()}}
        found = []
        for here in range(at, len(self._line) + 1):
            states = waiting.pop(here, {})
            stack = list(states.items())
            seen = set()
            while stack:
                state, captures = stack.pop()
                if state in seen:
                    continue
                seen.add(state)
                if state.meaning is not None:
                    found.append(Match(state.meaning, captures, here))
                stack.extend((following, captures) for following in state.free)
                for end, following, got in self._steps(state, here):
                    waiting.setdefault(end, {}).setdefault(following, captures + got)
        return found

    def _steps(self, state: State, here: int) -> Iterator[tuple[int, State, Captures]]:
        if here == len(self._line):
            return
        for word in self._line.readings(here):
            for following in state.words.get(word, ()):
                yield here + 1, following, ()
        for name, following in state.phrases:
            for end, captures in self._phrase(name, here):
                yield end, following, captures
        for name, following in state.slots:
            for end, value in self._slots[name](self._line, here):
                yield end, following, () if value is None else (value,)

    def _phrase(self, name: str, here: int) -> tuple[tuple[int, Captures], ...]:
        known = self._known.get((name, here))
        if known is None:
            matches = self.from_word(self._phrases[name], here)
            known = tuple((match.end, match.captures) for match in matches if match.end > here)
            self._known[name, here] = known
        return known


def phrases(tables: Mapping[str, Iterable[str]]) -> dict[str, State]:
    """Phrases by their names. ValueError where one names one that does not stand above it: so none can
    go round."""
    made: dict[str, State] = {}
    for name, patterns in tables.items():
        start = State()
        for pattern in patterns:
            _check(pattern, made)
            written(pattern, start).meaning = Meaning(name)
        made[name] = start
    return made


def words_of(pattern: str) -> Iterator[str]:
    """The plain words of a pattern, folded."""
    for piece in _PIECES.findall(pattern):
        if piece[0] not in "[]()|{<":
            yield fold(piece)


def _check(pattern: str, known: Mapping[str, State]) -> None:
    """ValueError where a pattern names a phrase that is not there."""
    for piece in _PIECES.findall(pattern):
        if piece[0] == "{" and piece[1:-1] not in known:
            raise ValueError(f"no phrase {piece} for: {pattern}")


def written(pattern: str, start: State) -> State:
    """Adds a pattern that begins at `start`; gives the state where it ends."""
    end = State()
    # Open brackets: where the group began, where its pieces join, whether it may be left out.
    groups: list[tuple[State, State, str]] = [(start, end, "")]
    here = start
    for piece in _PIECES.findall(pattern):
        match piece[0]:
            case "[" | "(":
                groups.append((here, State(), piece))
                inner = State()
                here.free.append(inner)
                here = inner
            case "|":
                begun, joined, _ = groups[-1]
                here.free.append(joined)
                here = State()
                begun.free.append(here)
            case "]" | ")":
                begun, joined, opened = groups.pop()
                if not groups or opened + piece not in ("[]", "()"):
                    raise ValueError(f"brackets in: {pattern}")
                here.free.append(joined)
                if piece == "]":
                    begun.free.append(joined)
                here = joined
            case "{":
                here = _linked(here.phrases, piece)
            case "<":
                here = _linked(here.slots, piece)
            case _:
                following = State()
                here.words.setdefault(fold(piece), []).append(following)
                here = following
    if len(groups) != 1 or here is start:
        raise ValueError(f"not a pattern: {pattern}")
    here.free.append(end)
    return end


def _linked(links: list[tuple[str, State]], piece: str) -> State:
    following = State()
    links.append((piece[1:-1], following))
    return following
