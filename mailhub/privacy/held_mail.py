"""What is held of a person's mail: what they wrote, what was sent to them, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailhub.library.tables import Document, Version
from mailhub.models import (
    Community,
    Delivery,
    Hint,
    Hold,
    Inbound,
    Outgoing,
    Post,
    Reaction,
    Request,
    Return,
)
from mailhub.site import Site

LATEST_DELIVERIES = 500


def mail_of(
    session: Session, site: Site, people: Sequence[int], addresses: Sequence[str]
) -> dict[str, Any]:
    """Posts, papers, mails, deliveries, requests, each as they are told of."""
    return {
        "posts": _posts(session, site, people),
        "reactions": rows(
            session,
            select(Post.subject, Reaction.sign, Reaction.at)
            .join(Post, Post.id == Reaction.post_id)
            .where(Reaction.person_id.in_(people))
            .order_by(Reaction.at),
        ),
        "papers_filed": rows(
            session,
            select(Document.title, Version.filename, Version.filed_at.label("at"), Version.note)
            .join(Version, Version.document_id == Document.id)
            .where(Version.filed_by_id.in_(people))
            .order_by(Version.id),
        ),
        "held_mails": rows(
            session,
            select(Community.name.label("community"), Hold.subject, Hold.held_at, Hold.state)
            .join(Community, Community.id == Hold.community_id)
            .where(func.lower(Hold.author_address).in_(addresses))
            .order_by(Hold.id),
        ),
        "other_mails": rows(
            session,
            select(Inbound.received_at.label("at"), Inbound.recipients.label("to"), Inbound.size)
            .outerjoin(Post, Post.inbound_id == Inbound.id)
            .where(func.lower(Inbound.mail_from).in_(addresses), Post.id.is_(None))
            .order_by(Inbound.id),
        ),
        **_deliveries(session, people),
        "returned_mail": rows(
            session,
            select(Return.at, Return.address, Return.kind, Return.status, Return.reason)
            .where(or_(Return.person_id.in_(people), Return.address.in_(addresses)))
            .order_by(Return.id),
        ),
        "requests": rows(
            session,
            select(Request.kind, Request.state, Request.asked_at, Request.expires, Request.detail)
            .where(or_(Request.person_id.in_(people), Request.address.in_(addresses)))
            .order_by(Request.id),
        ),
        "hints_sent": rows(
            session,
            select(Hint.kind, Hint.last_at.label("at")).where(Hint.address.in_(addresses)),
        ),
    }


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
        "last_deliveries": rows(
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


def rows(session: Session, statement: Any) -> list[dict[str, Any]]:
    """What a statement finds, by the names of its columns."""
    return [dict(row._mapping) for row in session.execute(statement)]
