"""Words and templates for people, found where the package is installed or beside the sources; and, in
the files of this room, what people's own words are compared with: lines, patterns, dates."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def templates_folder() -> Path:
    """The folder of all templates: inside an installed package, else at the project's top."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@cache
def table(name: str, language: str = "en") -> dict[str, Any]:
    """One table of `templates/words/<language>.toml`, such as "problems"; KeyError if unknown."""
    with (templates_folder() / "words" / f"{language}.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)[name]
    return found


@cache
def said(name: str) -> dict[str, tuple[str, ...]]:
    """One table of what people write, such as "founding": under each key what it is called, in every
    language that has the table. English has every key."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((templates_folder() / "words").glob("??.toml"), key=_english_first):
        with path.open("rb") as file:
            of_language = tomllib.load(file).get(name, {})
        for key, words in of_language.items():
            found[key] = (*found.get(key, ()), *words)
    return found


def _english_first(path: Path) -> tuple[bool, str]:
    return path.stem != "en", path.stem


def problem(code: str, language: str = "en") -> str:
    """What the code of a letter's problem means, in words; the code itself where it has none."""
    return str(table("problems", language).get(code, code))


def refusal(name: str, value: str, language: str = "en") -> str:
    """A named refusal of what a person typed, in words."""
    return str(table("refusals", language).get(name, name)).format(value=value)
