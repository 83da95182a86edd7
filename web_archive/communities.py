"""The front page, and the front page of each community."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Row, case, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mailhub.library.tables import Document, Version
from mailhub.models import Community, Thread
from mailhub.sight import Viewer, may_list, may_read
from web_archive.current import hub, viewer
from web_archive.places import Place, listed
from web_archive.threads import latest

COMMUNITIES = 40  # on a page
RECENT = 8

views = Blueprint("communities", __name__)


@views.get("/")
def home() -> str:
    """The communities, those the viewer may read first, by their latest post; what is new."""
    page = request.args.get("page", "1")
    if not (page.isdecimal() and len(page) <= 4 and int(page) >= 1):
        raise NotFound
    start = (int(page) - 1) * COMMUNITIES
    with hub().database.reading() as session:
        found = _communities(session, viewer(), start, COMMUNITIES + 1)
        if start and not found:
            raise NotFound
        recent = _recent(session, viewer()) if not start else []
        parents = _names(session, viewer(), {row.parent_id for row in found})
    return render_template(
        "home.html",
        open=[row for row in found[:COMMUNITIES] if row.readable],
        closed=[row for row in found[:COMMUNITIES] if not row.readable],
        recent=recent,
        parents=parents,
        page=int(page),
        more=len(found) > COMMUNITIES,
    )


@views.get("/c/<slug>/")
def community(slug: str) -> str:
    """What is new in a community; of a closed one only the name."""
    with hub().database.reading() as session:
        place = listed(session, slug, viewer())
        if not place.readable:
            return render_template("closed.html", place=place)
        threads = latest(session, place, RECENT)
        papers = _papers(session, place)
        below = _below(session, place, viewer())
    return render_template(
        "community.html", place=place, threads=threads, papers=papers, below=below
    )


def _communities(session: Session, looks: Viewer, start: int, limit: int) -> list[Row[Any]]:
    can_read = may_read(looks)
    # When a closed community was last written to is nobody else's business: those go by name.
    last = case((can_read, Community.last_post_at))
    return list(
        session.execute(
            select(
                Community.slug,
                Community.name,
                case((can_read, Community.description), else_="").label("description"),
                last.label("last_post_at"),
                can_read.label("readable"),
                Community.parent_id,
            )
            .where(may_list(looks))
            .order_by(can_read.desc(), last.desc().nulls_last(), Community.name, Community.id)
            .offset(start)
            .limit(limit)
        )
    )


def _names(session: Session, looks: Viewer, ids: set[int | None]) -> dict[int, str]:
    """The names of these communities, of those that the viewer may know of."""
    found = session.execute(
        select(Community.id, Community.name).where(Community.id.in_(ids - {None}), may_list(looks))
    )
    return {row.id: row.name for row in found}


def _recent(session: Session, looks: Viewer) -> list[Row[Any]]:
    """The latest discussions of all communities that the viewer may read.

    They are in the communities with the latest posts, so that a few steps in an index suffice.
    """
    busiest = session.execute(
        select(Community.id, Community.last_post_at)
        .where(may_read(looks), Community.last_post_at.is_not(None))
        .order_by(Community.last_post_at.desc())
        .limit(RECENT)
    ).all()
    since = busiest[-1].last_post_at if len(busiest) == RECENT else None
    query = (
        select(
            Thread.id,
            Thread.subject,
            Thread.last_at,
            Thread.post_count,
            Community.slug,
            Community.name.label("community_name"),
        )
        .join(Community, Community.id == Thread.community_id)
        .where(Thread.community_id.in_([row.id for row in busiest]), may_read(looks))
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(RECENT)
    )
    if since is not None:
        query = query.where(Thread.last_at >= since)
    return list(session.execute(query))


def _papers(session: Session, place: Place) -> list[Row[Any]]:
    return list(
        session.execute(
            select(
                Document.id,
                Document.title,
                Document.changed_at,
                Document.version_count,
                Version.media_type,
                Version.size,
            )
            .join(
                Version,
                (Version.document_id == Document.id) & (Version.number == Document.version_count),
            )
            .where(Document.community_id == place.id)
            .order_by(Document.changed_at.desc(), Document.id.desc())
            .limit(RECENT // 2 + 1)
        )
    )


def _below(session: Session, place: Place, looks: Viewer) -> list[Row[Any]]:
    return list(
        session.execute(
            select(Community.slug, Community.name)
            .where(Community.parent_id == place.id, may_list(looks))
            .order_by(Community.name)
        )
    )
