"""What people write about an event that is no answer goes on, as it is, to whose event it is."""

from __future__ import annotations

from sqlalchemy import select

from mailhub import membership, outbox
from mailhub.commands import Told
from mailhub.compose import own
from mailhub.compose.origin import From
from mailhub.events.tables import Event
from mailhub.models import RawMail
from mailhub.tool import Came


def to_organiser(came: Came, event: Event) -> Told:
    """Send a letter on to the event's author, else to those who look after the community; only members'
    are: strangers write to the facilitators."""
    asked = came.asked
    if asked.community is None or asked.membership() is None or asked.person is None:
        return Told("not-answered")
    people = _readers(came, event)
    raw = asked.session.scalar(select(RawMail.raw).where(RawMail.inbound_id == asked.inbound_id))
    if raw is None or not people:
        return Told("nobody-there")
    via = ""
    if came.author_from == From.REPLACED:
        author = asked.letter.author
        via = came.desk.templates.line(
            "via.txt",
            name=author.name or author.address.partition("@")[0],
            community=asked.community.name,
        )
    goes_on = own.passed_on(
        raw,
        asked.letter,
        asked.site,
        asked.site.address(asked.community.slug, "events"),
        via=via,
        results=came.results,
    )
    outgoing = outbox.for_addresses(
        asked.session,
        people,
        asked.letter.message_id,
        goes_on,
        asked.now,
        community_id=asked.community.id,
        automatic=False,
    )
    return Told("passed-on", (), (outgoing,))


def _readers(came: Came, event: Event) -> list[tuple[str, int | None]]:
    asked = came.asked
    assert asked.community is not None
    if event.person_id is not None and event.person_id != (asked.person.id if asked.person else 0):
        found = membership.addresses_of(asked.session, event.person_id)[:1]
        if found:
            return [(found[0], event.person_id)]
    return membership.facilitators(asked.session, asked.community.id)
