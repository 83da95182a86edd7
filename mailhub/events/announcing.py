"""Telling members of an event: one mail for all who are to come, one for those who only read.

Members who get mail as it is written get it; who reads a digest finds the event there. What follows, changes and
a cancellation, goes to those alone whom it concerns: who was told and has not said no.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.compose import invited
from mailhub.events import calendar, telling
from mailhub.events.tables import Attendance, Event
from mailhub.models import Community, Membership
from mailhub.notes import Desk

PARTSTATS = {"": "NEEDS-ACTION", "yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE"}


def announce(
    session: Session, desk: Desk, event: Event, community: Community, now: datetime
) -> list[int]:
    """Invite the members; the Outgoings."""
    sent = []
    by_mail = (Membership.delivery == "each", outbox.is_present(now.date()))
    author: ColumnElement[bool] = Membership.person_id != (event.person_id or 0)
    for method, who in (
        ("REQUEST", (*by_mail, Membership.role != "reader", author)),
        ("PUBLISH", (*by_mail, Membership.role == "reader", author)),
    ):
        sent.append(_send(session, desk, event, community, "event", method, "", who, now))
        _note_invited(session, event, method, who)
    return sent


def tell_change(
    session: Session,
    desk: Desk,
    event: Event,
    community: Community,
    now: datetime,
    *,
    template: str,
    afresh: bool,
    **facts: Any,
) -> list[int]:
    """Tell those whom it concerns that an event is changed or cancelled; the Outgoings. With `afresh` its
    time is another one, and what people said of the old one is asked again."""
    sent = []
    method = "CANCEL" if event.state == "cancelled" else "REQUEST"
    groups = session.execute(
        select(Attendance.method, Attendance.answer)
        .where(Attendance.event_id == event.id, Attendance.answer != "no")
        .distinct()
        .order_by(Attendance.method, Attendance.answer)
    ).all()
    for how, answer in groups:
        told = select(Attendance.person_id).where(
            Attendance.event_id == event.id,
            Attendance.method == how,
            Attendance.answer == answer,
            Attendance.occurrence == "",
        )
        who = (
            Membership.person_id.in_(told),
            Membership.person_id != (event.person_id or 0),
        )
        kind = "PUBLISH" if how == "PUBLISH" and method != "CANCEL" else method
        said = "" if afresh else answer
        sent.append(_send(session, desk, event, community, template, kind, said, who, now, **facts))
    return sent


def _send(
    session: Session,
    desk: Desk,
    event: Event,
    community: Community,
    template: str,
    method: str,
    answer: str,
    who: tuple[ColumnElement[bool], ...],
    now: datetime,
    **facts: Any,
) -> int:
    site = desk.site
    url = site.event_url(community.slug, event.id)
    subject, body = desk.templates.render(
        template,
        site=site,
        community=community.name,
        slug=community.slug,
        address=site.address(community.slug),
        url=url,
        asks=method == "REQUEST",
        event=telling.told(event, now),
        **facts,
    )
    message_id, raw = invited.written(
        site,
        slug=community.slug,
        community=community.name,
        event_id=event.id,
        sender=community.name,
        subject=subject,
        body=body,
        calendar=calendar.invitation(event, site.domain, url, method, PARTSTATS[answer], now),
        method=method,
        now=now,
    )
    # The very same event in two communities is one invitation to whoever is in both.
    what = f"{template} {event.their_sequence} {event.sequence} {event.starts_at} {event.title}"
    key = outbox.mail_key(event.uid or f"event {event.id}", what)
    return outbox.for_invited(
        session,
        who,
        community_id=community.id,
        event_id=event.id,
        message_id=message_id,
        raw=raw,
        key=key,
        now=now,
    )


def _note_invited(
    session: Session, event: Event, method: str, who: tuple[ColumnElement[bool], ...]
) -> None:
    """A row for each who was invited: what they answer will stand there."""
    already = select(Attendance.person_id).where(Attendance.event_id == event.id)
    session.execute(
        insert(Attendance).from_select(
            ["event_id", "person_id", "occurrence", "method", "answer", "more", "waits", "said"],
            select(
                literal(event.id),
                Membership.person_id,
                literal(""),
                literal(method),
                literal(""),
                literal(0),
                literal(False),
                literal(""),
            ).where(
                Membership.community_id == event.community_id,
                Membership.person_id.not_in(already),
                *who,
            ),
            include_defaults=False,
        )
    )
