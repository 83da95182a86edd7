"""Errands: what a member asks to have changed, as it can be kept until they say yes; and how it is done.

Each is done once and leaves its row in the trail, from which `undo` takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.membership import FOR_EVER, By, mutes, undoing
from mailhub.models import Change, Community, Membership, Person, Thread


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be changed. `community_id` is None for all communities of the person; `thread_id`
    is what a mute is about, `change_id` what an undo is."""

    verb: str
    argument: str | None = None
    community_id: int | None = None
    thread_id: int | None = None
    change_id: int | None = None

    def kept(self) -> dict[str, Any]:
        """As a request keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of an errand, for the templates: templates/mail/_effects.txt has the words."""

    verb: str
    changed: bool = True
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who has an errand done, and when."""

    session: Session
    person: Person
    now: datetime
    by: By

    def places(self, errand: Errand) -> Sequence[tuple[Community, Membership]]:
        """The communities that an errand is about, with this person's membership."""
        pairs = membership.of_person(self.session, self.person.id)
        if errand.community_id is None:
            return pairs
        return [pair for pair in pairs if pair[0].id == errand.community_id]


def foreseen(session: Session, errand: Errand) -> Effect:
    """What an errand would do, for the question whether it should."""
    return Effect(errand.verb, facts=_facts(session, errand))


def do(doing: Doing, errand: Errand) -> Effect:
    """Have an errand done."""
    return DOES[errand.verb](doing, errand)


def _facts(session: Session, errand: Errand) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "everywhere": errand.community_id is None,
        "until": None,
        "thread": "",
        "why": "",
    }
    if errand.verb == "pause":
        facts["until"] = date.fromisoformat(errand.argument) if errand.argument else None
    if errand.thread_id:
        facts["thread"] = session.get_one(Thread, errand.thread_id).subject
    if errand.verb == "role":
        facts["role"] = errand.argument
    return facts


def _altered(
    doing: Doing, errand: Errand, what: str, values: Callable[[], dict[str, Any]]
) -> Effect:
    changed = [
        membership.alter(doing.session, member, what, values(), doing.now, by=doing.by)
        for _, member in doing.places(errand)
    ]
    return Effect(errand.verb, any(changed), _facts(doing.session, errand))


def _delivery(doing: Doing, errand: Errand) -> Effect:
    return _altered(doing, errand, "delivery", lambda: {"delivery": errand.verb})


def _pause(doing: Doing, errand: Errand) -> Effect:
    until = date.fromisoformat(errand.argument) if errand.argument else FOR_EVER
    if until <= doing.now.date():
        facts = _facts(doing.session, errand) | {"why": "past"}
        return Effect(errand.verb, False, facts)
    return _altered(doing, errand, "paused", lambda: {"paused_until": until})


def _resume(doing: Doing, errand: Errand) -> Effect:
    return _altered(doing, errand, "resumed", lambda: {"paused_until": None})


def _own_posts(doing: Doing, errand: Errand) -> Effect:
    wanted = errand.verb == "copy"
    return _altered(doing, errand, "own-posts", lambda: {"own_posts": wanted})


def _leave(doing: Doing, errand: Errand) -> Effect:
    places = doing.places(errand)
    for _, member in places:
        membership.leave(doing.session, member, doing.now, by=doing.by)
    facts = _facts(doing.session, errand) | {"names": [place.name for place, _ in places]}
    return Effect(errand.verb, bool(places), facts)


def _mute(doing: Doing, errand: Errand) -> Effect:
    facts = _facts(doing.session, errand)
    if not errand.thread_id:
        return Effect(errand.verb, False, facts | {"why": "no-thread"})
    thread = doing.session.get_one(Thread, errand.thread_id)
    turn = mutes.mute if errand.verb == "mute" else mutes.unmute
    changed = turn(doing.session, doing.person.id, thread, doing.now, by=doing.by)
    return Effect(errand.verb, changed, facts)


def _undo(doing: Doing, errand: Errand) -> Effect:
    session, person = doing.session, doing.person
    if errand.change_id:
        named = session.get(Change, errand.change_id)
        own = named is not None and named.by_id == person.id
        changes = undoing.of_change(session, named, doing.now) if named and own else ()
    else:
        changes = undoing.last(session, person.id, doing.now)
    undone = undoing.undo(session, changes, doing.now, by=doing.by)
    told = [
        {
            "what": change.what,
            "community": session.get_one(Community, change.community_id).name
            if change.community_id
            else "",
            "before": change.before,
        }
        for change in undone
    ]
    return Effect(errand.verb, bool(undone), _facts(session, errand) | {"undone": told})


DOES: dict[str, Callable[[Doing, Errand], Effect]] = {
    **dict.fromkeys(("each", "daily", "weekly", "monthly", "none"), _delivery),
    "pause": _pause,
    "resume": _resume,
    "copy": _own_posts,
    "no-copy": _own_posts,
    "leave": _leave,
    "mute": _mute,
    "unmute": _mute,
    "undo": _undo,
}
