"""The first mail that a new member gets, with the own words of those who look after the community."""

from __future__ import annotations

from datetime import datetime

from mailhub.commands.asked import answerable
from mailhub.models import Community, Membership, Person
from mailhub.notes import Note


def welcome(
    community: Community,
    person: Person,
    member: Membership,
    address: str,
    now: datetime,
    *,
    in_reply_to: str = "",
) -> Note:
    """To the address by which somebody has become a member."""
    return Note(
        "welcome",
        address,
        community,
        {"person": person, "member": member, "words": community.welcome},
        person.id,
        token=answerable(person.id, now),
        in_reply_to=in_reply_to,
    )
