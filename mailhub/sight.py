"""What a person may see, as one SQL criterion; every query that shows anything uses it.

An open community is read by anyone; a closed one is listed, and its members read; a secret one is
known to its members alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select

from mailhub.models import Community, Membership


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a person, or a stranger (None)."""

    person_id: int | None = None


STRANGER = Viewer()


def may_read(viewer: Viewer) -> ColumnElement[bool]:
    """Criterion on Community: the viewer may read what is in it."""
    return or_(Community.visibility == "open", is_member(viewer))


def may_list(viewer: Viewer) -> ColumnElement[bool]:
    """Criterion on Community: the viewer may know that it exists."""
    return or_(Community.visibility != "secret", is_member(viewer))


def is_member(viewer: Viewer) -> ColumnElement[bool]:
    """Criterion on Community: the viewer is in it."""
    if viewer.person_id is None:
        return false()
    return Community.id.in_(
        select(Membership.community_id).where(Membership.person_id == viewer.person_id)
    )
