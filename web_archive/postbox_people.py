"""Whose mailboxes can be opened: everyone the hub knows, and everyone who has mail."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from mailhub import addresses
from mailhub.models import Address, Community, Membership, Person
from mailhub.postbox import NoMailbox, Postbox
from web_archive.current import hub
from web_archive.queries import Record

PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Me:
    """Whose mailbox is open. `lists` are the list addresses of their communities, with their names."""

    address: str
    name: str
    organisation: str
    lists: tuple[tuple[str, str], ...]

    @property
    def base(self) -> str:
        """The address of the mailbox's page."""
        return f"/postbox/{quote(self.address, safe='@+')}"

    def write(self, query: str) -> str:
        """The address of the page to write."""
        return f"{self.base}/write?{query}"


def postbox() -> Postbox:
    """Where the letters lie."""
    return Postbox(hub().settings.data_dir / "postbox")


def known_people() -> dict[str, Record]:
    """The people of the hub by their addresses, PEOPLE at most."""
    with hub().database.reading() as session:
        found = session.execute(
            select(Address.address, Person.name, Person.organisation)
            .join(Person, Person.id == Address.person_id)
            .order_by(Address.id)
            .limit(PEOPLE)
        )
        return {row.address: row for row in found}


def whoever(address: str) -> Me:
    """The person of an address; NotFound for one that the hub does not know and that has no mail."""
    address = addresses.fold(address)
    with hub().database.reading() as session:
        row = session.execute(
            select(Person.id, Person.name, Person.organisation)
            .join(Address, Address.person_id == Person.id)
            .where(Address.address == address)
        ).one_or_none()
        communities = (
            session.execute(
                select(Community.slug, Community.name)
                .join(Membership, Membership.community_id == Community.id)
                .where(Membership.person_id == row.id)
                .order_by(Community.name)
            ).all()
            if row
            else []
        )
    try:
        if row is None and not postbox().letters(address):
            raise NotFound
    except NoMailbox:
        raise NotFound from None
    domain = hub().settings.domain
    lists = tuple((f"{slug}@{domain}", name) for slug, name in communities)
    return Me(address, row.name if row else "", row.organisation if row else "", lists)
