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


def problem(code: str, language: str = "en") -> str:
    """What the code of a letter's problem means, in words; the code itself where it has none."""
    return str(table("problems", language).get(code, code))


def refusal(name: str, value: str, language: str = "en") -> str:
    """A named refusal of what a person typed, in words."""
    return str(table("refusals", language).get(name, name)).format(value=value)
