"""The tables of phrases beside this file, as tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mailhub.commands.grammar import Command, Place

FOLDER = Path(__file__).parent


class Said(NamedTuple):
    """Words at a place, and the commands that they are."""

    place: Place
    words: str
    commands: str


def said(name: str) -> list[Said]:
    """The rows of a table `place TAB words TAB commands`; `\\n` in the words is a line end."""
    rows = (line.split("\t") for line in _lines(name))
    return [Said(Place(place), words.replace("\\n", "\n"), what) for place, words, what in rows]


def posts() -> list[str]:
    """Words that are no commands."""
    return [line.replace("\\n", "\n") for line in _lines("posts.txt")]


def shown(commands: tuple[Command, ...]) -> str:
    """Commands as the tables write them: `verb`, `verb=argument`, `3:verb`; "-" for none."""
    return " | ".join(map(_shown, commands)) or "-"


def _shown(command: Command) -> str:
    item = "" if command.item is None else f"{command.item}:"
    argument = "" if command.argument is None else f"={command.argument}"
    return f"{item}{command.verb}{argument}".replace("\n", "\\n")


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
