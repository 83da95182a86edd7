"""Patterns as the tables of templates/words/ write them, made into places and the steps between them.

A pattern is a row of words: `[me|us]` may be left out, `(stop|end)` is one of several, `{list}` is a
phrase that has patterns of its own, and `<number>`, `<date>`, `<rest>` stand for what the writer chose.
What is written wrongly is refused: ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mailhub.words.line import fold, is_word

_NAMES = re.compile(r"\{([a-z_]+)\}")
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
    """Where one can go from a place in a pattern, and what is said if the line ends there.

    `known` keeps which of the phrases can begin with a word, for the first words that were asked for.
    """

    words: Mapping[str, list[State]]
    phrases: tuple[tuple[str, State], ...]
    slots: tuple[tuple[str, State], ...]
    meanings: tuple[Meaning, ...]
    known: dict[str, tuple[tuple[str, State], ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Phrase:
    """Patterns under a name, made into places when a line first asks for them."""

    name: str
    patterns: tuple[str, ...]
    known: Phrases  # those above it, with others perhaps, which its patterns do not name

    @cached_property
    def start(self) -> State:
        """Where its patterns begin. ValueError where one is written wrongly."""
        start = State()
        for pattern in self.patterns:
            written(pattern, start, self.known).meaning = Meaning(self.name)
        return start

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The words that it can begin with."""
        return frozenset(self.start.steps.words).union(*(phrase.firsts for phrase in self._within))

    @cached_property
    def opens(self) -> bool:
        """Whether it can begin with a slot."""
        return bool(self.start.steps.slots) or any(phrase.opens for phrase in self._within)

    @property
    def _within(self) -> list[Phrase]:
        return [self.known[name] for name, _ in self.start.steps.phrases]


Phrases = Mapping[str, Phrase]


def phrases(tables: Mapping[str, Iterable[str]]) -> dict[str, Phrase]:
    """Phrases by their names. ValueError where one names one that does not stand above it: so none can
    go round."""
    made: dict[str, Phrase] = {}
    for name, said in tables.items():
        patterns = tuple(said)
        for inner in _NAMES.findall(" ".join(patterns)):
            if inner not in made:
                raise ValueError(f"no phrase {inner} above {name}")
        made[name] = Phrase(name, patterns, made)
    return made


def words_of(pattern: str) -> Iterator[str]:
    """The plain words of a pattern, folded."""
    return (fold(piece) for piece in _PIECES.findall(pattern) if piece[0] not in "[]()|{<")


def written(pattern: str, start: State, known: Phrases) -> State:
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
