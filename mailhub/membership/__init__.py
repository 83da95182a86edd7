"""Who is in a community; the only writer of people, communities and memberships."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.addresses import Purpose, Token
from mailhub.models import Address, Community, Membership, Person
from mailhub.models.communities import DELIVERIES, JOININGS, ROLES, VISIBILITIES


class Unusable(Exception):
    """A value that cannot be taken: `name` is the refusal's name, `value` what was given."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}: {value}")
        self.name = name
        self.value = value


CHOICES = {
    "visibility": VISIBILITIES,
    "joining": JOININGS,
    "strangers": ("hold", "accept", "refuse"),
    "replies": ("community", "author"),
    "footer": ("on", "off"),
    "role": ROLES,
    "delivery": DELIVERIES,
}
NUMBERS = {"subject_window": (0, 3650), "max_recipients": (1, 1000)}
TEXTS = {"name": 200, "description": 2000}


def person_of(session: Session, address: str) -> Person | None:
    """The person who has this address, in whatever capitals it is written."""
    return session.scalar(
        select(Person).join(Address).where(Address.address == addresses.fold(address))
    )


def community_of(session: Session, slug: str) -> Community | None:
    """The community of this slug."""
    return session.scalar(select(Community).where(Community.slug == slug))


def known_community(session: Session, slug: str) -> Community:
    """The community of this slug; Unusable where there is none."""
    community = community_of(session, slug)
    if community is None:
        raise Unusable("unknown-community", slug)
    return community


def setting_names() -> tuple[str, ...]:
    """What `change` can change."""
    return (*TEXTS, *(key for key in CHOICES if hasattr(Community, key)), *NUMBERS)


def setting(community: Community, key: str) -> str | int:
    """A setting of a community as `change` takes it."""
    value: str | int = getattr(community, key)
    return ("off", "on")[value] if isinstance(value, bool) else value


def alter(membership: Membership, key: str, value: str) -> None:
    """Change a member's role or delivery, from the text that a person typed."""
    if key not in ("role", "delivery"):
        raise Unusable("unknown-member-setting", key)
    setattr(membership, key, choice(key, value))


def listing(session: Session, community: Community) -> list[dict[str, Any]]:
    """Every member of a community, by address."""
    first = (
        select(Address.person_id, func.min(Address.id).label("address_id"))
        .group_by(Address.person_id)
        .subquery()
    )
    rows = session.execute(
        select(Address.address, Person.name, Person.organisation, Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(first, first.c.person_id == Person.id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first.c.address_id))
        .where(Membership.community_id == community.id)
        .order_by(Address.address)
    )
    return [
        {
            "address": address,
            "name": name,
            "organisation": organisation,
            "role": member.role,
            "delivery": member.delivery,
            "since": member.since,
        }
        for address, name, organisation, member in rows
    ]


def found(
    session: Session, slug: str, name: str, now: datetime, *, parent: str = "", **settings: str
) -> Community:
    """A new community with these settings, as `change` takes them; Unusable says why not."""
    problem = addresses.slug_problem(slug)
    if problem:
        raise Unusable(problem, slug)
    if community_of(session, slug):
        raise Unusable("slug-taken", slug)
    # `policy` beside `policy-docs`: the list of the one would be the library of the other.
    captured = [f"{slug}-{verb}" for verb in addresses.verb_names()]
    if session.scalar(select(Community.slug).where(Community.slug.in_(captured)).limit(1)):
        raise Unusable("slug-captured", slug)
    community = Community(slug=slug, created_at=now)
    if parent:
        community.parent_id = known_community(session, parent).id
    for key, value in {"name": name, **settings}.items():
        change(community, key, value)
    session.add(community)
    session.flush()
    return community


def change(community: Community, key: str, value: str) -> None:
    """Change one setting of a community, from the text that a person typed."""
    if key in CHOICES and hasattr(Community, key):
        word = choice(key, value)
        setattr(community, key, word == "on" if key == "footer" else word)
    elif key in NUMBERS:
        least, most = NUMBERS[key]
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise Unusable(f"{key}-range", value)
        setattr(community, key, int(value))
    elif key in TEXTS:
        text = " ".join(value.split())
        if (not text and key == "name") or len(text) > TEXTS[key]:
            raise Unusable(f"{key}-length", value[:50])
        setattr(community, key, text)
    else:
        raise Unusable("unknown-setting", key)


def choice(key: str, value: str) -> str:
    """One of the words that `key` can have, in any case; Unusable otherwise."""
    word = value.strip().lower()
    if word not in CHOICES[key]:
        raise Unusable(f"unknown-{key}", value)
    return word


def add(
    session: Session,
    community: Community,
    address: str,
    now: datetime,
    *,
    name: str = "",
    organisation: str = "",
    role: str = "contributor",
    delivery: str = "each",
) -> tuple[Membership, bool]:
    """Make the person of this address a member; (membership, whether it is new).

    One who is there already keeps what they have; only an empty name is filled in.
    """
    folded = addresses.fold(address)
    if not addresses.is_address(folded):
        raise Unusable("bad-address", address)
    role, delivery = choice("role", role), choice("delivery", delivery)
    person = person_of(session, folded)
    if person is None:
        person = Person(name=name, organisation=organisation, created_at=now)
        person.addresses.append(Address(address=folded, created_at=now))
        session.add(person)
        session.flush()
    else:
        person.name = person.name or name
        person.organisation = person.organisation or organisation
    present = membership_of(session, community.id, person.id)
    if present:
        return present, False
    membership = Membership(
        community_id=community.id, person_id=person.id, role=role, delivery=delivery, since=now
    )
    session.add(membership)
    session.flush()
    return membership, True


def membership_of(session: Session, community_id: int, person_id: int) -> Membership | None:
    """A person's membership in a community."""
    return session.scalar(
        select(Membership).where(
            Membership.community_id == community_id, Membership.person_id == person_id
        )
    )


def facilitators(session: Session, community_id: int) -> list[tuple[str, int | None]]:
    """(address, person) of those who look after a community: the address that they chose for it,
    else their first."""
    first = (
        select(func.min(Address.id))
        .where(Address.person_id == Membership.person_id)
        .correlate(Membership)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Address.address, Membership.person_id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first))
        .where(
            Membership.community_id == community_id,
            Membership.role.in_(("organiser", "facilitator")),
        )
        .order_by(Membership.person_id)
    )
    return [(address, person_id) for address, person_id in rows]


def remove(session: Session, community: Community, address: str) -> bool:
    """End the membership of the person of this address; False where there is none."""
    person = person_of(session, address)
    membership = membership_of(session, community.id, person.id) if person else None
    if membership is None:
        return False
    session.delete(membership)
    session.flush()
    return True


def unsubscribe(session: Session, token: Token) -> bool:
    """What a List-Unsubscribe token asks for (RFC 8058): it acts alone, and twice does no harm.

    The membership named ends; the posts of its person stay. False where it had ended before.
    """
    membership = session.get(Membership, token.object)
    if token.purpose != Purpose.UNSUBSCRIBE or membership is None:
        return False
    if membership.person_id != token.person:
        return False
    session.delete(membership)
    session.flush()
    return True
