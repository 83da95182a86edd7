"""What those who look after a community write that is more than a line: the words of welcome that every
new member gets. Every other command is a line, and `grammar` reads it."""

from __future__ import annotations

import re
from functools import cache

from mailhub import words
from mailhub.commands.grammar import Command
from mailhub.letter import Letter


def understand(letter: Letter) -> tuple[Command, ...]:
    """Words of welcome: all that stands below a first line that says so."""
    first, _, below = letter.new_text.lstrip().partition("\n")
    if not _heading().fullmatch(first.strip()) or not below.strip():
        return ()
    return (Command("set", f"welcome {below.strip()}"),)


@cache
def _heading() -> re.Pattern[str]:
    """ "Set welcome mail:" """
    said = {key: "|".join(map(re.escape, one)) for key, one in words.table("welcome-words").items()}
    return re.compile(
        rf"(?:(?:{said['set']}) )?(?:{said['welcome']})(?: (?:{said['text']}))?\s*:?", re.IGNORECASE
    )
