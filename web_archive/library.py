"""A community's papers: the list, one paper with its versions, and the versions to be downloaded.

A paper is a stranger's file: it goes out as a download under a type from a short list, never sniffed,
and could it be opened in the site's origin after all, its policy lets it do nothing there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, func, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from mailhub.library import versions
from mailhub.library.tables import Document, Filing, Version
from mailhub.models import Person, Post, Thread
from web_archive.current import hub, reading, viewer
from web_archive.paging import asked_page
from web_archive.paper_words import may_have_words
from web_archive.places import Place, readable
from web_archive.queries import Record, Statement, first, many, once

PAGE = 40
OTHER = "File"  # what no table of types has

Brought = aliased(Version)  # whatever version a post brought

views = Blueprint("library", __name__)


@views.get("/c/<slug:slug>/library/")
def library(slug: str) -> str:
    """The papers, the latest changed first or by title; of one type, of one discussion."""
    page = asked_page()
    start = (page - 1) * PAGE
    order = "title" if request.args.get("order") == "title" else "changed"
    types: dict[str, str] = hub().words["types"]
    with reading() as db:
        place = readable(db, slug, viewer())
        there = [row.media_type for row in many(db, _types(), community=place.id)]
        kinds = {types.get(one, OTHER) for one in there}
        kind = request.args.get("type", "")
        kind = kind if kind in kinds else ""
        thread = _thread_of(db, place, request.args.get("thread", ""))
        of = [one for one in there if not kind or types.get(one, OTHER) == kind]
        given = {"thread": thread.id} if thread else {}
        if kind:
            given["types"] = of
        statement = _papers(order, bool(kind), thread is not None)
        found = many(db, statement, community=place.id, start=start, most=PAGE + 1, **given)
    if start and not found:
        raise NotFound
    asked = {"order": order if order != "changed" else "", "type": kind}
    asked["thread"] = str(thread.id) if thread else ""
    return render_template(
        "library.html",
        place=place,
        papers=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        kinds=sorted(kinds),
        kind=kind,
        order=order,
        thread=thread,
        filters="".join(f"&{key}={quote(value)}" for key, value in asked.items() if value),
    )


def _thread_of(db: Connection, place: Place, number: str) -> Record | None:
    if not (number.isdecimal() and len(number) <= 9):
        return None
    return first(db, _thread(), thread=int(number), community=place.id)


@views.get("/c/<slug:slug>/library/<number:document_id>")
def document(slug: str, document_id: int) -> str:
    """One paper: its versions, who filed them, in which discussion."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _versions(), document=document_id, community=place.id)
    if not found:
        raise NotFound
    return render_template(
        "document.html",
        place=place,
        document=found[0],
        versions=found,
        compared={
            new.number
            for new, old in pairwise(found)
            if may_have_words(new) and may_have_words(old)
        },
    )


def papers_of(db: Connection, place: Place, start: int, limit: int) -> list[Record]:
    """The papers of a community, the latest changed first, each with its latest version."""
    statement = _papers("changed", False, False)
    return many(db, statement, community=place.id, start=start, most=limit)


@once
def _thread() -> Statement:
    return select(Thread.id, Thread.subject).where(
        Thread.id == bindparam("thread"), Thread.community_id == bindparam("community")
    )


@once
def _types() -> Statement:
    """The types of all the papers as they stand."""
    return (
        select(Version.media_type)
        .join(Document, _is_latest())
        .where(Document.community_id == bindparam("community"))
        .distinct()
    )


def _is_latest() -> ColumnElement[bool]:
    return and_(Version.document_id == Document.id, Version.number == Document.version_count)


@once
def _papers(order: str, of_types: bool, of_thread: bool) -> Statement:
    orders: dict[str, tuple[Any, ...]] = {
        "changed": (Document.changed_at.desc(), Document.id.desc()),
        "title": (func.lower(Document.title), Document.id),
    }
    query = (
        select(
            Document.id,
            Document.title,
            Document.changed_at,
            Document.version_count,
            Version.media_type,
            Version.size,
            Person.name.label("filed_by"),
        )
        .join(Version, _is_latest())
        .outerjoin(Person, Person.id == Version.filed_by_id)
        .where(Document.community_id == bindparam("community"))
        .order_by(*orders[order])
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )
    if of_types:
        query = query.where(Version.media_type.in_(bindparam("types", expanding=True)))
    if of_thread:
        here = (
            select(Brought.document_id)
            .join(Filing, Filing.version_id == Brought.id)
            .join(Post, Post.id == Filing.post_id)
            .where(Post.thread_id == bindparam("thread"))
        )
        query = query.where(Document.id.in_(here))
    return query


@once
def _versions() -> Statement:
    return (
        versions()
        .add_columns(
            Version.text_state, Person.organisation, Post.message_id, Post.subject, Post.thread_id
        )
        .outerjoin(Post, Post.id == Version.post_id)
        .where(
            Document.id == bindparam("document"), Document.community_id == bindparam("community")
        )
        .order_by(Version.number.desc())
    )
