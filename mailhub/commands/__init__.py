"""What people ask for by mail, and what is said to them: the words of membership, at every address.

`answer` takes what comes to `+join`, `+leave`, `+settings`, `+help`, to the platform's own address, and
to the addresses with a token that our mails carry. `meant_on_list` looks whether a mail to the list
itself is a command: only what cannot be meant as a post is one. Neither sends anything: what is to be said
they give back as notes.
"""

from __future__ import annotations

from collections.abc import Collection

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import (
    arranged,
    astray,
    confirming,
    deciding,
    digest_words,
    joining,
    meant,
    moderating,
    settings,
    withdrawing,
)
from mailhub.commands.answering import explained, to_commands, to_words
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.digest_words import understand as about_digests
from mailhub.commands.forged import answer as disowned
from mailhub.commands.founding_decisions import for_steward as foundings_for
from mailhub.commands.founding_decisions import waiting as foundings_waiting
from mailhub.commands.grammar import Command, Place, understand
from mailhub.commands.mistaken import reads_like_a_command
from mailhub.letter import Letter

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
        return Told("answered", (explained(asked),))
    return to_words(asked)


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
    return to_commands(asked, commands)


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
    return to_commands(asked, said, some)


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
    return to_commands(asked, found) if found else None


def may_know(asked: Asked) -> bool:
    """Whether who wrote may know of the community at all."""
    community = asked.community
    return community is None or community.visibility != "secret" or asked.membership() is not None
