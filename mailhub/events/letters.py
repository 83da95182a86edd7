"""Mail about events: what comes to `+events`, what answers an invitation, what calendars send.

An answer counts where it is sure whose it is: the sender is proven, or answers by an address that only
this person was given. What a calendar sends is never answered automatically; only who has to wait for a
place is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.commands.asked import NOTHING
from mailhub.commands.grammar import Place, understand
from mailhub.events import announcing, attending, calendar, changing, filing, showing, telling
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Attendance, Event
from mailhub.models import Community, Person
from mailhub.notes import Desk, Note
from mailhub.tool import Came
from mailhub.words import table

ANSWERS = {
    "ACCEPTED": "yes",
    "DECLINED": "no",
    "TENTATIVE": "maybe",
    "DELEGATED": "no",
}


def take(came: Came) -> Told:
    """A mail to `+events` that the rules let through."""
    asked, proposed = came.asked, came.prepared
    assert isinstance(proposed, Proposed)
    assert asked.community is not None
    if proposed.problem or proposed.main is None:
        return _unread(came, proposed.problem or "no-event")
    known = filing.known(asked.session, asked.community.id, proposed.main.uid)
    if known is None:
        known = changing.ours(asked, proposed.main.uid)
    if known is not None:
        return changing.change(came, known, proposed)
    if proposed.method == "CANCEL" or proposed.main.cancelled:
        return _unread(came, "cancels-nothing")
    if proposed.main.ends_at < asked.now and not proposed.main.rule:
        return _unread(came, "is-over")
    organiser = asked.person.name if asked.person else ""
    event = filing.file(
        asked.session,
        proposed,
        community=asked.community,
        person=asked.person,
        organiser=organiser or asked.letter.author.name,
        inbound_id=asked.inbound_id,
        now=asked.now,
    )
    sent = announcing.announce(asked.session, came.desk, event, asked.community, asked.now)
    note = told(asked, event, "event-taken")
    return Told("announced", (note,) if asked.person else (), tuple(sent))


def answer(came: Came, token: Token) -> Told:
    """A mail that answers an invitation."""
    asked = came.asked
    event = asked.session.get(Event, token.object)
    if event is None or asked.community is None or event.community_id != asked.community.id:
        return NOTHING
    if asked.letter.calendar is not None:
        told_ = by_calendar(came, token)
        if told_ is not None:
            return told_
    return changing.by_words(came, event) or by_words(came, event, token)


def by_words(came: Came, event: Event, token: Token | None) -> Told:
    """Yes, no or maybe in words; anything else goes on to the organiser."""
    asked = came.asked
    said = next(iter(understand(asked.letter, Place.RSVP)), None)
    if said is None:
        return showing.passed_on(came, event)
    if not is_sure(asked, token) or asked.person is None:
        return _unsure(asked, event)
    return answered(came, event, asked.person, said.verb, int(said.argument or 0))


def answered(came: Came, event: Event, person: Person, verb: str, more: int) -> Told:
    """Keep an answer in words; a receipt, and a mail to those who move up."""
    asked = came.asked
    if not attending.is_member(asked.session, event, person.id):
        return NOTHING
    if event.next_at is None:
        return Told("answered", (told(asked, event, "event-over"),))
    recorded = attending.record(
        asked.session, event, person.id, verb, more, asked.now, said="words"
    )
    note = told(asked, event, "event-answered", **_facts(recorded.row), kept=recorded.kept)
    return Told("attending", (note, *_moved_up(asked, came.desk, event, recorded.moved_up)))


def by_calendar(came: Came, token: Token | None) -> Told | None:
    """What a calendar program sent: an answer, a cancellation; None where it is about no event of ours."""
    asked, said = came.asked, came.asked.letter.calendar
    proposed = came.prepared if isinstance(came.prepared, Proposed) else Proposed()
    if said is None or asked.community is None:
        return None
    number = token.object if token and token.purpose == Purpose.EVENT else None
    number = number or calendar.event_id(said.uid, asked.site.domain)
    if said.method == "REPLY" and number:
        event = asked.session.get(Event, number)
        if event is None or event.community_id != asked.community.id:
            return None
        return _reply(came, event, token, proposed)
    if said.method == "CANCEL":
        known = filing.known(asked.session, asked.community.id, said.uid) or changing.ours(
            asked, said.uid
        )
        if known is not None and proposed.main is not None:
            return changing.change(came, known, proposed)
    if said.method in ("COUNTER", "REFRESH") and number:
        event = asked.session.get(Event, number)
        if event is not None and event.community_id == asked.community.id:
            return showing.passed_on(came, event)
    return None


def _reply(came: Came, event: Event, token: Token | None, proposed: Proposed) -> Told:
    """An answer of a calendar (RFC 5546 3.2.3), where its ATTENDEE is whose token it is, or the proven
    sender's."""
    asked, said = came.asked, came.asked.letter.calendar
    assert said is not None
    verb = ANSWERS.get(said.partstat)
    person = membership.person_of(asked.session, said.attendee) if said.attendee else asked.person
    by_token = token is not None and person is not None and token.person == person.id
    by_sender = asked.proven and asked.person is not None and asked.person is person
    if verb is None or person is None or not (by_token or by_sender):
        return NOTHING
    if not attending.is_member(asked.session, event, person.id) or event.next_at is None:
        return NOTHING
    main = proposed.main
    recorded = attending.record(
        asked.session,
        event,
        person.id,
        verb,
        0,
        asked.now,
        said="calendar",
        occurrence=main.of.isoformat() if main and main.of else "",
        stamp=main.stamp if main else None,
    )
    notes = list(_moved_up(asked, came.desk, event, recorded.moved_up))
    if recorded.row.waits and recorded.changed:
        notes.append(told(asked, event, "event-answered", **_facts(recorded.row), kept=False))
    return Told("attending", tuple(notes))


def is_sure(asked: Asked, token: Token | None) -> bool:
    """Whether it is sure that a mail is its sender's."""
    if asked.fails_policy or asked.person is None:
        return False
    return asked.proven or (token is not None and token.person == asked.person.id)


def told(asked: Asked, event: Event, template: str, **facts: Any) -> Note:
    """A note on an event, to which its reader can reply."""
    assert asked.community is not None
    person_id = asked.person.id if asked.person else 0
    return asked.note(
        template,
        token=Token(Purpose.EVENT, event.id, person_id),
        event=telling.told(event, asked.now),
        url=asked.site.event_url(asked.community.slug, event.id),
        **facts,
    )


def _facts(row: Attendance) -> dict[str, Any]:
    return {"answer": row.answer, "more": row.more, "waits": row.waits}


def _moved_up(
    asked: Asked, desk: Desk, event: Event, rows: tuple[Attendance, ...]
) -> tuple[Note, ...]:
    assert asked.community is not None
    return moved_up(asked.community, asked, event, rows, asked.now)


def moved_up(
    community: Community, asked: Asked, event: Event, rows: tuple[Attendance, ...], now: datetime
) -> tuple[Note, ...]:
    """Those who waited are told that there is a place."""
    found = []
    for row in rows:
        to = membership.addresses_of(asked.session, row.person_id)
        if to:
            found.append(
                Note(
                    "event-moved-up",
                    to[0],
                    community,
                    {
                        "event": telling.told(event, now),
                        "url": asked.site.event_url(community.slug, event.id),
                        "more": row.more,
                    },
                    row.person_id,
                    token=Token(Purpose.EVENT, event.id, row.person_id),
                    automatic=False,
                )
            )
    return tuple(found)


def _unsure(asked: Asked, event: Event) -> Told:
    """Anybody may have written this: the person is asked, at an address that is theirs alone."""
    if asked.person is None:
        return NOTHING
    return Told("asked", (told(asked, event, "event-confirm"),))


def _unread(came: Came, problem: str) -> Told:
    asked = came.asked
    if asked.person is None:
        return Told("nothing-announced")
    why = table("events").get(problem, table("events")["no-event"])
    note = asked.note("event-unread", why=why, subject=asked.letter.subject)
    return Told("nothing-announced", (note,))
