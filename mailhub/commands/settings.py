"""The words of a member at `+settings`, at the platform's address and on the list itself: what is to be
changed is done with one receipt, or asked about first where the sender is not proven."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailhub import membership
from mailhub.addresses import Purpose
from mailhub.commands import arranged, claiming, facilitating, forged, meant
from mailhub.commands.asked import NOTHING, TOO_MANY, Asked, Told, answerable
from mailhub.commands.errands import Does, Doing, Errand
from mailhub.commands.grammar import Command
from mailhub.commands.limits import too_many
from mailhub.commands.own_errands import OWN, foreseen, is_graver
from mailhub.commands.standing import of_person
from mailhub.membership import mutes, requests, undoing
from mailhub.models import Person, Request
from mailhub.models.communities import DELIVERIES
from mailhub.notes import Note

DOES: dict[str, Does] = {**OWN, **claiming.DOES, **facilitating.DOES, **arranged.DOES}
CHANGES = frozenset(DOES)
# What takes somebody off, or gives somebody else power over a person or a community.
GRAVE = frozenset({*claiming.DOES, *arranged.DOES, "appoint", "leave", "remove", "set"})


def change(
    asked: Asked, commands: Sequence[Command], places: Collection[int] | None = None
) -> Told:
    """Do what a member asks for, or ask whether it was they. `places` are the communities that it is
    about, where they are some of the person's and not all."""
    if asked.fails_policy:
        return forged.answer(asked)
    if asked.person is None or (asked.community is not None and not is_here(asked, commands)):
        return not_a_member(asked)
    todo = [_errand(asked, command) for command in commands]
    if places is not None:
        todo = [one for errand in todo for one in _each(errand, places)]
    doing = _doing(asked, asked.person, asked.address)
    is_believed = asked.proven or (asked.trusted and not _needs_proof(doing, todo))
    _note_misuse(asked, is_believed=is_believed)
    widens = any(arranged.widens(asked.session, errand) for errand in todo)
    if is_believed and not widens and not _is_grave(todo):
        return Told("done", _done(asked, asked.person, todo, asked.address))
    if too_many(asked):
        return TOO_MANY
    request = asked.ask("command", {"errands": [errand.kept() for errand in todo]})
    effects = [
        arranged.foreseen(asked.session, errand)
        if errand.verb in arranged.VERBS
        else foreseen(doing, errand)
        for errand in todo
    ]
    note = asked.note("confirm-command", token=requests.token(request), effects=effects)
    return Told("asked", (note,))


def _note_misuse(asked: Asked, *, is_believed: bool) -> None:
    """Leave a line in the trail where a receipt was answered by somebody else, too late, or by whom it is
    not known for what it takes."""
    token = asked.token
    if token is None or token.purpose != Purpose.NOTICE or asked.person is None:
        return
    if not membership.is_same(asked.session, asked.person, token.person):
        asked.tried("wrong-address")
    elif token.is_over(asked.now):
        asked.tried("expired")
    elif not is_believed:
        asked.tried("asked")


def confirmed(asked: Asked, request: Request) -> Told:
    """The person has said yes to what they had asked for."""
    person = membership.became(asked.session, request.person_id)
    if person is None:  # forgotten meanwhile
        return NOTHING
    requests.settle(asked.session, request, "done", request.address, asked.now)
    todo = [Errand(**kept) for kept in request.detail["errands"]]
    return Told("done", _done(asked, person, todo, request.address))


def is_here(asked: Asked, commands: Sequence[Command]) -> bool:
    """Whether this person may ask for these here: members; who has just left may undo that, and stewards
    say who looks after a community."""
    also = {"undo", "appoint", "remove"} if asked.address in asked.stewards else {"undo"}
    return asked.membership() is not None or {command.verb for command in commands} <= also


def not_a_member(asked: Asked) -> Told:
    """Tell a stranger how to be believed under this address; in general words, whoever they are."""
    if asked.community is not None and asked.community.visibility == "secret":
        return NOTHING
    return Told("answered", (asked.note("not-a-member", once=""),))


def _needs_proof(doing: Doing, todo: Sequence[Errand]) -> bool:
    """Whether there is anything among these for which an answer to a mail of ours is not enough."""
    return any(errand.verb in GRAVE or is_graver(doing, errand) for errand in todo)


def _is_grave(todo: Sequence[Errand]) -> bool:
    """Leaving everything at once is asked about, whoever asks."""
    return any(errand.verb == "leave" and errand.community_id is None for errand in todo)


def _errand(asked: Asked, command: Command) -> Errand:
    community, token = asked.community, asked.token
    if command.verb in arranged.VERBS:
        return meant.errand(asked, command)
    here = None if community is None or command.everywhere else community.id
    thread = None
    if command.verb in ("mute", "unmute") and community is not None:
        answered = token.object if token and token.purpose == Purpose.REPLY else None
        ids = (*asked.letter.in_reply_to, *reversed(asked.letter.references))
        thread = mutes.thread_of(asked.session, community.id, answered, ids)
    return Errand(
        command.verb,
        command.argument,
        community_id=here,
        thread_id=thread.id if thread else None,
        change_id=_meant(asked) if command.verb == "undo" else None,
        begins=_begins(asked, command),
    )


def _begins(asked: Asked, command: Command) -> str | None:
    """The first day of a pause, where that is still to come."""
    is_ahead = command.begins is not None and asked.now.date().isoformat() < command.begins
    is_before = command.argument is None or (command.begins or "") < command.argument
    return command.begins if is_ahead and is_before else None


def _each(errand: Errand, places: Collection[int]) -> Iterator[Errand]:
    """An errand about how mail comes, for each of some communities."""
    if errand.verb not in DELIVERIES or errand.community_id is not None:
        yield errand
        return
    for community_id in sorted(places):
        yield replace(errand, community_id=community_id)


def _meant(asked: Asked) -> int | None:
    """The change that an `undo` is about: what the mail that it answers tells of, else the last one
    up to now. None where there is none."""
    token, person = asked.token, asked.person
    if token is not None and token.purpose == Purpose.NOTICE:
        return token.object or None
    changes = undoing.last(asked.session, person.id, asked.now) if person else ()
    return changes[-1].id if changes else None


def _done(asked: Asked, person: Person, todo: Sequence[Errand], address: str) -> tuple[Note, ...]:
    """The receipt (what was done, how to undo it, how things stand now), and what goes to others."""
    doing = _doing(asked, person, address)
    effects = [DOES[errand.verb](doing, errand) for errand in todo]
    others = tuple(note for effect in effects for note in effect.notes)
    is_own = asked.token is None or membership.is_same(asked.session, person, asked.token.person)
    if is_own and any(effect.verb == "undo" and not effect.changed for effect in effects):
        asked.tried("late")
    return (receipt(asked, person, address, effects=effects), *others)


def _doing(asked: Asked, person: Person, address: str) -> Doing:
    """Who has something done, writing from this address."""
    return Doing(
        asked.session,
        person,
        asked.now,
        asked.by_of(person),
        asked.blobs,
        asked.site,
        is_steward=address in asked.stewards,
    )


def only_arranged(facts: Mapping[str, Any]) -> bool:
    """Whether nothing else was done, or undone, so that a receipt need not say how the person's own things
    stand."""
    effects = facts.get("effects", ())
    return bool(effects) and all(
        effect.verb in arranged.VERBS
        or (
            effect.changed
            and all(one["arranged"] for one in effect.facts.get("undone", ({"arranged": ""},)))
        )
        for effect in effects
    )


def receipt(asked: Asked, person: Person, address: str, **facts: Any) -> Note:
    """One receipt to a person; an answer to it is believed, and `undo` in it means this change."""
    changes = undoing.last(asked.session, person.id, asked.now)
    mine = [change for change in changes if change.inbound_id == asked.inbound_id]
    token = answerable(person.id, asked.now, mine[-1].id if mine else 0)
    return Note(
        "receipt",
        address,
        asked.community,
        {
            **facts,
            **of_person(asked, person),
            "can_undo": bool(undoing.possible(asked.session, mine, asked.by_of(person))),
            "arranged": only_arranged(facts),
        },
        person.id,
        token=token,
        in_reply_to=asked.letter.message_id if address == asked.address else "",
    )
