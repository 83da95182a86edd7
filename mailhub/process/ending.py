"""What was given until a day ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from mailhub import membership, notes
from mailhub.commands.asked import answerable
from mailhub.membership import By
from mailhub.models import Community, Membership
from mailhub.notes import Desk, Note
from mailhub.process.work import Tools


def roles(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: who had a role until yesterday is a contributor again. They are told, and so are those who
    look after the community."""
    with tools.database.writing() as session:
        for member in membership.roles_over(session, now.date()):
            was = member.role
            if membership.is_needed(session, member):
                membership.alter(
                    session, member, "role", {"role": was}, now, by=By("timer")
                )  # nobody else is there; so there is no end to it
                continue
            membership.alter(session, member, "role", {"role": "contributor"}, now, by=By("timer"))
            told = tuple(_told(session, member, was, now))
            notes.send(session, Desk(tools.site, tools.templates), told, now)


def _told(session: Session, member: Membership, was: str, now: datetime) -> Iterator[Note]:
    community = session.get_one(Community, member.community_id)
    theirs = membership.reached_at(session, member)
    people = {person_id: to for to, person_id in membership.facilitators(session, community.id)}
    for person_id, to in {member.person_id: theirs, **people}.items():
        facts = {"role": was, "own": person_id == member.person_id, "member": theirs}
        token = answerable(person_id, now) if person_id else None
        yield Note(
            "role-over",
            to,
            community,
            facts,
            person_id,
            token=token,
            cause=("role-over", f"{community.slug} {member.id}"),
            automatic=False,
            duty=True,
        )
