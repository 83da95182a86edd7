"""The tables of words that people type, one file a language: `templates/words/en.toml`, `cy.toml`.

A language is a file there whose name has two letters and that has a table `commands`, with the words of
some places at least. All are tried on every line, since nobody says which language they write in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mailhub.words import templates_folder
from mailhub.words.dates import DateWords
from mailhub.words.line import Line, fold
from mailhub.words.patterns import Patterns
from mailhub.words.places import Meaning, Phrases, phrases, words_of
from mailhub.words.typing_errors import Corrections

FRESH = "fresh"  # the list, for a letter that answers no other
WHOLE = "{line}"  # an argument that is the line itself
_FREE = (
    "<rest>",
    "<titled>",
    "<few>",
    "<anything>",
    "<words>",
    "<reason>",
    "<after_mark>",
    "<ground>",
)
# Words of one kind, each in a table of its own.
_KINDS = (
    "skipped", "doubts", "negations", "contrary", "pronouns", "regrets", "turns", "reasons",
    "weighty", "harmless", "personal", "others", "pending", "elsewhere", "asking", "amounts", "light", "maybes", "belated", "assents", "listing", "opening", "faults", "acting", "firmly", "wishful", "company", "partly", "wishes",
)  # fmt: skip
# Of what the words at one place are made: its own table first, then those of others.
_PLACES = {
    "list": ("list",),
    FRESH: ("list", FRESH),
    "settings": ("settings", "member"),
    "confirm": ("confirm",),
    "decision": ("decision",),
    "rsvp": ("rsvp",),
    "arranging": ("arranging",),
    "facilitator": ("facilitator", "arranging"),
    "digest": ("digest", "rsvp", "settings", "member"),
}


@dataclass(frozen=True, eq=False)
class Language:
    """How one language says things."""

    code: str
    places: Mapping[str, Patterns]
    loose: Mapping[str, Patterns]  # ways to say it among other words
    asides: Mapping[str, Patterns]  # what says nothing of weight
    closings: Patterns
    courtesies: Patterns  # what wants no answer
    forms: Patterns  # what stands around any words: greetings, closings
    requests: Patterns  # what makes a question a request
    everywhere: Patterns
    skipped: frozenset[str]
    doubts: frozenset[str]
    negations: frozenset[str]
    contrary: frozenset[str]
    pronouns: frozenset[str]
    regrets: frozenset[str]
    turns: frozenset[str]  # "but"
    reasons: frozenset[str]  # "because"
    weighty: frozenset[str]  # of another decision, or of something to be done first
    harmless: frozenset[str]  # verbs
    personal: frozenset[str]  # "I", "you"
    others: frozenset[str]  # "my colleague"
    pending: frozenset[str]  # "I have a question"
    elsewhere: frozenset[str]  # "please send more information"
    asking: frozenset[str]  # "is" at the head of a line, which makes it a question
    amounts: frozenset[str]  # "too many"
    conditions: frozenset[str]  # "if"; every doubt, where a language does not tell them apart
    maybes: frozenset[str]  # "perhaps"
    firmly: frozenset[str]  # "coming"
    wishful: frozenset[str]  # "I would love to"
    belated: frozenset[str]  # "late", of an answer
    faults: frozenset[str]  # "attachment", which cannot be opened
    acting: frozenset[str]  # "will", behind somebody's name
    listing: frozenset[str]  # "list", in a wish to leave
    opening: frozenset[str]  # "I", at the head of a reason
    assents: frozenset[str]  # "yes"
    company: frozenset[str]  # "bringing"
    partly: frozenset[str]  # "late"
    wishes: frozenset[str]  # "stop" at the head of a line, which makes it the writer's own wish
    light: frozenset[str]  # what changes nothing about a decision, in whatever order
    politely: re.Pattern[str]  # in front of "please"
    also: re.Pattern[str]  # "and", between two wishes
    joining: tuple[str, ...]  # "and"
    item_words: tuple[str, ...]  # "number"
    of_names: tuple[str, ...]  # "of", as in the Head of Policy
    vocabulary: frozenset[str]
    corrections: Corrections
    dates: DateWords
    signs: Mapping[str, frozenset[str]]  # verb: words that may mean it

    def says_everywhere(self, line: Line) -> bool:
        """Whether a line says that it is meant for all communities."""
        return any(self.everywhere.beginnings(line, {}, at) for at in range(len(line)))


@cache
def languages() -> tuple[Language, ...]:
    """Every language that is there, by its code."""
    found = []
    for path in sorted((templates_folder() / "words").glob("??.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if "commands" in table:
            found.append(_language(path.stem, table))
    return tuple(found)


def tool_patterns(code: str) -> dict[str, Patterns]:
    """What people say in one language to each tool of a community, by its name (the table `tools`)."""
    path = templates_folder() / "words" / f"{code}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = phrases(table["commands"]["phrases"])
    return {
        tool: Patterns(_meanings(said), shared, before="before_settings", after="after_settings")
        for tool, said in table.get("tools", {}).items()
    }


class _Readers(Mapping[str, Patterns]):
    """The patterns of each place, made when a line is first read there: most hubs read few places."""

    def __init__(self, make: Callable[[str, tuple[str, ...]], Patterns]) -> None:
        self._make = make
        self._made: dict[str, Patterns] = {}

    def __getitem__(self, place: str) -> Patterns:
        if place not in self._made:
            self._made[place] = self._make(place, _PLACES[place])
        return self._made[place]

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


def _readers(tables: Mapping[str, Any], shared: Phrases) -> _Readers:
    """What is said at each place, with what may stand in front of it and behind."""

    def make(place: str, names: tuple[str, ...]) -> Patterns:
        before, after = f"before_{names[0]}", f"after_{names[0]}"
        return Patterns(
            [pair for name in names for pair in _meanings(tables.get(name, {}))],
            shared,
            before=before if before in shared else "",
            after=after if after in shared else "",
        )

    return _Readers(make)


def _only(shared: Phrases, *names: str) -> Patterns:
    """Some phrases, as patterns of their own."""
    return Patterns([(Meaning(name), f"{{{name}}}") for name in names if name in shared], shared)


def _language(code: str, table: dict[str, Any]) -> Language:
    said = table["commands"]
    shared = phrases(said["phrases"])
    words = {name: frozenset(map(fold, said.get(name, ()))) for name in _KINDS}
    vocabulary = frozenset(_words([said, table["dates"]]))
    vocabulary |= words["doubts"] | words["negations"] | words["skipped"]
    return Language(
        code=code,
        places=_readers(said, shared),
        loose=_readers(said.get("loose", {}), shared),
        asides=_Readers(lambda _, names: _only(shared, "greeting", "closing", f"aside_{names[0]}")),
        closings=_only(shared, "closing"),
        courtesies=_only(shared, "courtesy"),
        forms=_only(shared, "greeting", "closing"),
        requests=_only(shared, "request"),
        everywhere=_only(shared, "everywhere"),
        conditions=frozenset(map(fold, said.get("conditions", said["doubts"]))),
        **words,
        politely=_in_front_of(said["polite"]),
        also=_around(said["joining"]),
        joining=tuple(said["joining"]),
        item_words=tuple(said["item_words"]),
        of_names=tuple(said["of_names"]),
        vocabulary=vocabulary,
        corrections=Corrections(vocabulary, said.get("short")),
        dates=DateWords.of(table["dates"]),
        signs={verb: frozenset(map(fold, words)) for verb, words in said["signs"].items()},
    )


def _meanings(verbs: Mapping[str, Any]) -> Iterator[tuple[Meaning, str]]:
    """The patterns of each verb; under a verb, perhaps, by the argument that they make."""
    for verb, said in verbs.items():
        for argument, patterns in said.items() if isinstance(said, dict) else [("", said)]:
            for pattern in patterns:
                free = argument == WHOLE or any(slot in pattern for slot in _FREE)
                yield Meaning(verb, argument, free), pattern


def _in_front_of(words: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, words))
    return re.compile(rf"\s+(?=(?:{either})\b)", re.IGNORECASE)


def _around(words: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, words))
    return re.compile(rf"[,;]?\s+(?:{either})\s+", re.IGNORECASE)


def _words(said: Any) -> Iterator[str]:
    """Every word of every pattern."""
    if isinstance(said, str):
        yield from words_of(said)
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _words(one)
