"""An event that changes: by the original's own update or cancellation, or by the words of those whose it is.

Whose it is: its author, and those who look after the community; proven, or asked first. Of the original
only what is newer changes anything: by its SEQUENCE, and where that is the same by its DTSTAMP.
"""

from __future__ import annotations

from mailhub.commands import Asked, Told
from mailhub.commands.asked import NOTHING
from mailhub.events import calendar
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.membership import LOOKING_AFTER
from mailhub.tool import Came


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


def change(came: Came, event: Event, proposed: Proposed) -> Told:
    """What a later mail says of an event that is there."""
    return NOTHING


def by_words(came: Came, event: Event) -> Told | None:
    """What those whose event it is say of it; None where it is no such word."""
    return None
