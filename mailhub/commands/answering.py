"""What becomes of words for us, whoever writes them: one receipt for all that is changed, an answer to each question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from zlib import crc32

from mailhub import library, membership
from mailhub.addresses import Purpose
from mailhub.commands import (
    claiming,
    digest_words,
    form,
    founding,
    joining,
    meant,
    member_words,
    own_data,
    platform,
    settings,
)
from mailhub.commands.asked import Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.grammar import Command, Place, lost_day, nearest, understand
from mailhub.commands.named import SLUGGED, community_meant
from mailhub.commands.standing import standing
from mailhub.commands.status import status
from mailhub.notes import Note


def to_words(asked: Asked) -> Told:
    """What becomes of a mail whose words are for us, where it is known who wrote it or not."""
    commands = (
        meant.in_private(asked)
        or member_words.understand(asked.letter)
        or digest_words.understand(asked.letter)
        or understand(asked.letter, Place.SETTINGS)
    )
    if not commands and _wants_nothing(asked):
        return COURTESY
    if asked.person is None:
        here = community_meant(asked, commands)
        if here is None:
            return _no_such_community(asked, commands)
        return _to_stranger(here, commands)
    about = form.read(replace(asked.letter, text=asked.letter.new_text))
    commands += tuple(Command("about", f"{key} {value}") for key, value in about.items())
    if not commands:
        return _not_understood(asked)
    return to_commands(asked, commands)


def to_commands(
    asked: Asked, commands: tuple[Command, ...], places: Collection[int] | None = None
) -> Told:
    """Everything that a mail asks for: one receipt for what is changed, an answer to each question."""
    here = community_meant(asked, commands)
    if here is None:
        return _no_such_community(asked, commands)
    asked = here
    notes: list[Note] = []
    what = "answered"
    changes = [command for command in commands if command.verb in settings.CHANGES]
    if changes:
        told = settings.change(asked, changes, places)
        what, notes = told.what, [*told.notes]
    for command in commands:
        if command.verb == "join":
            told = joining.join(asked)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb == "known-as" and command.argument:
            told = claiming.begin(asked, command.argument)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb == "my-data":
            told = own_data.my_data(asked)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb == "forget-me":
            told = own_data.forget_me(asked)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb == "found":
            told = founding.begin(asked)
            what, notes = told.what, [*notes, *told.notes]
        elif command.verb not in settings.CHANGES:
            notes.append(_shown(asked, command))
    return Told(what, tuple(notes))


def _shown(asked: Asked, command: Command) -> Note:
    """The answer to what changes nothing."""
    wanted = library.understand(command.argument or "") if command.verb == "get" else None
    if wanted is not None and asked.community is not None:
        found = library.answer(asked.session, asked.blobs, asked.viewer, asked.community, wanted)
        if found.enclosures:
            number = found.facts["paper"].number
            library.reading.count(asked.session, {number: 1}, asked.now.date())
        return asked.note(found.template, enclosures=found.enclosures, **found.facts)
    if command.verb in ("communities", "find"):
        return platform.communities(asked, command.argument or "")
    if command.verb == "status" and asked.person is not None:
        return status(asked)
    return explained(asked)


def _to_stranger(asked: Asked, commands: tuple[Command, ...]) -> Told:
    """Who is not known can find what is open to be found, claim this address, and register."""
    for command in commands:
        if command.verb in ("add-address", "known-as") and command.argument:
            return claiming.begin(asked, command.argument)
        if command.verb in ("find", "communities") and asked.community is None:
            return Told("answered", (platform.communities(asked, command.argument or ""),))
        if command.verb == "help":
            return Told("answered", (explained(asked),))
        if command.verb == "join":
            return joining.join(asked)
        if command.verb == "found" and asked.community is None:
            return founding.begin(asked)
        if command.verb in ("my-data", "forget-me"):
            return own_data.my_data(asked)
    return joining.join(asked) if asked.community is None else settings.not_a_member(asked)


def _no_such_community(asked: Asked, commands: tuple[Command, ...]) -> Told:
    """What is there of that name, where what was named is no community."""
    wanted = next(one.argument or "" for one in commands if one.verb in SLUGGED)
    return Told("answered", (platform.communities(asked, wanted),))


def _wants_nothing(asked: Asked) -> bool:
    """Whether it answers a mail of ours with nothing but courtesy. A receipt of what was changed asks
    nothing, so that "yes" below one is courtesy too."""
    token = asked.token
    told = token is not None and token.purpose == Purpose.NOTICE
    if not told and asked.verb != "notices":
        return False
    return is_courtesy(asked.letter, below_receipt=told and token is not None and token.object > 0)


def _not_understood(asked: Asked) -> Told:
    if asked.community is not None and asked.membership() is None:
        return settings.not_a_member(asked)
    text = asked.letter.new_text.strip()
    if not text:
        new = asked.community is None and asked.person is not None and not asked.person.agreed_at
        return joining.join(asked) if new else Told("answered", (explained(asked),))
    meant = nearest(asked.letter, Place.SETTINGS)
    day = lost_day(asked.letter, Place.SETTINGS) if "pause" in meant else ""
    # The same words are answered once a day; any words, where anybody may have written them.
    once = f"{crc32(text.encode()):x}" if asked.is_theirs else ""
    note = asked.note("not-understood", once=once, meant=meant, lost_day=day, **standing(asked))
    return Told("answered", (note,))


def explained(asked: Asked) -> Note:
    """What can be asked for here, and how."""
    community = asked.community
    parts = (
        membership.parts_of(asked.session, asked.viewer, community.id)
        if community is not None
        else ()
    )
    once = "" if asked.person is None else None
    facts: dict[str, Any] = standing(asked)
    if community is not None:
        facts |= {"events": community.events, "blog": community.blog}
    steward = asked.address in asked.stewards
    return asked.note("help", once=once, parts=parts, steward=steward, **facts)
