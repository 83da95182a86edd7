"""Notes on events: what is said to one person, who can reply to it."""

from __future__ import annotations

from typing import Any

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked
from mailhub.compose.own import Enclosure
from mailhub.events import telling
from mailhub.events.tables import Attendance, Event
from mailhub.models import Community
from mailhub.notes import Note


def note(
    asked: Asked,
    event: Event,
    template: str,
    *,
    once: str | None = None,
    enclosures: tuple[Enclosure, ...] = (),
    **facts: Any,
) -> Note:
    """An answer to whoever wrote; to reply to it is to answer the event."""
    assert asked.community is not None
    person_id = asked.person.id if asked.person else 0
    return asked.note(
        template,
        token=Token(Purpose.EVENT, event.id, person_id),
        once=once,
        enclosures=enclosures,
        **about(asked, event),
        **facts,
    )


def about(asked: Asked, event: Event) -> dict[str, Any]:
    """What every template says of an event."""
    assert asked.community is not None
    return {
        "event": telling.told(event, asked.now),
        "url": asked.site.event_url(asked.community.slug, event.id),
    }


def to_person(
    asked: Asked, community: Community, event: Event, person_id: int, template: str, **facts: Any
) -> Note | None:
    """A note that nobody's mail asked for, to one person; None where they have no address."""
    to = membership.addresses_of(asked.session, person_id)
    if not to:
        return None
    return Note(
        template,
        to[0],
        community,
        {**about(asked, event), **facts},
        person_id,
        token=Token(Purpose.EVENT, event.id, person_id),
        automatic=False,
    )


def moved_up(asked: Asked, event: Event, rows: tuple[Attendance, ...]) -> tuple[Note, ...]:
    """Those who waited are told that there is a place."""
    assert asked.community is not None
    found = (
        to_person(asked, asked.community, event, row.person_id, "event-moved-up", more=row.more)
        for row in rows
    )
    return tuple(filter(None, found))
