"""Everything held on a person, as one plain structure for JSON and for a page of text; their posts as they
came: `own_posts`. What keys are called on that page stands in templates/words, [held]. It tells a person
nothing of others: of what they did to others the trail tells that they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.library.tables import Document, Version
from mailhub.membership import trail
from mailhub.models import (
    Address,
    Bulletin,
    Change,
    Community,
    Delivery,
    Digest,
    Hint,
    Hold,
    Inbound,
    Mute,
    Outgoing,
    Person,
    Post,
    Reaction,
    ReaderLink,
    Request,
    Return,
    SignIn,
    Steward,
    Thread,
    Visit,
)
from mailhub.privacy import left_behind
from mailhub.site import Site

LATEST_DELIVERIES = 500


def held_on(session: Session, site: Site, person: Person) -> dict[str, Any]:
    """All of it, in the order in which it is told. Times are ISO 8601."""
    people = left_behind.all_of(session, person)
    addresses = membership.addresses_of(session, person.id)
    held = {
        "person": {
            "name": person.name,
            "organisation": person.organisation,
            "role": person.job,
            "registered": person.created_at,
            "agreed_at": person.agreed_at,
            "away_since": person.away_since,
            "away_until": person.away_until,
        },
        "addresses": _rows(
            session,
            select(
                Address.address,
                Address.created_at.label("since"),
                Address.paused_at.label("no_mail_since"),
            ).where(Address.person_id == person.id),
        ),
        "steward": bool(
            session.scalar(select(Steward.address).where(Steward.address.in_(addresses)).limit(1))
        ),
        "memberships": [
            {
                "community": community.name,
                "address": site.address(community.slug),
                "role": member.role,
                "mail": member.delivery,
                "role_until": member.role_until,
                "own_posts": member.own_posts,
                "listed": member.listed,
                "paused_until": member.paused_until,
                "since": member.since,
            }
            for community, member in membership.of_person(session, person.id)
        ],
        "digests": {
            "language": person.language or "en",
            "zone": person.zone or site.zone,
            "day": person.digest_day + 1,
            "hour": person.digest_hour,
            "form": person.digest_form,
            "apart": person.digests_apart,
            "newsletters": person.newsletters,
            "so_far": session.scalar(
                select(func.count()).select_from(Digest).where(Digest.person_id.in_(people))
            ),
        },
        "bulletins": _rows(
            session,
            select(Bulletin.form, Bulletin.subject, Bulletin.asked_at.label("at"), Bulletin.state)
            .where(Bulletin.asked_by.in_(addresses))
            .order_by(Bulletin.id),
        ),
        "muted_discussions": _rows(
            session,
            select(Thread.subject, Mute.since)
            .join(Mute, Mute.thread_id == Thread.id)
            .where(Mute.person_id == person.id),
        ),
        "posts": _posts(session, site, people),
        "reactions": _rows(
            session,
            select(Post.subject, Reaction.sign, Reaction.at)
            .join(Post, Post.id == Reaction.post_id)
            .where(Reaction.person_id.in_(people))
            .order_by(Reaction.at),
        ),
        "papers_filed": _rows(
            session,
            select(Document.title, Version.filename, Version.filed_at.label("at"), Version.note)
            .join(Version, Version.document_id == Document.id)
            .where(Version.filed_by_id.in_(people))
            .order_by(Version.id),
        ),
        "held_mails": _rows(
            session,
            select(Community.name.label("community"), Hold.subject, Hold.held_at, Hold.state)
            .join(Community, Community.id == Hold.community_id)
            .where(func.lower(Hold.author_address).in_(addresses))
            .order_by(Hold.id),
        ),
        "other_mails": _rows(
            session,
            select(Inbound.received_at.label("at"), Inbound.recipients.label("to"), Inbound.size)
            .outerjoin(Post, Post.inbound_id == Inbound.id)
            .where(func.lower(Inbound.mail_from).in_(addresses), Post.id.is_(None))
            .order_by(Inbound.id),
        ),
        **_deliveries(session, people),
        "returned_mail": _rows(
            session,
            select(Return.at, Return.address, Return.kind, Return.status, Return.reason)
            .where(or_(Return.person_id.in_(people), Return.address.in_(addresses)))
            .order_by(Return.id),
        ),
        "requests": _rows(
            session,
            select(Request.kind, Request.state, Request.asked_at, Request.expires, Request.detail)
            .where(or_(Request.person_id.in_(people), Request.address.in_(addresses)))
            .order_by(Request.id),
        ),
        "hints_sent": _rows(
            session,
            select(Hint.kind, Hint.last_at.label("at")).where(Hint.address.in_(addresses)),
        ),
        "visits": _rows(
            session,
            select(Visit.address, Visit.began_at, Visit.seen_at, Visit.ends_at)
            .where(Visit.person_id.in_(people))
            .order_by(Visit.id),
        ),
        "feed_reader_link": _rows(
            session,
            select(ReaderLink.made_at.label("at")).where(ReaderLink.person_id.in_(people)),
        ),
        "sign_in_links": _rows(
            session,
            select(SignIn.address, SignIn.made_at.label("at"), SignIn.used_at)
            .where(SignIn.person_id.in_(people))
            .order_by(SignIn.id),
        ),
        "changes": _changes(session, person.id),
    }
    told: dict[str, Any] = plain(held)
    return told


def _posts(session: Session, site: Site, people: Sequence[int]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Community.slug, Community.name, Post.subject, Post.received_at, Post.message_id)
        .join(Community, Community.id == Post.community_id)
        .where(Post.author_id.in_(people))
        .order_by(Post.id)
    )
    return [
        {
            "community": row.name,
            "subject": row.subject,
            "at": row.received_at,
            "page": site.post_url(row.slug, row.message_id),
        }
        for row in rows
    ]


def _deliveries(session: Session, people: Sequence[int]) -> dict[str, Any]:
    mine = Delivery.person_id.in_(people)
    counted = session.execute(
        select(Delivery.state, func.count()).where(mine).group_by(Delivery.state)
    )
    return {
        "deliveries": {row[0]: row[1] for row in counted},
        "last_deliveries": _rows(
            session,
            select(
                Community.name.label("community"),
                Post.subject,
                Delivery.address,
                Delivery.state,
                Delivery.sent_at,
                Delivery.reason,
            )
            .select_from(Delivery)
            .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
            .outerjoin(Community, Community.id == Outgoing.community_id)
            .outerjoin(Post, Post.id == Outgoing.post_id)
            .where(mine)
            .order_by(Delivery.id.desc())
            .limit(LATEST_DELIVERIES),
        ),
    }


def _changes(session: Session, person_id: int) -> list[dict[str, Any]]:
    return [_change(change, person_id) for change in trail.told(session, person_id=person_id)]


def _change(change: Change, person_id: int) -> dict[str, Any]:
    own = change.person_id in (person_id, None)
    return {
        "at": change.at,
        "what": f"{change.of}: {change.what}",
        "by": "you" if change.by_id == person_id else change.how,
        "of": "you" if change.person_id == person_id else "others",
        "before": change.before if own else None,
        "after": change.after if own else None,
    }


def _rows(session: Session, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(statement)]


def plain(value: Any) -> Any:
    """As JSON can say it. Its depth is that of our own structures; a request's detail is two levels."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
