"""The community that a page is about; where the viewer may not read it, the page is not made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound

from mailhub.models import Community
from mailhub.sight import Viewer, may_list, may_read


@dataclass(frozen=True, slots=True)
class Place:
    """A community as pages show it. `parent` is (slug, name) where the viewer may know of it."""

    id: int
    slug: str
    name: str
    description: str
    readable: bool
    parent: tuple[str, str] | None = None


class Closed(Forbidden):
    """The community is listed, and its members read it: all that others see is its name."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


def listed(session: Session, slug: str, viewer: Viewer) -> Place:
    """The community of `slug`; NotFound where there is none or the viewer may not know of it."""
    row = session.execute(
        select(
            Community.id,
            Community.slug,
            Community.name,
            Community.description,
            Community.parent_id,
            may_read(viewer).label("readable"),
        ).where(Community.slug == slug, may_list(viewer))
    ).one_or_none()
    if row is None:
        raise NotFound
    if not row.readable:
        return Place(row.id, row.slug, row.name, "", False)
    parent = None
    if row.parent_id is not None:
        above = session.execute(
            select(Community.slug, Community.name).where(
                Community.id == row.parent_id, may_list(viewer)
            )
        ).one_or_none()
        parent = (above.slug, above.name) if above else None
    return Place(row.id, row.slug, row.name, row.description, True, parent)


def readable(session: Session, slug: str, viewer: Viewer) -> Place:
    """The community of `slug`, to be read; Closed where it is only listed, else NotFound."""
    place = listed(session, slug, viewer)
    if not place.readable:
        raise Closed(place)
    return place
