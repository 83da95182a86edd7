"""What members and those who look after a community ask for beside what everybody may (`grammar`): other
addresses, roles, invitations, settings, finding communities. One a line, each line as a whole; the
words stand in templates/words/, under `membership`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from mailhub import words
from mailhub.commands.grammar import Command
from mailhub.letter import Letter
from mailhub.words.line import Line
from mailhub.words.patterns import Meaning, Patterns, Slot, phrases

MAX_LINES = 100
MAX_COMMANDS = 50
_WELCOME = re.compile(r"(?:set )?welcome(?: (?:mail|message|text|words|note))?\s*:?", re.IGNORECASE)


def understand(letter: Letter, *, goes_on: bool) -> tuple[Command, ...]:
    """The commands of this kind in a letter. The first line that is none ends them, unless some other
    reader has understood it (`goes_on`)."""
    lines = [line.strip() for line in letter.new_text.splitlines()[:MAX_LINES]]
    lines = [line for line in lines if line] or [letter.subject.strip()]
    if _WELCOME.fullmatch(lines[0]):
        return _welcome(letter)
    found: list[Command] = []
    for line in lines:
        command = _read(line)
        if command is None and not goes_on:
            break
        if command is not None:
            found.append(command)
    return tuple(found[:MAX_COMMANDS])


def _welcome(letter: Letter) -> tuple[Command, ...]:
    """Words of welcome: all that stands below the line that says so."""
    _, _, below = letter.new_text.lstrip().partition("\n")
    return (Command("set", f"welcome {below.strip()}"),) if below.strip() else ()


def _read(text: str) -> Command | None:
    line = Line(text)
    found = _patterns().whole(line, _SLOTS) if len(line) else []
    if not found:
        return None
    match = min(found, key=lambda one: one.meaning.free)
    argument = match.meaning.argument.format(*match.captures)
    return Command(match.meaning.verb, argument or None)


def _address(line: Line, at: int) -> Iterator[tuple[int, str]]:
    if "@" in line.words[at]:
        yield at + 1, line.written(at, at + 1).strip(".")


def _rest(line: Line, at: int) -> Iterator[tuple[int, str]]:
    yield len(line), line.written(at)


_SLOTS: Mapping[str, Slot] = {"address": _address, "rest": _rest}


@cache
def _patterns() -> Patterns:
    table = words.table("membership")
    meanings = [
        (Meaning(verb, argument, "<rest>" in pattern), pattern)
        for verb, said in table["verbs"].items()
        for argument, patterns in (said.items() if isinstance(said, dict) else [("", said)])
        for pattern in patterns
    ]
    return Patterns(meanings, phrases(table["phrases"]), before="before", after="after")
