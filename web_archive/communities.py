"""The front page, and the front page of each community."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    bindparam,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from werkzeug.exceptions import NotFound

from mailhub.models import Community, Thread, constant
from mailhub.sight import Viewer, may_list, may_read
from web_archive.current import reading, viewer
from web_archive.events import events_of
from web_archive.library import papers_of
from web_archive.paging import asked_page
from web_archive.places import listed
from web_archive.queries import Record, Statement, kind_of, many, once
from web_archive.threads import latest

COMMUNITIES = 40  # on a page
FEW = 6  # of which nobody needs a choice
MAX_ABOUT = 100  # characters
MOST_WORDS = 5
RECENT = 8
PAPERS = 5
EVENTS = 4

views = Blueprint("communities", __name__)


@views.get("/")
def home() -> str:
    """The communities, those the viewer may read first, by their latest post or by name; those that are about some words;
    what is new."""
    page = asked_page()
    start = (page - 1) * COMMUNITIES
    asked = request.args.get("about", "")[:MAX_ABOUT].casefold()
    # Databases take no NUL and no half of a character.
    about = "".join(one if one.isprintable() else " " for one in asked).split()[:MOST_WORDS]
    by_name = request.args.get("order") == "name"
    with reading() as db:
        found = _communities(db, viewer(), start, COMMUNITIES + 1, by_name, about)
        if start and not found:
            raise NotFound
        recent = _recent(db, viewer()) if not (start or about or by_name) else []
        parents = _names(db, viewer(), {row.parent_id for row in found})
    return render_template(
        "home.html",
        open=[(row, parents.get(row.parent_id, "")) for row in found[:COMMUNITIES] if row.readable],
        closed=[row for row in found[:COMMUNITIES] if not row.readable],
        recent=recent,
        page=page,
        more=len(found) > COMMUNITIES,
        about=" ".join(about),
        by_name=by_name,
        choosing=bool(start or about or by_name) or len(found) > FEW,
    )


@views.get("/c/<slug:slug>/")
def community(slug: str) -> str:
    """What is new in a community; of a closed one only the name."""
    with reading() as db:
        place = listed(db, slug, viewer())
        if not place.readable:
            return render_template("closed.html", place=place)
        threads = latest(db, place, RECENT)
        papers = papers_of(db, place, 0, PAPERS)
        ahead = events_of(db, place, 0, EVENTS)
        looks = viewer()
        below = many(db, _below(kind_of(looks)), community=place.id, person=looks.person_id)
    return render_template(
        "community.html", place=place, threads=threads, papers=papers, events=ahead, below=below
    )


def _communities(
    db: Connection, looks: Viewer, start: int, limit: int, by_name: bool, about: list[str]
) -> list[Record]:
    """Those that the viewer reads, the latest written to first or by name, and behind them those that are only listed."""
    kind, words = kind_of(looks), len(about)
    given: dict[str, Any] = {f"word{n}": f"%{_escaped(word)}%" for n, word in enumerate(about)}
    given["person"] = looks.person_id
    found = many(db, _listing(kind, True, by_name, words), **given, start=start, most=limit)
    if len(found) == limit:
        return found
    before = start + len(found)
    if start and not found:
        before = many(db, _count(kind, words), **given)[0][0]
    first, left = max(start - before, 0), limit - len(found)
    return found + many(db, _listing(kind, False, by_name, words), **given, start=first, most=left)


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _about(words: int, readable: bool) -> list[ColumnElement[bool]]:
    """That so many words occur in a community: in what may be told of it, since of a closed one only the name is."""
    told = (Community.name, Community.slug, *([Community.description] if readable else []))
    return [
        or_(
            *(
                func.lower(one).like(bindparam(f"word{n}", type_=String), escape="\\")
                for one in told
            )
        )
        for n in range(words)
    ]


@once
def _listing(looks: Viewer, readable: bool, by_name: bool, words: int) -> Statement:
    can_read = may_read(looks)
    # When a closed community was last written to is nobody else's business: those go by name.
    told: tuple[Any, ...] = (Community.description, Community.last_post_at)
    if not readable:
        told = constant("").label("description"), null().label("last_post_at")
    # By the index on the time alone: names would have all of them sorted.
    order = (
        (Community.last_post_at.desc().nulls_last(), Community.id.desc())
        if readable and not by_name
        else (func.lower(Community.name), Community.id)
    )
    return (
        select(
            Community.slug,
            Community.name,
            *told,
            literal_column("1" if readable else "0").label("readable"),
            Community.parent_id,
        )
        .where(may_list(looks), can_read if readable else not_(can_read), *_about(words, readable))
        .order_by(*order)
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )


@once
def _count(looks: Viewer, words: int) -> Statement:
    return (
        select(func.count())
        .select_from(Community)
        .where(may_read(looks), may_list(looks), *_about(words, True))
    )


def _names(db: Connection, looks: Viewer, ids: set[int | None]) -> dict[int, str]:
    """The names of these communities, of those that the viewer may know of."""
    wanted = [number for number in ids if number is not None]
    if not wanted:
        return {}
    found = many(db, _names_query(kind_of(looks)), person=looks.person_id, ids=wanted)
    return {row.id: row.name for row in found}


@once
def _names_query(looks: Viewer) -> Statement:
    return select(Community.id, Community.name).where(
        Community.id.in_(bindparam("ids", expanding=True)), may_list(looks)
    )


def _recent(db: Connection, looks: Viewer) -> list[Record]:
    """The latest discussions of all communities that the viewer may read.

    They are in the communities with the latest posts: a few steps in the index of each suffice.
    """
    who, kind = looks.person_id, kind_of(looks)
    busiest = many(db, _busiest(kind), person=who)
    if not busiest:
        return []
    given = {f"c{n}": row.id for n, row in enumerate(busiest)}
    return many(db, _newest(kind, len(busiest)), person=who, **given)


@once
def _busiest(looks: Viewer) -> Statement:
    return (
        select(Community.id)
        .where(may_read(looks), Community.last_post_at.is_not(None))
        .order_by(Community.last_post_at.desc())
        .limit(RECENT)
    )


@once
def _newest(looks: Viewer, communities: int) -> Statement:
    of_each = (
        select(Thread.id, Thread.community_id, Thread.subject, Thread.last_at, Thread.post_count)
        .where(Thread.community_id == bindparam(f"c{number}"), Thread.tool == "")
        .order_by(Thread.last_at.desc())
        .limit(RECENT)
        .subquery()
        for number in range(communities)
    )
    threads = union_all(*(select(each) for each in of_each)).subquery()
    return (
        select(
            threads.c.id,
            threads.c.subject,
            threads.c.last_at,
            threads.c.post_count,
            Community.slug,
            Community.name.label("community_name"),
        )
        .join(Community, Community.id == threads.c.community_id)
        .where(may_read(looks))
        .order_by(threads.c.last_at.desc(), threads.c.id.desc())
        .limit(RECENT)
    )


@once
def _below(looks: Viewer) -> Statement:
    return (
        select(Community.slug, Community.name)
        .where(Community.parent_id == bindparam("community"), may_list(looks))
        .order_by(Community.name)
    )
