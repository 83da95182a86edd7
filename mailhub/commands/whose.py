"""Whose a wish is that stands among other words: the writer's own, a question, or somebody else's."""

from __future__ import annotations

from mailhub.commands.tables import Language
from mailhub.commands.writer import Writer
from mailhub.words.line import Line


def is_own(text: str, language: Language) -> bool:
    """Whether somebody writes of themselves, or begins with a wish."""
    line = Line(text, (), language.corrections.of)
    said = [word for at in range(len(line)) for word in line.readings(at)]
    begins = not language.wishes.isdisjoint(line.words[:1])
    return begins or not language.personal.isdisjoint(said)


def says_yes(line: Line, language: Language) -> bool:
    """Whether a line begins with a yes, whatever doubt of manner follows: "yes, will try to be on time"."""
    return not language.assents.isdisjoint(line.words[:1])


def begins_asking(line: Line, language: Language) -> bool:
    """Whether a line is a question even without its mark: "am i still on weekly" """
    return len(line) > 0 and line.words[0] in language.asking


def tells_of_another(line: Line, language: Language, writer: Writer) -> bool:
    """Whether a sentence is about somebody else: "Tom cannot make it"."""
    if len(line) < 2 or line.words[1] not in language.acting or line.words[0] in writer.names:
        return False
    return any(writer.slots(language)["name"](line, 0))
