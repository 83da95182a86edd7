"""What people ask for by mail, and what is said to them: the words of membership, at every address.

`answer` takes what comes to `+join`, `+leave`, `+settings`, `+help`, to the platform's own address, and
to the addresses with a token that our mails carry. `meant_on_list` looks whether a mail to the list
itself is a command: only what cannot be meant as a post is one. Neither sends anything: what is to be said
they give back as notes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mailhub import library, membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import (
    arranged,
    astray,
    claiming,
    confirming,
    deciding,
    digest_words,
    form,
    founding,
    joining,
    meant,
    member_words,
    moderating,
    own_data,
    platform,
    settings,
    withdrawing,
)
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.digest_words import understand as about_digests
from mailhub.commands.forged import answer as disowned
from mailhub.commands.founding_decisions import for_steward as foundings_for
from mailhub.commands.founding_decisions import waiting as foundings_waiting
from mailhub.commands.grammar import Command, Place, nearest, understand
from mailhub.commands.mistaken import reads_like_a_command
from mailhub.commands.standing import standing
from mailhub.commands.status import status
from mailhub.letter import Letter
from mailhub.notes import Note

__all__ = [
    "Asked",
    "Told",
    "about_digests",
    "answer",
    "arranged_in_private",
    "arranged_on_list",
    "confirms",
    "disowned",
    "foundings_for",
    "foundings_waiting",
    "in_digest",
    "is_for_us",
    "may_know",
    "meant_on_list",
    "on_list",
    "reads_like_one",
]

LONGEST_ON_LIST = 2_000  # characters, a signature among them; what is longer is a post


def answer(asked: Asked) -> Told:
    """What becomes of a mail that asks for something."""
    token = asked.token
    if token is not None and token.purpose == Purpose.CONFIRM:
        return confirming.answer(asked, token)
    if token is not None and token.purpose == Purpose.DECIDE:
        return deciding.answer(asked, token)
    if token is not None and token.purpose == Purpose.HOLD:
        return moderating.answer(asked, token)
    if token is not None and token.purpose == Purpose.WITHDRAW:
        return withdrawing.answer(asked, token)
    if asked.verb == "join":
        return joining.join(asked)
    if asked.verb == "leave":
        return settings.change(asked, [Command("leave")])
    if asked.community is not None and not may_know(asked):
        return NOTHING
    if asked.verb == "help":
        return Told("answered", (_help(asked),))
    return _commands(asked)


def meant_on_list(letter: Letter) -> tuple[Command, ...]:
    """The commands in a mail to the list itself; none where it is a post, as whatever is long is."""
    if len(letter.new_text) > LONGEST_ON_LIST:
        return ()
    return understand(letter, Place.LIST)


def is_for_us(letter: Letter, said: Token) -> bool:
    """Whether a mail to the list answers the mail of ours of which `said` is the token."""
    return len(letter.new_text) <= LONGEST_ON_LIST and astray.is_for_us(letter, said)


def reads_like_one(letter: Letter) -> bool:
    """Whether a mail to the list is nothing but commands, which 600 people should not receive."""
    return reads_like_a_command(letter, settings.CHANGES | {"join"})


def on_list(asked: Asked, commands: tuple[Command, ...]) -> Told:
    """What becomes of a mail to the list itself that is a command."""
    if asked.person is None or not settings.is_here(asked, commands):
        return settings.not_a_member(asked)
    member = asked.membership()
    if commands[0].verb in arranged.VERBS and (
        member is None or member.role not in membership.LOOKING_AFTER
    ):
        return Told("answered", (asked.note("only-facilitators", once=commands[0].verb),))
    return _answers(asked, commands)


def in_digest(asked: Asked, said: tuple[Command, ...], places: Collection[int]) -> Told:
    """What becomes of settings in an answer to a digest about these communities. What is said of digests
    themselves is said of all."""
    said = digest_words.understand(asked.letter) or said
    mine = (
        {one.id for one, _ in membership.of_person(asked.session, asked.person.id)}
        if asked.person
        else set()
    )
    some = None if set(places) >= mine or asked.community is not None else places
    return _answers(asked, said, some)


def confirms(letter: Letter) -> str:
    """Whether a letter says yes or no; "" where it says neither."""
    return next((command.verb for command in understand(letter, Place.CONFIRM)), "")


def arranged_on_list(letter: Letter, *, answers: bool) -> tuple[Command, ...]:
    """What a member's mail to the list itself asks to be done to a discussion, post or member; nothing
    where it could be a post. `answers` says that it was sent to a post's own address."""
    return meant.on_list(letter, answers=answers)


def arranged_in_private(asked: Asked) -> Told | None:
    """What becomes of a mail to the facilitators by one of them that arranges something; None where it is a
    mail to the others."""
    found = meant.in_private(asked)
    return _answers(asked, found) if found else None


def _commands(asked: Asked) -> Told:
    commands = (
        meant.in_private(asked)
        or member_words.understand(asked.letter)
        or digest_words.understand(asked.letter)
        or understand(asked.letter, Place.SETTINGS)
    )
    if not commands and _wants_nothing(asked):
        return COURTESY
    if asked.person is None:
        return _to_stranger(asked, commands)
    about = form.read(replace(asked.letter, text=asked.letter.new_text))
    commands += tuple(Command("about", f"{key} {value}") for key, value in about.items())
    if not commands:
        return _not_understood(asked)
    return _answers(asked, commands)


def _answers(
    asked: Asked, commands: tuple[Command, ...], places: Collection[int] | None = None
) -> Told:
    """Everything that a mail asks for: one receipt for what is changed, an answer to each question."""
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
        return asked.note(found.template, enclosures=found.enclosures, **found.facts)
    if command.verb in ("communities", "find"):
        return platform.communities(asked, command.argument or "")
    if command.verb == "status" and asked.person is not None:
        return status(asked)
    return _help(asked)


def _to_stranger(asked: Asked, commands: tuple[Command, ...]) -> Told:
    """Who is not known can find what is open to be found, claim this address, and register."""
    for command in commands:
        if command.verb in ("add-address", "known-as") and command.argument:
            return claiming.begin(asked, command.argument)
        if command.verb in ("find", "communities") and asked.community is None:
            return Told("answered", (platform.communities(asked, command.argument or ""),))
        if command.verb == "help":
            return Told("answered", (_help(asked),))
        if command.verb == "join":
            return joining.join(asked)
        if command.verb == "found" and asked.community is None:
            return founding.begin(asked)
        if command.verb in ("my-data", "forget-me"):
            return own_data.my_data(asked)
    return joining.join(asked) if asked.community is None else settings.not_a_member(asked)


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
        return joining.join(asked) if new else Told("answered", (_help(asked),))
    meant = nearest(asked.letter, Place.SETTINGS)
    note = asked.note("not-understood", once="", meant=meant, **standing(asked))
    return Told("answered", (note,))


def _help(asked: Asked) -> Note:
    community = asked.community
    parts = (
        membership.parts_of(asked.session, asked.viewer, community.id)
        if community is not None
        else ()
    )
    once = "" if asked.person is None else None
    return asked.note("help", once=once, parts=parts, **standing(asked))


def may_know(asked: Asked) -> bool:
    """Whether who wrote may know of the community at all."""
    community = asked.community
    return community is None or community.visibility != "secret" or asked.membership() is not None
