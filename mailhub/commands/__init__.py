"""What people ask for by mail, and what is said to them: the words of membership, at every address.

`answer` takes what comes to `+join`, `+leave`, `+settings`, `+help`, to the platform's own address, and
to the addresses with a token that our mails carry. `meant_on_list` looks whether a mail to the list
itself is a command: only what cannot be meant as a post is one. Neither sends anything: what is to be said
they give back as notes.
"""

from __future__ import annotations

from mailhub import library
from mailhub.addresses import Purpose
from mailhub.commands import confirming, deciding, joining, settings
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.grammar import Command, Place, nearest, understand
from mailhub.commands.standing import standing
from mailhub.letter import Letter
from mailhub.notes import Note

__all__ = ["Asked", "Told", "answer", "meant_on_list", "on_list"]


def answer(asked: Asked) -> Told:
    """What becomes of a mail that asks for something."""
    token = asked.token
    if token is not None and token.purpose == Purpose.CONFIRM:
        return confirming.answer(asked, token)
    if token is not None and token.purpose == Purpose.DECIDE:
        return deciding.answer(asked, token)
    if asked.verb == "join":
        return joining.join(asked)
    if asked.verb == "leave":
        return settings.change(asked, [Command("leave")])
    if asked.community is not None and not _may_know(asked):
        return NOTHING
    if asked.verb == "help":
        return Told(
            "answered", (asked.note("help", unasked=asked.person is None, **standing(asked)),)
        )
    if asked.community is None and (asked.person is None or asked.person.agreed_at is None):
        return joining.join(asked)
    return _commands(asked)


def meant_on_list(letter: Letter) -> tuple[Command, ...]:
    """The commands in a mail to the list itself; none where it is a post."""
    return understand(letter, Place.LIST)


def on_list(asked: Asked, commands: tuple[Command, ...]) -> Told:
    """What becomes of a mail to the list itself that is a command."""
    if not any(command.verb in settings.CHANGES for command in commands):
        return _commands(asked, commands)
    return settings.change(asked, commands)


def _commands(asked: Asked, commands: tuple[Command, ...] = ()) -> Told:
    commands = commands or understand(asked.letter, Place.SETTINGS)
    if not commands:
        return _not_understood(asked)
    notes: list[Note] = []
    what = "answered"
    changes = [command for command in commands if command.verb in settings.CHANGES]
    if changes:
        told = settings.change(asked, changes)
        what, notes = told.what, [*told.notes]
    for command in commands:
        if command.verb == "join":
            told = joining.join(asked)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb not in settings.CHANGES:
            notes.append(_shown(asked, command))
    return Told(what, tuple(notes))


def _shown(asked: Asked, command: Command) -> Note:
    """The answer to what changes nothing."""
    wanted = library.understand(command.argument or "") if command.verb == "get" else None
    if wanted is not None and asked.community is not None:
        found = library.answer(asked.session, asked.blobs, asked.viewer, asked.community, wanted)
        return asked.note(found.template, enclosures=found.enclosures, **found.facts)
    return asked.note("help", **standing(asked))


def _not_understood(asked: Asked) -> Told:
    if asked.person is None or (asked.community is not None and asked.membership() is None):
        return settings.not_a_member(asked)
    meant = nearest(asked.letter, Place.SETTINGS)
    return Told("answered", (asked.note("not-understood", meant=meant, **standing(asked)),))


def _may_know(asked: Asked) -> bool:
    community = asked.community
    return community is None or community.visibility != "secret" or asked.membership() is not None
