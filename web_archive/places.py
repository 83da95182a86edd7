"""The community that a page is about; where the viewer may not read it, the page is not made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, select
from werkzeug.exceptions import Forbidden, NotFound

from mailhub.feeds.tables import Feed
from mailhub.models import Community, Thread, constant
from mailhub.sight import Viewer, is_member, may_list, may_read
from web_archive.queries import Statement, first, kind_of, once


@dataclass(frozen=True, slots=True)
class Place:
    """A community as pages show it. `parent` is (slug, name) where the viewer may know of it; `is_open`
    says that anyone reads it, `is_mine` that the viewer is in it."""

    id: int
    slug: str
    name: str
    description: str
    readable: bool
    parent: tuple[str, str] | None = None
    is_open: bool = False
    is_mine: bool = False
    has_blog: bool = False
    has_headlines: bool = False
    joining: str = ""  # open, approval or invitation


class Closed(Forbidden):
    """The community is listed, and its members read it: all that others see is its name."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


def listed(db: Connection, slug: str, viewer: Viewer) -> Place:
    """The community of `slug`; NotFound where there is none or the viewer may not know of it."""
    row = first(db, _by_slug(kind_of(viewer)), slug=slug, person=viewer.person_id)
    if row is None:
        raise NotFound
    if not row.readable:
        return Place(row.id, row.slug, row.name, "", False, joining=row.joining)
    above = None
    if row.parent_id:
        above = first(db, _by_id(kind_of(viewer)), id=row.parent_id, person=viewer.person_id)
    parent = (above.slug, above.name) if above else None
    is_open = row.visibility == "open"
    mine = bool(row.is_mine)
    return Place(
        *(row.id, row.slug, row.name, row.description, True, parent, is_open, mine),
        has_blog=row.has_blog,
        has_headlines=row.has_headlines,
        joining=row.joining,
    )


@once
def _by_slug(viewer: Viewer) -> Statement:
    return select(
        Community.id,
        Community.slug,
        Community.name,
        Community.description,
        Community.parent_id,
        Community.visibility,
        Community.joining,
        may_read(viewer).label("readable"),
        is_member(viewer).label("is_mine"),
        exists()
        .where(Thread.community_id == Community.id, Thread.tool == constant("blog"))
        .label("has_blog"),
        exists().where(Feed.community_id == Community.id).label("has_headlines"),
    ).where(Community.slug == bindparam("slug"), may_list(viewer))


@once
def _by_id(viewer: Viewer) -> Statement:
    return select(Community.slug, Community.name).where(
        Community.id == bindparam("id"), may_list(viewer)
    )


def readable(db: Connection, slug: str, viewer: Viewer) -> Place:
    """The community of `slug`, to be read; Closed where it is only listed, else NotFound."""
    place = listed(db, slug, viewer)
    if not place.readable:
        raise Closed(place)
    return place


def elsewhere(db: Connection, community_id: int, viewer: Viewer) -> str:
    """The slug of the community where something is now; NotFound where the viewer may not read it, so
    that nobody learns from an address what has gone where."""
    row = first(db, _readable(kind_of(viewer)), id=community_id, person=viewer.person_id)
    if row is None:
        raise NotFound
    slug: str = row.slug
    return slug


@once
def _readable(viewer: Viewer) -> Statement:
    return select(Community.slug).where(Community.id == bindparam("id"), may_read(viewer))
