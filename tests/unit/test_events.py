"""Answers, changes and dates of events, over a database of each kind; and the exchanges of calendar
servers that others have collected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token, Tokens, destinations
from mailhub.compose import invited
from mailhub.database import Database
from mailhub.events import attending, calendar, filing, occurring, own_data, proposing
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.models import Community, Inbound, Person
from mailhub.reading import calendars
from mailhub.reading.happenings import Happening, Refused
from mailhub.site import Site

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOON = datetime(2026, 12, 3, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """A community with members and events, in one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.community: Community = membership.found(session, "policy", "Policy", NOW)
        self.people = [self.member(f"p{n}@example.org") for n in range(6)]
        mail = Inbound(received_at=NOW, recipients=[], size=1, due_at=NOW, state="done")
        session.add(mail)
        session.flush()
        self.mail = mail.id

    def member(self, address: str) -> Person:
        membership.add(self.session, self.community, address, NOW, name=address[:2])
        person = membership.person_of(self.session, address)
        assert person
        return person

    def event(self, places: int | None = None, **said: Any) -> Event:
        happening = Happening(
            **{"uid": "one", "title": "Meeting", "starts_at": SOON, "ends_at": SOON + HOUR, **said}
        )
        return filing.file(
            self.session,
            Proposed("REQUEST", happening, places=places),
            community=self.community,
            person=self.people[0],
            organiser="Jane",
            inbound_id=self.mail,
            now=NOW,
        )

    def says(self, event: Event, number: int, answer: str, more: int = 0) -> attending.Recorded:
        return attending.record(
            self.session, event, self.people[number].id, answer, more, NOW, said="words"
        )


@pytest.fixture
def diary(database: Database) -> Iterator[Diary]:
    with database.writing() as session:
        yield Diary(session)


def test_who_has_waited_longest_moves_up(diary: Diary) -> None:
    event = diary.event(places=2)
    diary.says(event, 0, "yes")
    diary.says(event, 1, "yes")
    assert diary.says(event, 2, "yes", more=1).row.waits
    assert diary.says(event, 3, "yes").row.waits
    # One place: the first in line needs two.
    moved = diary.says(event, 0, "no").moved_up
    assert [row.person_id for row in moved] == [diary.people[3].id]
    diary.says(event, 1, "no")
    moved = diary.says(event, 3, "maybe").moved_up
    assert [row.person_id for row in moved] == [diary.people[2].id]


def test_who_has_a_place_keeps_it_when_there_is_none_for_more(diary: Diary) -> None:
    event = diary.event(places=2)
    diary.says(event, 0, "yes")
    diary.says(event, 1, "yes")
    recorded = diary.says(event, 0, "yes", more=3)
    assert recorded.kept
    assert not recorded.row.waits
    assert recorded.row.more == 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(1, 4),
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["yes", "no", "maybe"]), st.integers(0, 2)),
        max_size=25,
    ),
)
def test_no_more_come_than_there_are_places(
    diary: Diary, places: int, said: list[tuple[int, str, int]]
) -> None:
    event = diary.event(places=places)
    for person, answer, more in said:
        diary.says(event, person, answer, more)
        counts = attending.counts(diary.session, event.id)
        assert counts["coming"] <= places
        waiting = [one for one in attending.attendees(diary.session, event) if one.waits]
        free = places - counts["coming"]
        assert all(1 + one.more > free for one in waiting)  # nobody waits for nothing


def test_a_series_goes_on_from_date_to_date(diary: Diary) -> None:
    event = diary.event(rule="FREQ=WEEKLY;COUNT=3", zone="Europe/London")
    assert event.next_at == SOON
    filing.settle(diary.session, event, SOON + 2 * HOUR)
    assert event.next_at == SOON + timedelta(days=7)
    filing.settle(diary.session, event, SOON + timedelta(days=30))
    assert event.next_at is None


def test_one_date_is_moved_and_one_called_off(diary: Diary) -> None:
    event = diary.event(rule="FREQ=WEEKLY;COUNT=3", zone="Europe/London")
    second, third = SOON + timedelta(days=7), SOON + timedelta(days=14)
    event.changes = [
        {"of": second.isoformat(), "cancelled": True},
        {
            "of": third.isoformat(),
            "starts_at": (third + HOUR).isoformat(),
            "ends_at": (third + 2 * HOUR).isoformat(),
            "title": "",
            "place": "Elsewhere",
        },
    ]
    found = occurring.between(event, NOW, NOW + timedelta(days=365))
    assert [one.starts_at for one in found] == [SOON, third + HOUR]
    assert found[1].place == "Elsewhere"
    ics = calendar.invitation(event, "lists.example.org", "https://x/1", "REQUEST", "ACCEPTED", NOW)
    back = calendars.opened(ics.replace("X-MAILHUB-OWN-LINES:ACCEPTED\r\n", "").encode(), "UTC")
    assert len(back.happenings) == 2
    assert back.happenings[0].without == (second,)
    assert back.happenings[1].of == third


def test_a_rule_that_is_too_long_is_refused_as_it_comes_and_ends_nothing_later(
    diary: Diary,
) -> None:
    hourly = calendars.opened(
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:h\r\nSUMMARY:Hourly\r\n"
        b"DTSTART:19700101T000000Z\r\nRRULE:FREQ=HOURLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "UTC",
    ).happenings[0]
    with pytest.raises(Refused, match="too-long"):
        proposing.follow(Proposed("REQUEST", hourly), NOW)
    event = diary.event(rule="FREQ=HOURLY")
    filing.settle(diary.session, event, NOW + timedelta(days=3650))
    assert event.next_at is None


def test_an_event_is_read_back_as_it_was(diary: Diary) -> None:
    event = diary.event(
        title='Bins; "blue", green',
        place="Town Hall,\nLeeds",
        text="One\n\nTwo; three, four\\five",
        zone="America/New_York",
        rule="FREQ=MONTHLY;BYDAY=1TH;COUNT=5",
    )
    ics = calendar.invitation(event, "lists.example.org", "https://x/1", "PUBLISH", "", NOW)
    back = calendars.opened(ics.encode(), "UTC").happenings[0]
    assert (back.title, back.starts_at, back.ends_at) == (event.title, SOON, SOON + HOUR)
    assert (back.rule, back.zone) == (event.rule, event.zone)
    assert back.text.startswith(event.text)
    assert calendar.event_id(back.uid, "lists.example.org") == event.id


@pytest.mark.parametrize(
    "uid", ["", "event-@lists.example.org", "event-1@elsewhere", "event--1@lists.example.org", "1"]
)
def test_a_uid_that_is_none_of_ours(uid: str) -> None:
    assert calendar.event_id(uid, "lists.example.org") is None


def test_what_is_held_on_a_person_and_how_it_goes(diary: Diary) -> None:
    event = diary.event(places=1)
    diary.says(event, 0, "yes")
    diary.says(event, 1, "yes")
    me = [diary.people[0].id]
    held = own_data.my_data(diary.session, me)
    assert [one["event"] for one in held["events_announced"]] == ["Meeting"]
    assert [one["answer"] for one in held["invitations"]] == ["yes"]
    own_data.forget(diary.session, me)
    assert not any(own_data.my_data(diary.session, me).values())
    left = diary.session.get_one(Event, event.id)
    assert (left.person_id, left.organiser) == (None, "")
    # Who waited has the place now.
    assert attending.counts(diary.session, event.id)["coming"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "tom@cardiff.example",
        "with=equals@cardiff.example",
        f"{'a.very.long.name.' * 3}indeed@council-of-a-very-long-name-{'x' * 40}.example",
        "siân@ynysmôn.example",
    ],
)
@pytest.mark.parametrize("name", ["Policy", 'Polisi "â": chymru, ac; ati', ""])
def test_a_copy_names_its_reader_alone(diary: Diary, address: str, name: str) -> None:
    event = diary.event(text="Many words. " * 50)
    site = Site("lists.example.org", "https://hub.example.org", Tokens(b"secret"))
    ics = calendar.invitation(event, site.domain, "https://x/1", "REQUEST", "NEEDS-ACTION", NOW)
    _, raw = invited.written(
        site,
        slug="policy",
        community=name,
        event_id=event.id,
        sender=name,
        subject="Meeting",
        body="Words\n",
        calendar=ics,
        method="REQUEST",
        now=NOW,
    )
    mine, rest = invited.of_raw(raw, "policy", name, event.id).copy(site, 3, 7, address)
    assert all(len(line) <= 998 for line in (mine + rest).split(b"\r\n"))
    mail = message_from_bytes(mine + rest)
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    found = calendars.opened(octets, "UTC").happenings[0]
    assert [one.address for one in found.attendees] == [address]
    assert found.organiser
    reply_to = parseaddr(str(mail["Reply-To"]))[1]
    assert found.organiser.address == reply_to
    token = destinations(reply_to, site.domain, site.tokens)[0].token
    assert token == Token(Purpose.EVENT, event.id, 7)
