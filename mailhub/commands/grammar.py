"""The one reader of commands: what a person asks for, in ordinary words, at each kind of address.

`understand` reads only the new words of a letter, its first line above all, against the tables of
`templates/words/` in every language that is there. A line is a command as a whole or not at all: what
could mean two things, a question, a condition, decides nothing. On a list's own address only what
cannot be meant as a post is a command. It reads no clock and no database, and never fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mailhub.commands.own_words import own_words
from mailhub.commands.tables import languages
from mailhub.commands.writer import Writer
from mailhub.letter import Kind, Letter
from mailhub.words.line import Line
from mailhub.words.patterns import Match

# What is most often meant at each place.
_OFTEN = {
    "list": ("leave", "mute"),
    "settings": ("leave", "weekly", "help"),
    "confirm": ("yes", "no"),
    "decision": ("approve", "reject", "discard"),
    "rsvp": ("yes", "no", "maybe"),
    "digest": ("answer", "more", "leave"),
}
_MOST_NEAR = 3
_NEAR = 0.25  # a word that four verbs or more share speaks for none


class Place(StrEnum):
    """Where a mail came, which says what its words can mean."""

    LIST = "list"
    SETTINGS = "settings"
    CONFIRM = "confirm"
    DECISION = "decision"
    RSVP = "rsvp"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person asks for. `argument` as interface.md has it: a date is ISO, a number
    digits; `item` the number in front, in an answer to several things; `everywhere` where it is said
    to be for all communities."""

    verb: str
    argument: str | None = None
    item: int | None = None
    everywhere: bool = False


def understand(letter: Letter, place: Place) -> tuple[Command, ...]:
    """What a letter that came to such a place asks for, in its order; empty where nothing is
    understood or nothing should be done."""
    if letter.kind is not Kind.POST:
        return ()
    writer = Writer.of(letter)
    words = own_words(letter, writer)
    if not words.lines:
        return ()
    if place is Place.SETTINGS:
        return tuple(_in_turn(words.lines, writer))
    if place is Place.LIST and len(words.lines) > 1:
        return ()
    found = _read(words.first, place, writer)
    return (found,) if found else ()


def nearest(letter: Letter, place: Place) -> tuple[str, ...]:
    """Two or three verbs that may have been meant by a letter in which nothing was understood, the
    likeliest first: those whose words it uses, then those most often meant at this place."""
    writer = Writer.of(letter)
    found: dict[str, float] = {}
    for language in languages():
        line = Line(own_words(letter, writer).first, language.skipped, language.corrections.of)
        for at in range(len(line)):
            for word in line.readings(at):
                for verb, weight in language.keys[place].get(word, {}).items():
                    found[verb] = found.get(verb, 0) + weight
    likely = sorted((verb for verb in found if found[verb] >= _NEAR), key=lambda verb: -found[verb])
    return tuple(dict.fromkeys([*likely, *_OFTEN[place]]))[:_MOST_NEAR]


def _in_turn(lines: Iterable[str], writer: Writer) -> Iterator[Command]:
    """Commands one a line, up to the first line that is none."""
    for line in filter(None, lines):
        found = _read(line, Place.SETTINGS, writer)
        if found is None:
            return
        yield found


def _read(text: str, place: Place, writer: Writer) -> Command | None:
    """What one line says as a whole, in any language; None where that is nothing, or two things."""
    close: set[Command] = set()
    loose: set[Command] = set()
    for language in languages():
        line = Line(text, language.skipped, language.corrections.of)
        for match in language.places[place].whole(line, writer.slots(language)):
            (loose if match.meaning.free else close).add(_command(match))
    found = close or loose
    return found.pop() if len(found) == 1 else None


def _command(match: Match) -> Command:
    argument = match.meaning.argument
    if argument:
        argument = argument.format(*match.captures)
    elif match.captures:
        argument = match.captures[0]
    return Command(match.meaning.verb, argument or None)
