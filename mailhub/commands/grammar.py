"""The one reader of commands: what a person asks for, in ordinary words, at each kind of address.

`understand` reads only the new words of a letter, its first line above all, against the tables of
`templates/words/` in every language that is there. A line is a command as a whole or not at all: what
could mean two things, a question, a condition, decides nothing. On a list's own address only what
cannot be meant as a post is a command. It reads no clock and no database, and never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from mailhub.commands import near, numbered, several
from mailhub.commands.beside import brings_papers
from mailhub.commands.command import Command, Place
from mailhub.commands.lines import Reader
from mailhub.commands.own_words import OwnWords, is_answer, own_words
from mailhub.commands.several import Several
from mailhub.commands.together import together
from mailhub.commands.writer import Writer
from mailhub.letter import Kind, Letter

__all__ = ["Command", "Place", "decided", "is_courteous", "lost_day", "nearest", "understand"]

# What is most often meant at each place.
_OFTEN = {
    Place.LIST: ("leave", "mute"),
    Place.SETTINGS: ("weekly", "pause", "leave"),
    Place.CONFIRM: ("yes", "no"),
    Place.DECISION: ("approve", "reject", "discard"),
    Place.RSVP: ("yes", "no", "maybe"),
    Place.DIGEST: ("answer", "more", "leave"),
    Place.ARRANGING: ("close", "move", "take-down"),
    Place.FACILITATOR: ("close", "move", "take-down"),
}
_MOST_NEAR = 3
_MOST_COMMANDS = 50


def understand(letter: Letter, place: Place) -> tuple[Command, ...]:
    """What a letter that came to such a place asks for, in its order; empty where nothing is
    understood or nothing should be done.

    Of what programs write, only a bare wish to leave is a command: mail programs write it for their
    users (RFC 2369).
    """
    reader = Reader(Writer.of(letter), place, fresh=not is_answer(letter))
    if letter.kind is Kind.AUTO_REPLY and place in (Place.LIST, Place.SETTINGS):
        reader = replace(reader, place=Place.LIST, fresh=False)
        found = _on_list(letter, own_words(letter, reader), reader)
        return found if found == (Command("leave"),) else ()
    if letter.kind is not Kind.POST:
        return ()
    return _while_away(_READ[place](letter, own_words(letter, reader), reader))


def decided(letter: Letter) -> Several | None:
    """What a facilitator's reply says of several held mails; None where it speaks of none by number, nor of all or
    the rest."""
    if letter.kind is not Kind.POST:
        return None
    reader = Reader(Writer.of(letter), Place.DECISION, fresh=not is_answer(letter))
    return several.decisions(own_words(letter, reader).lines, reader, strict=False)


def is_courteous(letter: Letter, line: str) -> bool:
    """Whether a line of a letter asks for nothing: a greeting, thanks."""
    return Reader(Writer.of(letter), Place.SETTINGS).line(line) == ()


def nearest(letter: Letter, place: Place) -> tuple[str, ...]:
    """Two or three verbs that may have been meant by a letter in which nothing was understood, the
    likeliest first: those whose words it uses, then those most often meant at this place."""
    reader = Reader(Writer.of(letter), place)
    likely = near.verbs_near(own_words(letter, reader).first, reader)
    return tuple(dict.fromkeys((*likely, *_OFTEN[place])))[:_MOST_NEAR]


def lost_day(letter: Letter, place: Place) -> str:
    """A day that the line which decides names and that is none, or is over, as it was written; else ""."""
    reader = Reader(Writer.of(letter), place)
    return near.lost_day(own_words(letter, reader).first, reader)


def _while_away(found: tuple[Command, ...]) -> tuple[Command, ...]:
    """Of "away until 4 January, no mails please" the first: none until then is meant, not none for ever."""
    if any(command.verb == "pause" for command in found):
        return tuple(command for command in found if command.verb != "none")
    return found


def _on_list(letter: Letter, words: OwnWords, reader: Reader) -> tuple[Command, ...]:
    """Wishes, every line of which is one, and below them nothing but a signature."""
    if brings_papers(letter) or not words.ends_plainly:
        return ()
    found: list[Command] = []
    for line in filter(None, words.lines):
        said = reader.line(line)
        if said is None:
            return ()
        found += said
    if reader.place is Place.FACILITATOR:  # of several discussions and people the same may be said
        return tuple(found[:_MOST_COMMANDS])
    return together(found, reader.place) or ()


def _in_settings(letter: Letter, words: OwnWords, reader: Reader) -> tuple[Command, ...]:
    """Commands one a line, up to the first line that is none. Where there is none at all, the subject
    may be one that cannot mean anything else."""
    found = tuple(islice(_in_turn(words, reader), _MOST_COMMANDS))
    if not found and words.subject:
        subject = Reader(reader.writer, Place.LIST).line(words.subject)
        return subject or ()
    return found


def _in_turn(words: OwnWords, reader: Reader) -> Iterator[Command]:
    for line in filter(None, words.lines):
        found = reader.line(line)
        if found is None:
            return
        yield from found


def _one_answer(letter: Letter, words: OwnWords, reader: Reader) -> tuple[Command, ...]:
    """The first line that says anything decides, unless a line below it takes that back."""
    lines = [line for line in words.lines if line]
    for number, line in enumerate(lines):
        found = reader.line(line)
        if found:
            back = any(reader.takes_back(below, found[0]) for below in lines[number + 1 :][:10])
            return () if back else found
        if found is None:
            return ()
    return ()


def _decision(letter: Letter, words: OwnWords, reader: Reader) -> tuple[Command, ...]:
    """One decision, perhaps with a reason in the next paragraph; or one for each number."""
    found = several.decisions(words.lines, reader)
    if found is not None and not found.is_of_all:
        # What is said of the rest cannot be told without the list.
        said = {} if found.others else found.said
        return tuple(replace(command, item=number) for number, command in said.items())
    decided = _one_answer(letter, words, reader)
    if decided and decided[0] == Command("reject") and (reason := words.second_paragraph):
        again = reader.one(f"{words.first}, {reason}")  # "Reason: it names a resident"
        is_shorter = again is not None and not reason.startswith(again.argument or "")
        return (again,) if again and is_shorter else (Command("reject", reason),)
    return decided


def _to_digest(letter: Letter, words: OwnWords, reader: Reader) -> tuple[Command, ...]:
    """Answers to numbers, or what could be said in the settings or to an invitation."""
    found = numbered.answers(words, reader)
    return found if found is not None else tuple(islice(_in_turn(words, reader), _MOST_COMMANDS))


_READ: dict[Place, Callable[[Letter, OwnWords, Reader], tuple[Command, ...]]] = {
    Place.LIST: _on_list,
    Place.SETTINGS: _in_settings,
    Place.CONFIRM: _one_answer,
    Place.DECISION: _decision,
    Place.RSVP: _one_answer,
    Place.DIGEST: _to_digest,
    Place.ARRANGING: _on_list,
    Place.FACILITATOR: _on_list,
}
