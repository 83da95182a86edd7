"""How things stand: what a receipt, the guide and `status` say of a person."""

from __future__ import annotations

from typing import Any

from mailhub import membership
from mailhub.commands.asked import Asked
from mailhub.membership import FOR_EVER, LOOKING_AFTER, mutes
from mailhub.models import Community, Membership, Person


def standing(asked: Asked, *, everywhere: bool = False) -> dict[str, Any]:
    """Of whoever wrote: in this community, or in all of theirs."""
    return of_person(asked, asked.person, everywhere=everywhere)


def of_person(asked: Asked, person: Person | None, *, everywhere: bool = False) -> dict[str, Any]:
    """Of a person; at the platform's address in all their communities."""
    session, community = asked.session, None if everywhere else asked.community
    if person is None:
        return {"person": None, "stands": [], "addresses": []}
    pairs = membership.of_person(session, person.id)
    if community is not None:
        pairs = [pair for pair in pairs if pair[0].id == community.id]
    return {
        "person": person,
        "addresses": membership.addresses_of(session, person.id),
        "stands": [_stand(asked, person, *pair) for pair in pairs],
    }


def _stand(
    asked: Asked, person: Person, community: Community, member: Membership
) -> dict[str, Any]:
    came_back = membership.paused_address(asked.session, member)
    until = member.paused_until
    if until is not None and until <= asked.now.date():
        until = None
    begins = member.paused_from
    return {
        "community": community.name,
        "address": asked.site.address(community.slug),
        "role": member.role,
        "role_until": member.role_until,
        "delivery": member.delivery,
        "digest_day": person.digest_day,
        "digest_hour": person.digest_hour,
        "own_posts": member.own_posts,
        "listed": member.listed,
        "came_back": came_back,
        "is_paused": until is not None,
        "until": None if until == FOR_EVER else until,
        "begins": begins if begins and begins > asked.now.date() else None,
        "muted": mutes.count(asked.session, person.id, community.id),
        "looks_after": member.role in LOOKING_AFTER,
    }
