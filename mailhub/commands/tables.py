"""The tables of words that people type, one file a language: `templates/words/en.toml`, `cy.toml`.

A language is a file there whose name has two letters and that has a table `commands`. All are tried
on every line, since nobody says which language they write in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mailhub.words import templates_folder
from mailhub.words.dates import DateWords
from mailhub.words.line import fold
from mailhub.words.patterns import Meaning, Patterns, phrases, words_of
from mailhub.words.typing_errors import Corrections

# Of what the words at one place are made: its own table first, then those of others.
_PLACES = {
    "list": ("list",),
    "settings": ("settings",),
    "confirm": ("confirm",),
    "decision": ("decision",),
    "rsvp": ("rsvp",),
    "digest": ("digest", "rsvp", "settings"),
}


@dataclass(frozen=True)
class Language:
    """How one language says things."""

    code: str
    places: Mapping[str, Patterns]
    lines: Patterns  # lines that are no words of their own: greeting, closing, aside
    skipped: frozenset[str]
    doubts: frozenset[str]
    harmless: frozenset[str]  # verbs
    vocabulary: frozenset[str]
    corrections: Corrections
    dates: DateWords
    keys: Mapping[
        str, Mapping[str, Mapping[str, float]]
    ]  # place: word: verb: how much it speaks for it


@cache
def languages() -> tuple[Language, ...]:
    """Every language that is there, by its code."""
    found = []
    for path in sorted((templates_folder() / "words").glob("??.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if "commands" in table:
            found.append(_language(path.stem, table))
    return tuple(found)


def _language(code: str, table: dict[str, Any]) -> Language:
    said = table["commands"]
    shared = phrases(said["phrases"])
    vocabulary = frozenset(_words(said))
    return Language(
        code=code,
        places={
            place: Patterns(
                [pair for name in names for pair in _meanings(said[name])],
                shared,
                before="before_" + place,
                after="after_" + place,
            )
            for place, names in _PLACES.items()
        },
        lines=Patterns(_meanings(said["lines"]), shared),
        skipped=frozenset(map(fold, said["skipped"])),
        doubts=frozenset(map(fold, said["doubts"])),
        harmless=frozenset(said["harmless"]),
        vocabulary=vocabulary,
        corrections=Corrections(vocabulary | frozenset(map(fold, said["doubts"]))),
        dates=DateWords.of(table["dates"]),
        keys={
            place: _keys([pair for name in names for pair in said[name].items()])
            for place, names in _PLACES.items()
        },
    )


def _meanings(verbs: Mapping[str, Any]) -> Iterator[tuple[Meaning, str]]:
    """The patterns of each verb; under a verb, perhaps, by the argument that they make."""
    for verb, said in verbs.items():
        for argument, patterns in said.items() if isinstance(said, dict) else [("", said)]:
            for pattern in patterns:
                free = "<rest>" in pattern or "<clause>" in pattern
                yield Meaning(verb, argument, free), pattern


def _words(said: Any) -> Iterator[str]:
    """Every word of every pattern."""
    if isinstance(said, str):
        yield from words_of(said)
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _words(one)


def _keys(verbs: Iterable[tuple[str, Any]]) -> dict[str, dict[str, float]]:
    """How much each word speaks for each verb: the fewer verbs have it, the more."""
    having: dict[str, set[str]] = {}
    for verb, said in verbs:
        for word in _words(said):
            having.setdefault(word, set()).add(verb)
    return {word: {verb: 1 / len(those) ** 2 for verb in those} for word, those in having.items()}
