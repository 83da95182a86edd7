"""Decisions on held mail by reply.

A decision needs the token of a notice, the address of the person whom it was sent to, who must look after
the community still, and a sender that is proven; without that it is asked about once. What is not clear
decides nothing. Every try, also one that fails, leaves a line in the trail of the held mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from mailhub import addresses, holds, membership
from mailhub.addresses import Purpose, Token
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.entitled import why_not
from mailhub.commands.grammar import Command, Place, decided, understand
from mailhub.commands.limits import too_many
from mailhub.commands.several import Several
from mailhub.holds import By, Came, Result
from mailhub.membership import requests
from mailhub.models import Hold, Notice, Person, Request
from mailhub.notes import Note

VERBS = frozenset(
    {"approve", "reject", "discard", "trust", "hold", "edit", "forward", "ban", "undo"}
)


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of one held mail."""

    number: int
    hold_id: int
    verb: str
    argument: str = ""


def answer(asked: Asked, token: Token) -> Told:
    """What became of a reply to a notice."""
    notice = holds.notice_of(asked.session, token)
    if notice is None:
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    numbered = holds.numbered(asked.session, notice)
    may = any(_may(asked, asked.person, asked.address, held) for held in numbered.values())
    why = why_not(asked, token, notice, may=may)
    words, unclear = _words(asked, numbered)
    if why:
        asked.tried(why)
        _tried(asked, why, numbered, words)
        if why == "expired":
            return Told("answered", (_standing(asked, notice, numbered),))
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    if not words:
        _tried(asked, "unclear", numbered, words)
        return Told("answered", (_unclear(asked, token, notice, numbered),))
    if not asked.proven:
        if too_many(asked):
            return NOTHING
        asked.tried("asked")
        _tried(asked, "asked", numbered, words)
        return _asked_about(asked, notice, words, numbered)
    return _decided(asked, by_of(asked), notice, words, unclear=unclear)


def confirmed(asked: Asked, request: Request) -> Told:
    """Whoever reads the facilitator's mail has said yes to a decision."""
    session, now = asked.session, asked.now
    requests.settle(session, request, "done", request.address, now)
    notice = session.get_one(Notice, request.detail["notice"])
    words = [Word(*one) for one in request.detail["words"]]
    person = membership.became(session, request.person_id)
    by = By(
        "mail",
        request.address,
        person.id if person else None,
        (person.name if person else "") or request.address,
        asked.inbound_id,
    )
    found = [session.get_one(Hold, one.hold_id) for one in words]
    if not all(_may(asked, person, request.address, held) for held in found):
        for held, word in zip(found, words, strict=True):
            holds.tried(
                session, [held], by, "not-facilitator", now, verb=word.verb, argument=word.argument
            )
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    return _decided(asked, by, notice, words, to=request.address)


def by_of(asked: Asked) -> By:
    """Who decides by this mail."""
    person = asked.person
    return By(
        "mail",
        asked.address,
        person.id if person else None,
        (person.name if person else "") or asked.address,
        asked.inbound_id,
    )


def _may(asked: Asked, person: Person | None, address: str, held: Hold) -> bool:
    return holds.may_decide(asked.session, person, address, held.community_id, asked.stewards)


def _words(asked: Asked, numbered: dict[int, Hold]) -> tuple[list[Word], bool]:
    """What is said of which mail, and whether some of it was not clear. Of a notice about one mail no
    number is needed."""
    if len(numbered) == 1:
        ((number, held),) = numbered.items()
        found = [one for one in understand(asked.letter, Place.DECISION) if one.verb in VERBS]
        if len(found) == 1 and found[0].item in (None, number) and _is_whole(asked, found[0]):
            return [_word(asked, number, held, found[0])], False
    read = decided(asked.letter) or Several({})
    unclear = read.unclear or not numbered.keys() >= read.said.keys()
    said = [
        _word(asked, number, numbered[number], command)
        for number, command in sorted(read.of(numbered).items())
        if command.verb in VERBS and _is_whole(asked, command)
    ]
    if not said and not unclear and len(numbered) > 1:
        found = list(understand(asked.letter, Place.DECISION))
        if found == [Command("undo")]:
            said = [_word(asked, number, held, found[0]) for number, held in numbered.items()]
    mine = [one for one in said if _may(asked, asked.person, asked.address, numbered[one.number])]
    return mine, unclear


def _is_whole(asked: Asked, command: Command) -> bool:
    """Whether it has what it needs: a subject, somebody who can be written to."""
    if command.verb == "forward":
        return bool(_forwarded_to(asked, command))
    return command.verb != "edit" or bool((command.argument or "").strip())


def _word(asked: Asked, number: int, held: Hold, command: Command) -> Word:
    argument = (command.argument or "").strip()
    if command.verb == "forward":
        argument = _forwarded_to(asked, command)
    return Word(number, held.id, command.verb, argument)


def _forwarded_to(asked: Asked, command: Command) -> str:
    """The address that is meant, a community's own where its short name is written; "" where neither is."""
    written = addresses.fold(command.argument or "")
    if addresses.is_address(written):
        return written
    community = membership.community_of(asked.session, written)
    return f"{community.slug}@{asked.site.domain}" if community else ""


def _decided(
    asked: Asked,
    by: By,
    notice: Notice,
    words: Sequence[Word],
    *,
    to: str = "",
    unclear: bool = False,
) -> Told:
    """Record each, and tell the one who decided and the others."""
    results = [_done(asked, by, word) for word in sorted(words, key=lambda word: word.hold_id)]
    results.sort(key=lambda one: one.number)
    changed = [one for one in results if one.came_to in (Came.DECIDED, Came.UNDONE, Came.COUNTED)]
    facts = holds.receipt(asked.session, results, asked.now)
    token = Token(Purpose.HOLD, notice.id, notice.person_id or 0, (asked.now + holds.LASTS).date())
    note = asked.note("held-decided", token=token, unclear=unclear, **facts)
    if to and to != asked.address:
        note = replace(note, to=to, person_id=by.person_id, in_reply_to=notice.message_id)
    told = holds.others(asked.session, changed, by, asked.now) if changed else ()
    return Told("done" if changed else "answered", (note, *told))


def _done(asked: Asked, by: By, word: Word) -> Result:
    session, now = asked.session, asked.now
    if word.verb == "undo":
        came = holds.undo(session, word.hold_id, now, by=by)
    else:
        came = holds.decide(session, word.hold_id, word.verb, word.argument, now, by=by)
    held = session.get_one(Hold, word.hold_id)
    return Result(held, word.verb, word.argument, str(came), word.number)


def _asked_about(
    asked: Asked, notice: Notice, words: Sequence[Word], numbered: dict[int, Hold]
) -> Told:
    """Once, whether it was they: their mail could not be proven."""
    request = asked.ask(
        "decision",
        {
            "notice": notice.id,
            "words": [[one.number, one.hold_id, one.verb, one.argument] for one in words],
        },
    )
    results = [
        Result(numbered[one.number], one.verb, one.argument, "asked", one.number) for one in words
    ]
    note = asked.note(
        "confirm-decision",
        token=requests.token(request),
        **holds.receipt(asked.session, results, asked.now),
    )
    return Told("asked", (note,))


def _unclear(asked: Asked, token: Token, notice: Notice, numbered: dict[int, Hold]) -> Note:
    facts: dict[str, Any] = {"held": next(iter(numbered.values())), "count": len(numbered)}
    once = f"notice {notice.id} {crc32(asked.letter.new_text.encode()):x}"  # the same words, once a day
    return asked.note("held-unclear", token=token, once=once, **facts)


def _standing(asked: Asked, notice: Notice, numbered: dict[int, Hold]) -> Note:
    """The address was over: how things stand, with one that is not."""
    results = [
        Result(held, held.verb, held.argument, held.state, number)
        for number, held in numbered.items()
    ]
    token = Token(Purpose.HOLD, notice.id, notice.person_id or 0, (asked.now + holds.LASTS).date())
    facts = holds.receipt(asked.session, results, asked.now)
    return asked.note("held-expired", token=token, once=f"notice {notice.id}", **facts)


def _tried(asked: Asked, why: str, numbered: dict[int, Hold], words: Sequence[Word]) -> None:
    """A line in the trail of each mail that it was about, or of all in the notice."""
    by = by_of(asked)
    for word in words:
        holds.tried(
            asked.session,
            [numbered[word.number]],
            by,
            why,
            asked.now,
            verb=word.verb,
            argument=word.argument,
        )
    if not words:
        holds.tried(asked.session, list(numbered.values())[:1], by, why, asked.now)
