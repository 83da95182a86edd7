"""What people ask for on their own page: the words of a member's mail, done by the same functions, with the same
receipt by mail. Whoever is signed in has shown that they read their mail, so they count as proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.blobs import Blobs
from mailhub.commands import digest_words, own_data, settings
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.command import Command
from mailhub.letter import BLANK, Kind, Letter, Mailbox
from mailhub.membership import Unusable, digesting
from mailhub.models import Community, Person
from mailhub.models.communities import DELIVERIES
from mailhub.site import Site

# What can be asked for there, in one community or in none.
HERE = frozenset(
    {
        *DELIVERIES,
        "pause",
        "resume",
        "copy",
        "no-copy",
        "listed",
        "unlisted",
        "leave",
        "use-address",
    }
)
ANYWHERE = frozenset(
    {"about", "add-address", "remove-address", "my-data", "forget-me", digest_words.VERB}
)


def ask(
    session: Session,
    site: Site,
    blobs: Blobs,
    person_id: int,
    address: str,
    slug: str,
    said: Sequence[Command],
    now: datetime,
) -> Told:
    """Do what a person asks for, who is signed in under this address; `slug` is the community that it is
    about, or empty. Nothing is done of what cannot be asked for there."""
    person = session.get_one(Person, person_id)
    community = _mine(session, person, slug) if slug else None
    may = HERE if slug else ANYWHERE
    if not said or any(one.verb not in may for one in said) or (slug and community is None):
        return NOTHING
    asked = Asked(
        session=session,
        site=site,
        blobs=blobs,
        letter=_unwritten(person.name, address, now),
        inbound_id=None,
        community=community,
        verb="settings",
        token=None,
        address=address,
        person=person,
        proven=True,
        fails_policy=False,
        stewards=(),
        now=now,
    )
    if said[0].verb == "my-data":
        return own_data.my_data(asked)
    if said[0].verb == "forget-me":
        return own_data.forget_me(asked)
    return settings.change(asked, said)


def digests(person: Person, site: Site, chosen: Mapping[str, str]) -> list[Command]:
    """What differs from how somebody's digests come, as what they would write; what is no setting is passed
    over."""
    unsaid = {"zone": site.zone, "language": "en"}
    said = []
    for key in digesting.KEYS:
        value = chosen.get(key, "").strip()
        try:
            values = digesting.typed(key, value) if value else {}
        except Unusable:
            continue
        now = {
            name: getattr(person, name) or unsaid.get(name, getattr(person, name))
            for name in values
        }
        if now != values:
            said.append(Command(digest_words.VERB, f"{key} {value}"))
    return said


def _mine(session: Session, person: Person, slug: str) -> Community | None:
    pairs = membership.of_person(session, person.id)
    return next((community for community, _ in pairs if community.slug == slug), None)


def _unwritten(name: str, address: str, now: datetime) -> Letter:
    """The letter that they did not write: a date, an author and no words."""
    return replace(BLANK, kind=Kind.COMMAND, authors=(Mailbox(name, address),), date=now)
