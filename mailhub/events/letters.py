"""Mail about events: what comes to `+events`, what answers an invitation, what calendars send.

An answer counts where it is sure whose it is: the sender is proven, or answers by an address that only
this person was given. What a calendar sends is never answered automatically; only who has to wait for a
place is told.
"""

from __future__ import annotations

from typing import Any

from mailhub import addresses, membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.commands.asked import NOTHING
from mailhub.commands.grammar import Place, understand
from mailhub.events import (
    announcing,
    asking,
    attending,
    calendar,
    changing,
    filing,
    passing,
    writing,
)
from mailhub.events.attending import Recorded
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.models import Person
from mailhub.reading.happenings import Attendee
from mailhub.tool import Came
from mailhub.words import table

ANSWERS = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "maybe", "DELEGATED": "no"}


def take(came: Came) -> Told:
    """A mail to `+events` that the rules let through."""
    asked, proposed = came.asked, came.prepared
    assert isinstance(proposed, Proposed)
    assert asked.community is not None
    main = proposed.main
    if proposed.problem or main is None:
        return _unread(came, proposed.problem or "no-event")
    known = filing.known(asked.session, asked.community.id, main.uid)
    known = known or changing.ours(asked, main.uid)
    if known is not None:
        return changing.change(came, known, proposed)
    if proposed.method == "CANCEL" or main.cancelled:
        return _unread(came, "cancels-nothing")
    if main.ends_at < asked.now and not main.rule and not main.added:
        return _unread(came, "is-over")
    assert asked.inbound_id is not None  # it came by mail
    event = filing.file(
        asked.session,
        proposed,
        community=asked.community,
        person=asked.person,
        organiser=_organiser(asked, main.organiser),
        inbound_id=asked.inbound_id,
        now=asked.now,
    )
    sent = announcing.announce(asked.session, came.desk, event, asked.community, asked.now)
    note = writing.note(asked, event, "event-taken")
    return Told("announced", (note,) if asked.person else (), tuple(sent))


def answer(came: Came, token: Token) -> Told:
    """A mail that answers an invitation, or another mail about an event."""
    asked = came.asked
    event = asked.session.get(Event, token.object)
    if event is None or asked.community is None or event.community_id != asked.community.id:
        return NOTHING
    if asked.letter.calendar is not None:
        told = by_calendar(came, token)
        if told is not None:
            return told
    if asked.person is None:
        return NOTHING
    wish = asking.about_this(came, event)
    if wish is not None and wish.verb == "who":
        return asking.who(asked, event)
    if changing.may_change(asked, event):
        proposed = came.prepared if isinstance(came.prepared, Proposed) else Proposed()
        if wish is not None and wish.verb == "cancel":
            return changing.cancel(came, event)
        if proposed.main is not None or proposed.places is not None:
            return changing.change(came, event, proposed)
    return _in_words(came, event, token)


def _in_words(came: Came, event: Event, token: Token) -> Told:
    """Yes, no or maybe; anything else goes on to whose event it is."""
    asked = came.asked
    said = next(iter(understand(asked.letter, Place.RSVP)), None)
    if said is None:
        if not asked.letter.new_text.strip() and not asked.letter.attachments:
            return Told("answered", (writing.note(asked, event, "event-unclear", once=""),))
        return passing.to_organiser(came, event)
    sure = changing.is_sure(asked) and (
        asked.proven or membership.is_same(asked.session, asked.person, token.person)
    )
    if not sure:
        # Anybody may have written this: the person is asked, at an address that is theirs alone.
        return Told("asked", (writing.note(asked, event, "event-confirm"),))
    assert asked.person is not None
    if not attending.is_member(asked.session, event, asked.person.id):
        return NOTHING
    if event.next_at is None:
        return Told("answered", (writing.note(asked, event, "event-over"),))
    more = int(said.argument or 0)
    recorded = attending.record(
        asked.session, event, asked.person.id, said.verb, more, asked.now, said="words"
    )
    facts = _facts(recorded, more)
    note = writing.note(asked, event, "event-answered", **facts)
    return Told(
        "attending", (note, *writing.moved_up(writing.scene(asked), event, recorded.moved_up))
    )


def by_calendar(came: Came, token: Token | None) -> Told | None:
    """What a calendar program sent: an answer, a cancellation; None where it is about no event of ours."""
    asked, said = came.asked, came.asked.letter.calendar
    if said is None or asked.community is None:
        return None
    number = token.object if token and token.purpose == Purpose.EVENT else None
    number = number or calendar.event_id(said.uid, asked.site.domain)
    event = asked.session.get(Event, number) if number else None
    if event is not None and event.community_id != asked.community.id:
        return None
    if said.method == "REPLY" and event is not None:
        return _reply(came, event, token)
    if said.method == "CANCEL":
        known = filing.known(asked.session, asked.community.id, said.uid) or event
        if known is not None:
            return changing.change(came, known, _proposed(came))
    if said.method == "COUNTER" and event is not None:
        return passing.to_organiser(came, event)
    return None


def _reply(came: Came, event: Event, token: Token | None) -> Told:
    """An answer of a calendar (RFC 5546 3.2.3), where its ATTENDEE is whose token it is, or the proven
    sender's."""
    asked, said = came.asked, came.asked.letter.calendar
    assert said is not None
    verb = ANSWERS.get(said.partstat)
    person = membership.person_of(asked.session, said.attendee) if said.attendee else asked.person
    by_token = token is not None and membership.is_same(asked.session, person, token.person)
    by_sender = asked.proven and person is not None and _id(asked.person) == person.id
    if verb is None or person is None or not (by_token or by_sender) or event.next_at is None:
        return Told("calendar-reply")
    if not attending.is_member(asked.session, event, person.id):
        return Told("calendar-reply")
    main = _proposed(came).main
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
    notes = list(writing.moved_up(writing.scene(asked), event, recorded.moved_up))
    if recorded.row.waits and recorded.changed:
        facts = _facts(recorded, 0)
        here = writing.scene(asked)
        note = writing.to_person(here, event, person.id, "event-answered", **facts)
        notes += [note] if note else []
    return Told("attending", tuple(notes))


def _proposed(came: Came) -> Proposed:
    return came.prepared if isinstance(came.prepared, Proposed) else Proposed()


def _organiser(asked: Asked, original: Attendee | None) -> str:
    """The name of whoever announces it, as members read it; behind that of the organiser, where somebody
    else's invitation is passed on."""
    name = (asked.person.name if asked.person else "") or asked.letter.author.name
    theirs = membership.addresses_of(asked.session, asked.person.id) if asked.person else ()
    if original is None or not original.name or "@" in original.name:
        return name
    if addresses.fold(original.address) in (asked.address, *theirs):
        return name
    said: str = table("events")["passed-on"]
    return said.format(organiser=" ".join(original.name.split())[:100], by=name)


def _id(person: Person | None) -> int:
    return person.id if person else 0


def _facts(recorded: Recorded, more: int) -> dict[str, Any]:
    """What is told of an answer that asked for a place for so many more."""
    row = recorded.row
    return {
        "answer": row.answer,
        "more": row.more,
        "waits": row.waits,
        "kept": recorded.kept,
        "left": recorded.left or 0,
        "wanted": 1 + more,
    }


def _unread(came: Came, problem: str) -> Told:
    asked = came.asked
    if asked.person is None:
        return Told("nothing-announced")
    why = table("events").get(problem, table("events")["no-event"])
    note = asked.note("event-unread", why=why, subject=asked.letter.subject)
    return Told("nothing-announced", (note,))
