"""Errands: what a member asks to have changed, as it can be kept until they say yes; who has it done, and what
comes of it.

Each is done once and leaves its row in the trail, from which `undo` takes it back. How: `own_errands`,
`claiming`, `facilitating`, `arranged`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.blobs import Blobs
from mailhub.membership import LOOKING_AFTER, By
from mailhub.models import Community, Membership, Person, Thread
from mailhub.notes import Note
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be changed. `community_id` is None for all communities of the person; `thread_id`
    and `post_id` are what it is about, `change_id` what an undo takes back."""

    verb: str
    argument: str | None = None
    community_id: int | None = None
    thread_id: int | None = None
    change_id: int | None = None
    post_id: int | None = None
    begins: str | None = None  # the first day of a pause

    def kept(self) -> dict[str, Any]:
        """As a request keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of an errand, for the templates: templates/mail/_effects.txt has the words."""

    verb: str
    changed: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()  # to others


@dataclass(frozen=True, slots=True)
class Doing:
    """Who has an errand done, and when."""

    session: Session
    person: Person
    now: datetime
    by: By
    blobs: Blobs
    site: Site
    is_steward: bool = False

    def looks_after(self, community_id: int | None) -> bool:
        """Whether this person is an organiser or facilitator there."""
        if community_id is None:
            return False
        member = membership.membership_of(self.session, community_id, self.person.id)
        return member is not None and member.role in LOOKING_AFTER

    def places(self, errand: Errand) -> Sequence[tuple[Community, Membership]]:
        """The communities that an errand is about, with this person's membership."""
        pairs = membership.of_person(self.session, self.person.id)
        if errand.community_id is None:
            return pairs
        return [pair for pair in pairs if pair[0].id == errand.community_id]


Does = Callable[[Doing, Errand], Effect]


def facts(session: Session, errand: Errand) -> dict[str, Any]:
    """What the templates say of an errand, whatever comes of it."""
    said: dict[str, Any] = {
        "everywhere": errand.community_id is None,
        "place": _name(session, errand.community_id),
        "until": None,
        "begins": None,
        "thread": "",
        "why": "",
        "argument": errand.argument or "",
    }
    if errand.verb == "pause" and errand.argument:
        said["until"] = date.fromisoformat(errand.argument)
    if errand.verb == "pause" and errand.begins:
        said["begins"] = date.fromisoformat(errand.begins)
    if errand.verb == "appoint":
        address, role, until = appointment(errand)
        said |= {"address": address, "role": role, "until": until}
    if errand.thread_id:
        said["thread"] = session.get_one(Thread, errand.thread_id).subject
    return said


def _name(session: Session, community_id: int | None) -> str:
    community = session.get(Community, community_id) if community_id else None
    return community.name if community else ""


def appointment(errand: Errand) -> tuple[str, str, date | None]:
    """Who is to have which role, and until when."""
    address, role, until = [*(errand.argument or "").split(" "), "", ""][:3]
    return address, role, date.fromisoformat(until) if until else None


def refused(doing: Doing, errand: Errand, why: str) -> Effect:
    """Nothing was done, and why."""
    return Effect(errand.verb, False, facts(doing.session, errand) | {"why": why})
