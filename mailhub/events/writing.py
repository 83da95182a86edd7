"""Notes on events: what is said to one person, who can reply to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked
from mailhub.compose.own import Enclosure
from mailhub.events import telling
from mailhub.events.tables import Attendance, Event
from mailhub.models import Community
from mailhub.notes import Note
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when something is said."""

    session: Session
    site: Site
    community: Community
    now: datetime


def scene(asked: Asked) -> Scene:
    """That of a mail to a community."""
    assert asked.community is not None
    return Scene(asked.session, asked.site, asked.community, asked.now)


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
    person_id = asked.person.id if asked.person else 0
    return asked.note(
        template,
        token=Token(Purpose.EVENT, event.id, person_id),
        once=once,
        enclosures=enclosures,
        **about(scene(asked), event),
        **facts,
    )


def about(here: Scene, event: Event) -> dict[str, Any]:
    """What every template says of an event."""
    return {
        "event": telling.told(event, here.now),
        "url": here.site.event_url(here.community.slug, event.id),
    }


def to_person(
    here: Scene, event: Event, person_id: int, template: str, **facts: Any
) -> Note | None:
    """A note that nobody's mail asked for, to one person; None where they have no address or are no member
    any more."""
    to = membership.addresses_of(here.session, person_id)
    if not to or membership.membership_of(here.session, here.community.id, person_id) is None:
        return None
    return Note(
        template,
        to[0],
        here.community,
        {**about(here, event), **facts},
        person_id,
        token=Token(Purpose.EVENT, event.id, person_id),
        automatic=False,
    )


def moved_up(here: Scene, event: Event, rows: tuple[Attendance, ...]) -> tuple[Note, ...]:
    """Those who waited are told that there is a place."""
    found = (to_person(here, event, r.person_id, "event-moved-up", more=r.more) for r in rows)
    return tuple(filter(None, found))
