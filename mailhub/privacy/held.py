"""Everything held on a person, as one plain structure for JSON and for a page of text; their posts as they
came: `own_posts`. What keys are called on that page stands in templates/words, [held]. It tells a person
nothing of others: of what they did to others the trail tells that they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.membership import trail
from mailhub.models import (
    Address,
    Bulletin,
    Change,
    Digest,
    Mute,
    Person,
    ReaderLink,
    SignIn,
    Steward,
    Thread,
    Visit,
)
from mailhub.privacy import left_behind
from mailhub.privacy.held_mail import mail_of, rows
from mailhub.site import Site


def held_on(session: Session, site: Site, person: Person) -> dict[str, Any]:
    """All of it, in the order in which it is told. Times are ISO 8601."""
    people = left_behind.all_of(session, person)
    addresses = membership.addresses_of(session, person.id)
    told: dict[str, Any] = plain(
        {
            **_themselves(session, person, addresses),
            **_taking_part(session, site, person, people, addresses),
            **mail_of(session, site, people, addresses),
            **_on_the_pages(session, people),
            "changes": _changes(session, person.id),
        }
    )
    return told


def _themselves(session: Session, person: Person, addresses: Sequence[str]) -> dict[str, Any]:
    return {
        "person": {
            "name": person.name,
            "organisation": person.organisation,
            "role": person.job,
            "registered": person.created_at,
            "agreed_at": person.agreed_at,
            "away_since": person.away_since,
            "away_until": person.away_until,
        },
        "addresses": rows(
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
    }


def _taking_part(
    session: Session, site: Site, person: Person, people: Sequence[int], addresses: Sequence[str]
) -> dict[str, Any]:
    return {
        "memberships": [
            {
                "community": community.name,
                "address": site.address(community.slug),
                "role": member.role,
                "mail": member.delivery,
                "role_until": member.role_until,
                "own_posts": member.own_posts,
                "listed": member.listed,
                "paused_from": member.paused_from,
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
        "bulletins": rows(
            session,
            select(Bulletin.form, Bulletin.subject, Bulletin.asked_at.label("at"), Bulletin.state)
            .where(Bulletin.asked_by.in_(addresses))
            .order_by(Bulletin.id),
        ),
        "muted_discussions": rows(
            session,
            select(Thread.subject, Mute.since)
            .join(Mute, Mute.thread_id == Thread.id)
            .where(Mute.person_id == person.id),
        ),
    }


def _on_the_pages(session: Session, people: Sequence[int]) -> dict[str, Any]:
    return {
        "visits": rows(
            session,
            select(Visit.address, Visit.began_at, Visit.seen_at, Visit.ends_at)
            .where(Visit.person_id.in_(people))
            .order_by(Visit.id),
        ),
        "feed_reader_link": rows(
            session,
            select(ReaderLink.made_at.label("at")).where(ReaderLink.person_id.in_(people)),
        ),
        "sign_in_links": rows(
            session,
            select(SignIn.address, SignIn.made_at.label("at"), SignIn.used_at)
            .where(SignIn.person_id.in_(people))
            .order_by(SignIn.id),
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


def plain(value: Any) -> Any:
    """As JSON can say it. Its depth is that of our own structures; a request's detail is two levels."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
