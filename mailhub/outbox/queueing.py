"""Queueing: who gets a mail. A post goes to members by one INSERT … SELECT, any other mail to the
addresses named."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Insert,
    Integer,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from mailhub.models import Address, Delivery, Membership, Mute, Outgoing, Post, constant
from mailhub.outbox.takers import first_address, is_present

_outgoing = Outgoing.metadata.tables[Outgoing.__tablename__]
_INSERT_OUTGOING = insert(_outgoing).returning(_outgoing.c.id, sort_by_parameter_order=True)

COLUMNS = [
    "outgoing_id",
    "person_id",
    "membership_id",
    "address",
    "mail_key",
    "state",
    "due_at",
    "tries",
    "owner",
    "reason",
]


def _queue_members(*, named: bool = False) -> Insert:
    """A row for each member who takes each mail, or for those that are `named`; built once."""
    key = bindparam("key", type_=Delivery.mail_key.type)
    other = aliased(Delivery)
    covered = exists().where(
        other.mail_key == key,
        other.person_id == Membership.person_id,
        other.state.not_in([constant("covered"), constant("cancelled")]),
    )
    thread = select(Post.thread_id).where(Post.id == bindparam("post", type_=Integer))
    muted = select(Mute.person_id).where(Mute.thread_id == thread.scalar_subquery())
    target = aliased(Address)
    recipients = (
        select(
            bindparam("outgoing", type_=Integer),
            Membership.person_id,
            Membership.id,
            target.address,
            key,
            case((covered, "covered"), else_="queued"),
            bindparam("now", type_=Delivery.due_at.type),
            literal(0),
            literal(""),
            literal(""),
        )
        .join(target, target.id == func.coalesce(Membership.address_id, first_address()))
        .where(
            Membership.community_id == bindparam("community"),
            *_who(named=named),
            target.paused_at.is_(None),  # else all that is sent there comes back
            or_(Membership.person_id != bindparam("author"), Membership.own_posts),
            is_present(bindparam("today", type_=Date)),
            Membership.person_id.not_in(muted),
        )
        .order_by(Membership.person_id)  # two that queue the same mail meet in the same order
    )
    return insert(Delivery).from_select(COLUMNS, recipients, include_defaults=False)


def _who(*, named: bool) -> tuple[ColumnElement[bool], ...]:
    if not named:
        return (Membership.delivery == "each",)
    people: BindParameter[Any] = bindparam("people", expanding=True)
    return (Membership.delivery != "none", Membership.person_id.in_(people))


_QUEUE_MEMBERS = _queue_members()
_QUEUE_NAMED = _queue_members(named=True)


def mail_key(message_id: str, content_hash: str) -> bytes:
    """What makes two copies the same mail to a person, whatever community each came by."""
    return hashlib.sha256(f"{message_id}\0{content_hash}".encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class ForMembers:
    """A post that its community's members are to get. `key` is its `mail_key`; `papers` are the
    documents that it brought, as `compose.origin.Paper` knows them. `people` are those members who have
    asked for it, where that is not everybody who takes each mail. For the rest see `Outgoing`."""

    community_id: int
    post_id: int
    message_id: str
    key: bytes
    author_id: int | None
    papers: Sequence[dict[str, Any]] = ()
    author_from: str = ""
    results: str = ""
    chain_holds: bool = False
    subject: str = ""
    people: frozenset[int] | None = None


def for_members(session: Session, posts: Sequence[ForMembers], now: datetime) -> list[int]:
    """Queue posts for every member who takes each mail, but for its author; the Outgoings' ids.

    One INSERT … SELECT for a post, whatever the number of members. A person who already gets the same
    mail (of this key) by another community is covered.
    """
    if not posts:
        return []
    connection = session.connection()
    ids = list(
        connection.scalars(
            _INSERT_OUTGOING,
            [
                {
                    "community_id": post.community_id,
                    "post_id": post.post_id,
                    "message_id": post.message_id,
                    "raw": None,
                    "automatic": False,
                    "papers": list(post.papers),
                    "author_from": post.author_from,
                    "results": post.results,
                    "chain_holds": post.chain_holds,
                    "subject": post.subject,
                    "event_id": None,
                    "created_at": now,
                }
                for post in posts
            ],
        )
    )
    given = [
        {
            "outgoing": outgoing_id,
            "community": post.community_id,
            "author": post.author_id or 0,
            "key": post.key,
            "now": now,
            "today": now.date(),
            "post": post.post_id,
        }
        for outgoing_id, post in zip(ids, posts, strict=True)
    ]
    to_all = [one for one, post in zip(given, posts, strict=True) if post.people is None]
    if to_all:
        connection.execute(_QUEUE_MEMBERS, to_all)
    for one, post in zip(given, posts, strict=True):
        if post.people:
            connection.execute(_QUEUE_NAMED, one | {"people": sorted(post.people)})
    return ids


def finished(
    session: Session,
    message_id: str,
    raw: bytes,
    now: datetime,
    *,
    automatic: bool = False,
    community_id: int | None = None,
    event_id: int | None = None,
    bulletin_id: int | None = None,
) -> int:
    """A mail of our own whose bytes are finished; its id. Its copies are the caller's to queue."""
    outgoing = Outgoing(
        message_id=message_id,
        raw=raw,
        automatic=automatic,
        community_id=community_id,
        event_id=event_id,
        bulletin_id=bulletin_id,
        created_at=now,
    )
    session.add(outgoing)
    session.flush()
    return outgoing.id


def for_addresses(
    session: Session,
    recipients: Sequence[tuple[str, int | None]],
    message_id: str,
    raw: bytes,
    now: datetime,
    *,
    community_id: int | None = None,
    automatic: bool = True,
) -> int:
    """Queue a finished mail for a few (address, person): an answer of ours, or what somebody wrote to
    the facilitators; the Outgoing's id."""
    outgoing_id = finished(
        session, message_id, raw, now, automatic=automatic, community_id=community_id
    )
    key = mail_key(message_id, f"outgoing {outgoing_id}")
    session.add_all(
        Delivery(
            outgoing_id=outgoing_id,
            person_id=person_id,
            address=address,
            mail_key=key,
            due_at=now,
        )
        for address, person_id in recipients
    )
    session.flush()
    return outgoing_id
