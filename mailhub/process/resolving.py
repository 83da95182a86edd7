"""What an address is here: the community and the destination that it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.addresses import Destination
from mailhub.models import Community
from mailhub.site import Site

COMMUNITIES = (
    select(Community)
    .where(Community.slug.in_(bindparam("slugs", expanding=True)))
    .order_by(Community.id)
)
SWITCHES = frozenset({"blog", "events", "feeds"})  # verbs that a community may have switched off


def resolve(
    session: Session, address: str, site: Site
) -> tuple[Community | None, Destination] | None:
    """What an address is here: its community (None for the platform's own) and its destination; None
    where there is no such address."""
    meant = addresses.destinations(address, site.domain, site.tokens)
    if not meant:
        return None
    found = session.scalars(COMMUNITIES, {"slugs": [one.slug for one in meant]})
    return first(meant, {community.slug: community for community in found}.get)


def first(
    meant: Sequence[Destination], community_of: Callable[[str], Community | None]
) -> tuple[Community | None, Destination] | None:
    """The first meaning of an address that is there."""
    for destination in meant:
        if not destination.slug:
            return None, destination
        community = community_of(destination.slug)
        if community is not None and not _is_off(community, destination):
            return community, destination
    return None


def _is_off(community: Community, destination: Destination) -> bool:
    """Whether an address is one of a tool that this community does not want."""
    return destination.verb in SWITCHES and not getattr(community, destination.verb)
