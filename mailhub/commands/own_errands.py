"""Errands of a member's own: what is done of them, and what undoing takes back. Each is done once and leaves its
row in the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mailhub import arranging, holds, membership
from mailhub.commands import digest_words
from mailhub.commands.errands import Does, Doing, Effect, Errand, facts, refused
from mailhub.membership import FOR_EVER, LOOKING_AFTER, By, Unusable, digesting, mutes, undoing
from mailhub.models import Change, Community, Person, Thread
from mailhub.notes import Note

OWN_ROLES = ("contributor", "reader")
# What undoing gives nobody any power over: all else that can be undone is grave.
LIGHT = frozenset(
    {"delivery", "paused", "resumed", "own-posts", "muted", "unmuted", "described", "digests"}
)


def foreseen(doing: Doing, errand: Errand) -> Effect:
    """What an errand would do, for the question whether it should."""
    said = facts(doing.session, errand)
    if errand.verb == "undo":
        possible = undoing.possible(doing.session, _to_undo(doing, errand), doing.by)
        said |= {"undone": [_undone(doing.session, doing.person, one) for one in possible]}
    return Effect(errand.verb, facts=said)


def is_graver(doing: Doing, errand: Errand) -> bool:
    """Whether it undoes more than how mail comes to this person, or changes what somebody may do who
    looks after a community."""
    if errand.verb == "undo":
        return any(
            change.what not in LIGHT or change.person_id != doing.person.id
            for change in _to_undo(doing, errand)
        )
    return errand.verb == "role" and any(
        member.role in LOOKING_AFTER for _, member in doing.places(errand)
    )


def _altered(
    doing: Doing, errand: Errand, what: str, values: Callable[[], dict[str, Any]]
) -> Effect:
    changed = [
        membership.alter(doing.session, member, what, values(), doing.now, by=doing.by)
        for _, member in doing.places(errand)
    ]
    return Effect(errand.verb, any(changed), facts(doing.session, errand))


def _delivery(doing: Doing, errand: Errand) -> Effect:
    return _altered(doing, errand, "delivery", lambda: {"delivery": errand.verb})


def _pause(doing: Doing, errand: Errand) -> Effect:
    until = date.fromisoformat(errand.argument) if errand.argument else FOR_EVER
    if until <= doing.now.date():
        return refused(doing, errand, "past")
    begins = date.fromisoformat(errand.begins) if errand.begins else None
    values = {"paused_from": begins, "paused_until": until}
    return _altered(doing, errand, "paused", lambda: dict(values))


def _resume(doing: Doing, errand: Errand) -> Effect:
    return _altered(doing, errand, "resumed", lambda: {"paused_from": None, "paused_until": None})


def _own_posts(doing: Doing, errand: Errand) -> Effect:
    wanted = errand.verb == "copy"
    return _altered(doing, errand, "own-posts", lambda: {"own_posts": wanted})


def _listed(doing: Doing, errand: Errand) -> Effect:
    """Whether they stand on the page of a community's people, which all who may read it see."""
    wanted = errand.verb == "listed"
    return _altered(doing, errand, errand.verb, lambda: {"listed": wanted})


def _leave(doing: Doing, errand: Errand) -> Effect:
    """Leave, but not as the last who looks after a community."""
    left, stays = [], []
    for place, member in doing.places(errand):
        if membership.is_needed(doing.session, member):
            stays.append(place.name)
            continue
        membership.leave(doing.session, member, doing.now, by=doing.by)
        left.append(place.name)
    said = {"names": left, "stays": stays, "why": "last" if stays else ""}
    return Effect(errand.verb, bool(left), facts(doing.session, errand) | said)


def _mute(doing: Doing, errand: Errand) -> Effect:
    if not errand.thread_id:
        return refused(doing, errand, "no-thread")
    thread = doing.session.get_one(Thread, errand.thread_id)
    turn = mutes.mute if errand.verb == "mute" else mutes.unmute
    changed = turn(doing.session, doing.person.id, thread, doing.now, by=doing.by)
    return Effect(errand.verb, changed, facts(doing.session, errand))


def _role(doing: Doing, errand: Errand) -> Effect:
    """What a member means to do there. Who looks after a community is made so by others; who does may
    stop, but not the last one."""
    wanted = errand.argument or ""
    if wanted not in OWN_ROLES:
        return refused(doing, errand, "role")
    if any(membership.is_needed(doing.session, member) for _, member in doing.places(errand)):
        return refused(doing, errand, "last")
    return _altered(doing, errand, "role", lambda: {"role": wanted})


def _about(doing: Doing, errand: Errand) -> Effect:
    """What a person says of themselves: "name Jane Doe"."""
    key, _, value = (errand.argument or "").partition(" ")
    changed = membership.describe(
        doing.session, doing.person, doing.now, by=doing.by, **{key: value}
    )
    said = facts(doing.session, errand) | {"key": key, "value": value}
    return Effect(errand.verb, changed, said)


def _undo(doing: Doing, errand: Errand) -> Effect:
    session, person = doing.session, doing.person
    changes = _to_undo(doing, errand)
    undone = undoing.undo(
        session,
        changes,
        doing.now,
        by=doing.by,
        others=lambda change: _arranged_back(doing, change),
    )
    told = [_undone(session, person, change) for change in undone]
    is_joined = errand.change_id is None and undoing.joined(session, person.id, doing.now)
    joined = membership.addresses_of(session, person.id) if is_joined else ()
    said = facts(session, errand) | {"undone": told, "joined": joined}
    if not undone and errand.community_id is not None:
        # What they may have meant is done by its own word alone.
        said["is_new"] = undoing.came_in(session, person.id, errand.community_id, doing.now)
    return Effect(errand.verb, bool(undone), said, tuple(_put_back(session, person, undone)))


def _put_back(session: Session, person: Person, undone: Sequence[Change]) -> Iterator[Note]:
    """To those who had been told that they were members no more."""
    for change in undone:
        if change.what != "left" or change.person_id in (None, person.id):
            continue
        community = session.get_one(Community, change.community_id)
        member = membership.membership_of(session, community.id, change.person_id or 0)
        if member is not None:
            to = membership.reached_at(session, member)
            cause = ("put-back", community.slug)
            yield Note("put-back", to, community, {}, change.person_id, cause=cause, duty=True)


def _arranged_back(doing: Doing, change: Change) -> bool:
    """Take back what was arranged, or thought of an address; whether there was anything to take back."""
    by = By("undo", doing.by.person_id, doing.by.inbound_id)
    if change.of == "standing":
        return holds.put_back_standing(doing.session, change, doing.now, by=by)
    try:
        return arranging.put_back(doing.session, doing.blobs, doing.site, change, doing.now, by=by)
    except Unusable:
        return False


def _to_undo(doing: Doing, errand: Errand) -> Sequence[Change]:
    """What came by the same mail as the change that was meant when it was asked for."""
    named = doing.session.get(Change, errand.change_id) if errand.change_id else None
    if named is None or named.by_id != doing.person.id:
        return ()
    return undoing.of_change(doing.session, named, doing.now)


def _undone(session: Session, person: Person, change: Change) -> dict[str, Any]:
    """One change that was taken back; `who` is empty where it was this person's own."""
    community = session.get(Community, change.community_id) if change.community_id else None
    others = change.person_id is not None and change.person_id != person.id
    who = membership.addresses_of(session, change.person_id or 0)[:1] if others else ()
    return {
        "what": change.what,
        "arranged": change.of in undoing.ARRANGED,
        "community": community.name if community else "",
        "who": who[0] if who else "",
    }


def _digests(doing: Doing, errand: Errand) -> Effect:
    """When and how their digests come, wherever they are a member."""
    key, _, value = (errand.argument or "").partition(" ")
    values = digesting.typed(key, value)
    changed = digesting.set_digests(doing.session, doing.person, values, doing.now, by=doing.by)
    return Effect(errand.verb, changed, facts(doing.session, errand) | {"key": key, "value": value})


OWN: dict[str, Does] = {
    digest_words.VERB: _digests,
    **dict.fromkeys(("each", "daily", "weekly", "monthly", "none"), _delivery),
    "pause": _pause,
    "resume": _resume,
    "copy": _own_posts,
    "no-copy": _own_posts,
    "listed": _listed,
    "unlisted": _listed,
    "role": _role,
    "about": _about,
    "leave": _leave,
    "mute": _mute,
    "unmute": _mute,
    "undo": _undo,
}
