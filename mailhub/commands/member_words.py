"""What those who look after a community write that is more than a line: the words of welcome that every
new member gets. Every other command is a line, and `grammar` reads it."""

from __future__ import annotations

import re

from mailhub.commands.grammar import Command
from mailhub.letter import Letter

_WELCOME = re.compile(r"(?:set )?welcome(?: (?:mail|message|text|words|note))?\s*:?", re.IGNORECASE)


def understand(letter: Letter) -> tuple[Command, ...]:
    """Words of welcome: all that stands below a first line that says so."""
    first, _, below = letter.new_text.lstrip().partition("\n")
    if not _WELCOME.fullmatch(first.strip()) or not below.strip():
        return ()
    return (Command("set", f"welcome {below.strip()}"),)
