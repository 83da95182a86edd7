"""An event that changes: by the original's own update or cancellation, or by the words of those whose it is.

Whose it is: its author, and those who look after the community; proven, or asked first. Of the original
only what is newer changes anything: by its SEQUENCE, and where that is the same by its DTSTAMP. Who is
told are those whom it concerns, and nobody of what changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from mailhub import reading
from mailhub.addresses import Purpose
from mailhub.commands import Asked, Told
from mailhub.commands.of_tools import ask_first
from mailhub.events import calendar, proposing, writing
from mailhub.events.applying import Changed, apply, cancels, is_old
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.events.writing import Scene
from mailhub.membership import LOOKING_AFTER, is_same, requests
from mailhub.models import RawMail, Request
from mailhub.notes import Desk, Note
from mailhub.tool import Came

KIND = "event"  # of a request: a change that waits for its author's yes


def ours(asked: Asked, uid: str) -> Event | None:
    """The event of this community that a UID of ours names."""
    number = calendar.event_id(uid, asked.site.domain)
    event = asked.session.get(Event, number) if number else None
    if event is None or asked.community is None or event.community_id != asked.community.id:
        return None
    return event


def may_change(asked: Asked, event: Event) -> bool:
    """Whether it is the writer's event, or they look after the community."""
    if asked.person is None:
        return False
    member = asked.membership()
    return event.person_id == asked.person.id or (
        member is not None and member.role in LOOKING_AFTER
    )


def is_sure(asked: Asked) -> bool:
    """Whether a mail is surely its sender's: proven, or to an address that only they were given."""
    token, person = asked.token, asked.person
    if asked.fails_policy or person is None:
        return False
    own = (
        token is not None
        and token.purpose == Purpose.EVENT
        and is_same(asked.session, person, token.person)
    )
    return own or asked.trusted


def change(came: Came, event: Event, proposed: Proposed) -> Told:
    """What a later mail says of an event that is there."""
    asked = came.asked
    if not may_change(asked, event) or is_old(event, proposed):
        if asked.person is None or asked.letter.calendar is None or proposed.method == "CANCEL":
            return Told("known")
        return Told("known", (writing.note(asked, event, "event-known", once=f"{event.id}"),))
    if not is_sure(asked):
        return _ask(asked, event, "cancel" if cancels(proposed) else "change")
    return carry_out(asked, came.desk, event, proposed)


def cancel(came: Came, event: Event) -> Told:
    """It is called off in words."""
    if not is_sure(came.asked):
        return _ask(came.asked, event, "cancel")
    return carry_out(came.asked, came.desk, event, Proposed("CANCEL"))


def confirmed(asked: Asked, desk: Desk, request: Request) -> Told:
    """The author has said that it was theirs: what that mail said is read again, and done."""
    event = asked.session.get(Event, request.detail.get("event"))
    raw = asked.session.scalar(select(RawMail.raw).where(RawMail.inbound_id == request.inbound_id))
    requests.settle(asked.session, request, "done", request.address, asked.now)
    if event is None or raw is None or asked.community is None or not may_change(asked, event):
        return Told("answered")
    proposed = Proposed("CANCEL")
    if request.detail.get("verb") != "cancel":
        proposed = proposing.propose(reading.read(raw), asked.now, asked.site)
    return carry_out(asked, desk, event, proposed)


def carry_out(asked: Asked, desk: Desk, event: Event, proposed: Proposed) -> Told:
    """Change an event for somebody who may, and tell those concerned; a receipt."""
    here = writing.scene(asked)
    changed = apply(here, desk, event, proposed, asked.inbound_id)
    if not changed.what:
        return Told("known")
    notes: list[Note] = []
    if asked.letter.calendar is None or proposed.method == "LINES":
        notes.append(writing.note(asked, event, "event-done", what=changed.what))
    by = asked.person.id if asked.person else 0
    notes += told(here, event, changed, by)
    return Told("announced", tuple(notes), tuple(changed.outgoing))


def told(here: Scene, event: Event, changed: Changed, by: int) -> list[Note]:
    """What is said of a change to its author, where they did not make it, and to who has a place now."""
    found = list(writing.moved_up(here, event, changed.moved_up))
    author = event.person_id
    if author is not None and author != by:
        note = writing.to_person(here, event, author, "event-done", what=changed.what)
        found += [note] if note else []
    return found


def _ask(asked: Asked, event: Event, verb: str) -> Told:
    """Anybody may have written this: its author is asked first."""
    assert asked.person is not None
    return ask_first(
        asked,
        KIND,
        "event-change-asked",
        {"event": event.id, "verb": verb},
        verb=verb,
        **writing.about(writing.scene(asked), event),
    )


CONFIRMED: dict[str, Callable[[Asked, Desk, Request], Told]] = {KIND: confirmed}
