"""A community's events: what lies ahead, what is over, one event, and calendars to subscribe to.

Who comes is said in figures; members who are signed in see the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mailhub.addresses import Purpose
from mailhub.events import attending, calendar, feeds, occurring, telling
from mailhub.events.tables import Event
from mailhub.models import Community
from mailhub.reading.happenings import Refused
from web_archive.current import hub, reading, viewer
from web_archive.paging import asked_page
from web_archive.places import Place, readable
from web_archive.queries import Record, Statement, many, once

PAGE = 40
DATES = 24  # of a series that a page names

views = Blueprint("events", __name__)
own = Blueprint("own_calendars", __name__)  # pages for one person, which are never kept


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as pages show it."""

    id: int
    title: str
    when: str
    place: str
    text: str
    organiser: str
    starts_at: datetime
    month: str
    day: str
    repeats: bool
    dates: tuple[str, ...]
    cancelled: bool
    is_over: bool
    places: int | None


@views.get("/c/<slug:slug>/events/")
def events(slug: str) -> str:
    """Those that lie ahead, the next first; with `past`, those that are over, the latest first."""
    page = asked_page()
    past = request.args.get("past") == "1"
    start = (page - 1) * PAGE
    with reading() as db:
        place = readable(db, slug, viewer())
        found = events_of(db, place, start, PAGE + 1, past=past)
    if start and not found:
        raise NotFound
    return render_template(
        "events.html",
        place=place,
        events=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        past=past,
    )


@views.get("/c/<slug:slug>/events/<number:event_id>")
def event(slug: str, event_id: int) -> str:
    """One event: when, where, what, and how to answer it."""
    with reading() as db:
        place = readable(db, slug, viewer())
        session = Session(db)
        found = _event(session, place, event_id)
        counts = attending.counts(session, found.id)
        shown = _shown(found, all_dates=True)
        left = None
        if found.places is not None:
            left = max(found.places - counts["coming"], 0)
        who = viewer().person_id
        people: tuple[attending.Attendee, ...] = ()
        if who is not None and attending.is_member(session, found, who):
            people = tuple(
                one for one in attending.attendees(session, found) if one.answer == "yes"
            )
    return render_template(
        "event.html", place=place, event=shown, counts=counts, left=left, people=people
    )


@views.get("/c/<slug:slug>/events/<number:event_id>.ics")
def file(slug: str, event_id: int) -> Response:
    """One event for a calendar."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = _event(Session(db), place, event_id)
        url = hub().site.event_url(slug, found.id)
        ics = calendar.feed([(found, url)], place.name, hub().site.domain, found.changed_at)
    return _calendar(ics, f"event-{event_id}.ics")


@views.get("/c/<slug:slug>/calendar.ics")
def community_calendar(slug: str) -> Response:
    """All events of a community, to subscribe to."""
    with reading() as db:
        place = readable(db, slug, viewer())
        session = Session(db)
        community = session.get_one(Community, place.id)
        ics = feeds.community(session, hub().site, viewer(), community, hub().now())
    return _calendar(ics, f"{slug}.ics")


@own.get("/calendar/<token>.ics")
def personal_calendar(token: str) -> Response:
    """The secret calendar of a person; its link is all that it takes, and ends when they ask for another."""
    genuine = hub().site.tokens.read(Purpose.FEED, token)
    if genuine is None:
        raise NotFound
    with reading() as db:
        session = Session(db)
        person_id = feeds.owner(session, genuine)
        if person_id is None:
            raise NotFound
        name = hub().words["own_calendar"]
        ics = feeds.personal(session, hub().site, person_id, name, hub().now())
    response = _calendar(ics, "calendar.ics")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def events_of(
    db: Connection, place: Place, start: int, limit: int, *, past: bool = False
) -> list[Shown]:
    """The events of a community that the page has found readable."""
    given = {"community": place.id, "start": start, "most": limit}
    return [_shown(one) for one in many(db, _listed(past), **given)]


@once
def _listed(past: bool) -> Statement:
    order = (Event.starts_at.desc(), Event.id.desc()) if past else (Event.next_at, Event.id)
    return (
        select(*Event.__table__.columns)
        .where(
            Event.community_id == bindparam("community"),
            Event.next_at.is_(None) if past else Event.next_at.is_not(None),
        )
        .order_by(*order)
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )


def _event(session: Session, place: Place, event_id: int) -> Event:
    found = session.get(Event, event_id)
    if found is None or found.community_id != place.id:
        raise NotFound
    return found


def _shown(event: Event | Record, *, all_dates: bool = False) -> Shown:
    first = occurring.first_of(event)
    if event.next_at is not None:
        try:
            first = occurring.next_of(event, event.next_at) or first
        except Refused:
            pass
    local = first.starts_at.astimezone(occurring.local(event))
    return Shown(
        id=event.id,
        title=first.title,
        when=telling.when(event, first),
        place=first.place,
        text=event.text,
        organiser=event.organiser,
        starts_at=first.starts_at,
        month=f"{local:%b}",
        day=str(local.day),
        repeats=bool(event.rule or event.added),
        dates=_dates(event) if all_dates else (),
        cancelled=event.state == "cancelled",
        is_over=event.next_at is None and event.state == "on",
        places=event.places,
    )


def _dates(event: Event) -> tuple[str, ...]:
    if not (event.rule or event.added):
        return ()
    since = event.next_at or event.starts_at
    try:
        found = occurring.between(event, since, since + occurring.AHEAD)
    except Refused:
        return ()
    return tuple(telling.when(event, one) for one in found[:DATES])


def _calendar(ics: str, filename: str) -> Response:
    response = Response(ics, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
