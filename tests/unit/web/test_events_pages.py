"""A community's events on the web: what is ahead, what is over, one of them, and calendars."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import icalendar
import pytest

from mailhub.addresses import Purpose, Token
from mailhub.events import attending, feeds, filing
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.models import Community, Inbound, Person
from mailhub.reading.happenings import Happening
from tests.unit.web.browsing import Browser
from tests.web import LONG_AFTER, Site

SOON = LONG_AFTER + timedelta(days=3)


def announce(
    site: Site, slug: str, title: str, at: datetime, rule: str = "", text: str = ""
) -> int:
    """An event of a community of the seed, as Jane has announced it."""
    with site.database.writing() as session:
        mail = Inbound(
            received_at=LONG_AFTER, recipients=[], size=1, due_at=LONG_AFTER, state="done"
        )
        session.add(mail)
        session.flush()
        happening = Happening(
            uid=title,
            title=title,
            starts_at=at,
            ends_at=at + timedelta(hours=2),
            zone="Europe/London",
            place="Town Hall, Leeds",
            text=text,
            rule=rule,
        )
        event = filing.file(
            session,
            Proposed("REQUEST", happening),
            community=session.get_one(Community, site.seeded.communities[slug]),
            person=session.get_one(Person, site.seeded.people["Jane"]),
            organiser="Jane Doe",
            inbound_id=mail.id,
            now=LONG_AFTER,
        )
        return event.id


def test_what_is_ahead_and_what_is_over(own_site: Site) -> None:
    number = announce(own_site, "policy", "Indicators workshop", SOON)
    announce(own_site, "policy", "Last year's meeting", LONG_AFTER - timedelta(days=300))
    ahead = own_site.page("/c/policy/events/")
    assert f'href="/c/policy/events/{number}"' in ahead
    assert "Last year" not in ahead
    assert "Last year" in own_site.page("/c/policy/events/?past=1")
    assert "Indicators workshop" in own_site.page("/c/policy/")
    assert own_site.client.get("/c/policy/events/?page=7").status_code == 404


def test_one_event(own_site: Site) -> None:
    number = announce(
        own_site,
        "policy",
        "Bins <script>",
        SOON,
        rule="FREQ=WEEKLY;COUNT=3",
        text="Write to jane@leeds.example\n<b>not bold</b>",
    )
    with own_site.database.writing() as session:
        event = session.get_one(Event, number)
        person = own_site.seeded.people["Jane"]
        attending.record(session, event, person, "yes", 2, LONG_AFTER, said="words")
    html = own_site.page(f"/c/policy/events/{number}")
    assert "Bins &lt;script&gt;" in html
    assert "<b>not bold" not in html
    assert "jane@leeds.example" not in html
    assert "14:00" in html or "12:00" in html or "00:00" in html
    assert len(re.findall(r'<li class="date">', html)) == 3
    # Who comes is nobody's business but the members'.
    assert re.search(r"<dd>3\b", html)
    assert "Who is coming" not in html
    jane = Browser(own_site, "jane.doe@leeds.example")
    jane.signs_in()
    seen = jane.get(f"/c/policy/events/{number}").text
    assert "Who is coming" in seen
    assert "Jane Doe" in seen
    assert "An event" in own_site.page("/c/policy/search?q=script")


@pytest.mark.parametrize(
    "path", ["events/999999", "events/999999.ics", "events/x", "events/0", "events/1e9.ics"]
)
def test_what_is_not_there(site: Site, path: str) -> None:
    assert site.client.get(f"/c/policy/{path}").status_code == 404


def test_calendars(own_site: Site) -> None:
    number = announce(own_site, "policy", "Indicators workshop", SOON, rule="FREQ=WEEKLY;COUNT=3")
    for path in ("/c/policy/calendar.ics", f"/c/policy/events/{number}.ics"):
        answer = own_site.client.get(path)
        assert answer.content_type == "text/calendar; charset=utf-8"
        (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
        assert str(event["SUMMARY"]) == "Indicators workshop"
        assert "ATTENDEE" not in event
        assert "ORGANIZER" not in event


def test_what_is_closed_is_seen_by_nobody_else(own_site: Site) -> None:
    number = announce(own_site, "chief-execs", "A closed meeting", SOON)
    for path in ("events/", f"events/{number}", f"events/{number}.ics", "calendar.ics"):
        answer = own_site.client.get(f"/c/chief-execs/{path}")
        assert answer.status_code == 403, path
        assert "A closed meeting" not in answer.text
    # Nor under the name of another community.
    assert own_site.client.get(f"/c/policy/events/{number}").status_code == 404
    assert "A closed meeting" not in own_site.page("/search?q=closed")


def test_a_calendar_of_ones_own_until_another_is_made(own_site: Site) -> None:
    announce(own_site, "policy", "Indicators workshop", SOON)
    announce(own_site, "chief-execs", "A closed meeting", SOON)
    person = own_site.seeded.people["Jane"]
    links = []
    for anew in (False, True):
        with own_site.database.writing() as session:
            feed = feeds.of_person(session, person, LONG_AFTER, anew=anew)
            tokens = own_site.app.extensions["mailhub"].site.tokens
            links.append(f"/calendar/{tokens.sign(Token(Purpose.FEED, feed.id, person))}.ics")
        answer = own_site.client.get(links[-1])
        assert answer.headers["Cache-Control"] == "private, no-store"
        found = {
            str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
        }
        assert "Indicators workshop" in found
        assert "A closed meeting" in found
    assert links[0] != links[1]
    assert own_site.client.get(links[0]).status_code == 404
    changed = links[1][:-6] + ("a" if links[1][-6] != "a" else "b") + links[1][-5:]
    assert own_site.client.get(changed).status_code == 404
