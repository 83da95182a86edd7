"""What is known of a person, and of members, for whoever runs the hub; and what an operator types of a member."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub.membership import claims
from mailhub.membership.communities import of_person
from mailhub.membership.members import FOR_EVER, membership_of
from mailhub.membership.people import addresses_of, person_of
from mailhub.membership.values import Unusable
from mailhub.models import Address, Community, Membership, Person
from mailhub.outbox import first_address


def listing(session: Session, community: Community) -> list[dict[str, Any]]:
    """Every member of a community, by address."""
    rows = session.execute(
        select(Address.address, Person.name, Person.organisation, Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first_address()))
        .where(Membership.community_id == community.id)
        .order_by(Address.address)
    )
    return [
        {
            "address": address,
            "name": name,
            "organisation": organisation,
            "role": member.role,
            "role_until": member.role_until,
            "delivery": member.delivery,
            "posting": member.posting,
            "since": member.since,
        }
        for address, name, organisation, member in rows
    ]


def known_person(session: Session, address: str) -> dict[str, Any]:
    """A person with their addresses and memberships; Unusable where there is none."""
    person = person_of(session, address)
    if person is None:
        raise Unusable("unknown-person", address)
    return {
        "name": person.name,
        "organisation": person.organisation,
        "role": person.job,
        "addresses": list(addresses_of(session, person.id)),
        "registered": person.created_at,
        "agreed": person.agreed_at,
        "memberships": [
            {
                "community": community.slug,
                "role": member.role,
                "role_until": member.role_until and member.role_until.isoformat(),
                "delivery": member.delivery,
                "posting": member.posting,
                "own_posts": member.own_posts,
                "listed": member.listed,
                "paused": _paused(member),
                "address": _address(session, member),
                "since": member.since.isoformat(),
            }
            for community, member in of_person(session, person.id)
        ],
    }


def _paused(member: Membership) -> str | None:
    if member.paused_until is None:
        return None
    until = "on" if member.paused_until == FOR_EVER else member.paused_until.isoformat()
    return f"{until} from {member.paused_from}" if member.paused_from else until


def _address(session: Session, member: Membership) -> str | None:
    row = session.get(Address, member.address_id) if member.address_id else None
    return row.address if row else None


def is_member(session: Session, community: Community, address: str) -> bool:
    """Whether the person of this address is in a community."""
    person = person_of(session, address)
    return person is not None and membership_of(session, community.id, person.id) is not None


def typed(session: Session, member: Membership, key: str, value: str) -> tuple[str, dict[str, Any]]:
    """(what the trail calls it, the values) of a setting of a member, for `alter`; Unusable where it
    is none."""
    match key:
        case "role" | "delivery" | "posting":
            return key, {key: value}
        case "role_until":
            return "role", {"role": member.role, "role_until": _day(key, value)}
        case "own_posts" if value in ("on", "off"):
            return "own-posts", {key: value == "on"}
        case "listed" if value in ("on", "off"):
            return key, {key: value == "on"}
        case "paused":
            return "paused", {"paused_from": None, "paused_until": _until(value)}
        case "address":
            row = claims.own(session, member.person_id, value)
            if row is None:
                raise Unusable("not-their-address", value)
            return key, {"address_id": row.id}
    raise Unusable("unknown-member-setting", f"{key}={value}")


def _until(value: str) -> date | None:
    return FOR_EVER if value == "on" else _day("paused", value)


def _day(key: str, value: str) -> date | None:
    if value == "off":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unusable(f"unknown-{key}", value) from None
