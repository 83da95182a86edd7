"""What people say to a tool of a community, in the words of its own table: `templates/words/en.toml`,
`[tools.blog]`. The lines are read as everywhere (`grammar`), greetings and closings are taken off; a line
is a command as a whole or not at all. And the question whether it was they, where that is not proven.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from mailhub.commands.asked import TOO_MANY, Asked, Told
from mailhub.commands.beside import brings_papers
from mailhub.commands.command import Command, Place
from mailhub.commands.limits import too_many
from mailhub.commands.lines import Reader
from mailhub.commands.own_words import own_words
from mailhub.commands.tables import Language, languages, tool_patterns
from mailhub.commands.writer import Writer
from mailhub.letter import Kind, Letter
from mailhub.membership import requests
from mailhub.words.line import Line, fold
from mailhub.words.patterns import Match, Patterns

LONGEST = 300  # characters of new words; what says more is a post
MOST = 20  # commands of one mail


def said_to(tool: str, letter: Letter) -> tuple[Command, ...]:
    """What a letter asks of a tool, in its order, up to the first line that is nothing to it; none where
    the first is that already."""
    if letter.kind is not Kind.POST:
        return ()
    writer = Writer.of(letter)
    found: list[Command] = []
    for line in filter(None, own_words(letter, Reader(writer, Place.SETTINGS)).lines):
        said = _line(tool, line, writer)
        if said is None or len(found) >= MOST:
            break
        found.append(said)
    return tuple(found)


def is_only_for(tool: str, letter: Letter) -> bool:
    """Whether a letter is nothing but words for a tool, and no post."""
    if len(letter.new_text) > LONGEST or brings_papers(letter):
        return False
    words = own_words(letter, Reader(Writer.of(letter), Place.SETTINGS))
    lines = [line for line in words.lines if line]
    return bool(lines) and words.ends_plainly and len(said_to(tool, letter)) == len(lines)


def ask_first(asked: Asked, kind: str, template: str, detail: dict[str, Any], **facts: Any) -> Told:
    """Ask the person whether it was they who asked for something, where that is not proven."""
    if too_many(asked):
        return TOO_MANY
    request = asked.ask(kind, detail)
    return Told("asked", (asked.note(template, token=requests.token(request), **facts),))


def _line(tool: str, text: str, writer: Writer) -> Command | None:
    """The one command of a line, whichever language says it."""
    for language in languages():
        patterns = _patterns(language.code).get(tool)
        if patterns is None:
            continue
        line = Line(text, language.skipped, language.corrections.of)
        matches = patterns.whole(line, writer.slots(language))
        names = [match for match in matches if _is_somebody(match, language, writer)]
        closest = names or sorted(matches, key=lambda match: match.meaning.free)
        for match in closest[:1]:
            argument = match.meaning.argument.format(*match.captures)
            return Command(match.meaning.verb, _without(language.skipped, argument) or None)
    return None


def _is_somebody(match: Match, language: Language, writer: Writer) -> bool:
    """Whether it names somebody who is not its writer: "follow Rhian", where "follow" could stand above a name
    that signs it."""
    words = str(match.captures[0]).split() if match.captures else []
    return bool(words) and all(
        word[:1].isupper() and fold(word) not in language.vocabulary | writer.names
        for word in words
    )


def _without(skipped: Collection[str], argument: str) -> str:
    """What a command is about, without the "please" beside it."""
    words = argument.split()
    while words and fold(words[-1].strip(".,!")) in skipped:
        words.pop()
    return " ".join(words).strip(".,!")


@cache
def _patterns(code: str) -> dict[str, Patterns]:
    return tool_patterns(code)
