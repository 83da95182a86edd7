"""The tables of words that people type, one file a language: `templates/words/en.toml`, `cy.toml`.

A language is a file there whose name has two letters and that has a table `commands`, with the words of
some places at least. All are tried on every line, since nobody says which language they write in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mailhub.words import templates_folder
from mailhub.words.dates import DateWords
from mailhub.words.line import Line, fold
from mailhub.words.patterns import Patterns
from mailhub.words.places import Meaning, phrases, words_of
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
    light: frozenset[str]  # what changes nothing about a decision, in whatever order
    politely: re.Pattern[str]  # in front of "please"
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


def _language(code: str, table: dict[str, Any]) -> Language:
    said = table["commands"]
    shared, loose = phrases(said["phrases"]), said.get("loose", {})

    def only(*names: str) -> Patterns:
        return Patterns(
            [(Meaning(name), f"{{{name}}}") for name in names if name in shared], shared
        )

    def known(name: str) -> str:
        return name if name in shared else ""

    doubts, negations, skipped = (
        frozenset(map(fold, said[name])) for name in ("doubts", "negations", "skipped")
    )
    vocabulary = frozenset(_words([said, table["dates"]])) | doubts | negations | skipped
    return Language(
        code=code,
        places={
            place: Patterns(
                [pair for name in names for pair in _meanings(said.get(name, {}))],
                shared,
                before=known(f"before_{names[0]}"),
                after=known(f"after_{names[0]}"),
            )
            for place, names in _PLACES.items()
        },
        loose={
            place: Patterns(
                [pair for name in names for pair in _meanings(loose.get(name, {}))],
                shared,
                before=known(f"before_{names[0]}"),
                after=known(f"after_{names[0]}"),
            )
            for place, names in _PLACES.items()
        },
        asides={
            place: only("greeting", "closing", f"aside_{names[0]}")
            for place, names in _PLACES.items()
        },
        closings=only("closing"),
        courtesies=only("courtesy"),
        forms=only("greeting", "closing"),
        requests=only("request"),
        everywhere=only("everywhere"),
        skipped=skipped,
        doubts=doubts,
        negations=negations,
        contrary=frozenset(map(fold, said["contrary"])),
        pronouns=frozenset(map(fold, said["pronouns"])),
        turns=frozenset(map(fold, said["turns"])),
        regrets=frozenset(map(fold, said["regrets"])),
        reasons=frozenset(map(fold, said["reasons"])),
        weighty=frozenset(map(fold, said["weighty"])),
        harmless=frozenset(said["harmless"]),
        personal=frozenset(map(fold, said["personal"])),
        others=frozenset(map(fold, said["others"])),
        pending=frozenset(map(fold, said["pending"])),
        elsewhere=frozenset(map(fold, said["elsewhere"])),
        asking=frozenset(map(fold, said.get("asking", ()))),
        amounts=frozenset(map(fold, said.get("amounts", ()))),
        light=frozenset(map(fold, said.get("light", ()))),
        politely=_in_front_of(said["polite"]),
        joining=tuple(said["joining"]),
        item_words=tuple(said["item_words"]),
        of_names=tuple(said["of_names"]),
        vocabulary=vocabulary,
        corrections=Corrections(vocabulary),
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


def _words(said: Any) -> Iterator[str]:
    """Every word of every pattern."""
    if isinstance(said, str):
        yield from words_of(said)
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _words(one)
