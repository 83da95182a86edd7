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
from functools import cached_property

from mailhub.words.line import Line, fold, is_word

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


@dataclass(eq=False)
class State:
    """A place in a pattern, and the steps from it: by a word, a phrase, a slot, or for free."""

    words: dict[str, list[State]] = field(default_factory=dict)
    phrases: list[tuple[str, State]] = field(default_factory=list)
    slots: list[tuple[str, State]] = field(default_factory=list)
    free: list[State] = field(default_factory=list)
    meaning: Meaning | None = None

    @cached_property
    def steps(self) -> Steps:
        """All steps from here, those behind free steps with them."""
        reached: dict[State, None] = {}
        stack = [self]
        while stack:
            state = stack.pop()
            if state not in reached:
                reached[state] = None
                stack += state.free
        words: dict[str, list[State]] = {}
        for state in reached:
            for word, following in state.words.items():
                words.setdefault(word, []).extend(following)
        return Steps(
            words,
            tuple(step for state in reached for step in state.phrases),
            tuple(step for state in reached for step in state.slots),
            tuple(state.meaning for state in reached if state.meaning),
        )


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one can go from a place in a pattern, and what is said if the line ends there."""

    words: Mapping[str, list[State]]
    phrases: tuple[tuple[str, State], ...]
    slots: tuple[tuple[str, State], ...]
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Patterns under a name. `firsts` are the words that it can begin with; `opens` if with a slot."""

    start: State
    firsts: frozenset[str]
    opens: bool


Phrases = Mapping[str, Phrase]


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
            end = _written(pattern, self._start, phrases)
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
        return _Walk(line, self._phrases, slots).from_word(self._start, start)


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
        for here in range(at, len(self._line) + 1):
            for state, captures in waiting.pop(here, {}).items():
                steps = state.steps
                found += [Match(meaning, captures, here) for meaning in steps.meanings]
                if here < len(self._line):
                    for end, following, got in self._taken(steps, here):
                        # What begins later leaves less to the writer: it goes before.
                        waiting.setdefault(end, {})[following] = captures + got
            if not waiting:
                break
        return found

    def _taken(self, steps: Steps, here: int) -> Iterator[tuple[int, State, Captures]]:
        readings = self._line.readings(here)
        for word in readings:
            for following in steps.words.get(word, ()):
                yield here + 1, following, ()
        for name, following in steps.phrases:
            phrase = self._phrases[name]
            if phrase.opens or not phrase.firsts.isdisjoint(readings):
                for end, captures in self._phrase(name, phrase, here):
                    yield end, following, captures
        for name, following in steps.slots:
            for end, value in self._slots[name](self._line, here):
                yield end, following, () if value is None else (value,)

    def _phrase(self, name: str, phrase: Phrase, here: int) -> tuple[tuple[int, Captures], ...]:
        known = self._known.get((name, here))
        if known is None:
            matches = self.from_word(phrase.start, here)
            known = tuple({m.end: m.captures for m in matches if m.end > here}.items())
            self._known[name, here] = known
        return known


def phrases(tables: Mapping[str, Iterable[str]]) -> dict[str, Phrase]:
    """Phrases by their names. ValueError where one names one that does not stand above it: so none can
    go round."""
    made: dict[str, Phrase] = {}
    for name, patterns in tables.items():
        start = State()
        for pattern in patterns:
            _written(pattern, start, made).meaning = Meaning(name)
        steps = start.steps
        within = [made[inner] for inner, _ in steps.phrases]
        made[name] = Phrase(
            start,
            frozenset(steps.words).union(*(phrase.firsts for phrase in within)),
            bool(steps.slots) or any(phrase.opens for phrase in within),
        )
    return made


def words_of(pattern: str) -> Iterator[str]:
    """The plain words of a pattern, folded."""
    return (fold(piece) for piece in _PIECES.findall(pattern) if piece[0] not in "[]()|{<")


def _written(pattern: str, start: State, known: Phrases) -> State:
    """Adds a pattern that begins at `start`; gives the state where it ends."""
    end = State()
    # Open brackets: where the group began, where its branches join, which bracket it is.
    groups: list[tuple[State, State, str]] = [(start, end, "")]
    here = start
    for piece in _PIECES.findall(pattern):
        match piece[0]:
            case "[" | "(":
                groups.append((here, State(), piece))
                here = _free(here)
            case "|":
                begun, joined, _ = groups[-1]
                here.free.append(joined)
                here = _free(begun)
            case "]" | ")":
                begun, joined, opened = groups.pop()
                if opened + piece not in ("[]", "()"):
                    raise ValueError(f"brackets in: {pattern}")
                here.free.append(joined)
                if piece == "]":
                    begun.free.append(joined)
                here = joined
            case "{":
                if piece[1:-1] not in known:
                    raise ValueError(f"no phrase {piece} for: {pattern}")
                here = _linked(here.phrases, piece)
            case "<":
                here = _linked(here.slots, piece)
            case _:
                if not is_word(piece):
                    raise ValueError(f"{piece} is not one word in: {pattern}")
                following = State()
                here.words.setdefault(fold(piece), []).append(following)
                here = following
    if len(groups) != 1 or here is start:
        raise ValueError(f"not a pattern: {pattern}")
    here.free.append(end)
    return end


def _free(here: State) -> State:
    following = State()
    here.free.append(following)
    return following


def _linked(links: list[tuple[str, State]], piece: str) -> State:
    following = State()
    links.append((piece[1:-1], following))
    return following
