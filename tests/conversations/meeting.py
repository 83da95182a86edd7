"""What conversations about events share: plain lines, how many come, the days that pass."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select, update

from mailhub import events
from mailhub.app.hub import clock
from mailhub.events import attending
from mailhub.events.tables import Event
from mailhub.models import Delivery
from tests.conversations.calendars import EVENTS
from tests.conversations.people import Person, RunningHub


def words(mail: EmailMessage) -> str:
    """A mail's text on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def lines(person: Person, *said: str, title: str = "Indicators workshop") -> None:
    """Announce an event in plain lines."""
    person.writes(EVENTS, title, "\n".join(said))


def coming(hub: RunningHub) -> dict[str, int]:
    """The figures of the only event."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return attending.counts(session, session.scalars(select(Event.id)).one())


def time_passes(hub: RunningHub, now: datetime) -> None:
    """The timers of events run at that time; what they queue goes at once."""
    for timer in events.TOOL.timers:
        timer.run(hub.hub.tools, None, now)
    with hub.hub.database.writing() as session:
        session.execute(update(Delivery).where(Delivery.due_at > clock()).values(due_at=clock()))


def says_yes(person: Person, mail: EmailMessage) -> None:
    """The author answers what is asked of whoever is not proven."""
    person.replies(mail, "yes")
