"""A community's papers: the list, one paper with its versions, and the versions to be downloaded.

A paper is a stranger's file: it goes out as a download under a type from a short list, never sniffed,
and could it be opened in the site's origin after all, its policy lets it do nothing there.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import Connection, Integer, bindparam, select
from werkzeug.exceptions import NotFound

from mailhub.library.tables import Document, Version
from mailhub.models import Person, Post
from web_archive.current import reading, viewer
from web_archive.places import Place, readable
from web_archive.queries import Record, Statement, first, many, once

PAGE = 40

views = Blueprint("library", __name__)


@views.get("/c/<slug:slug>/library/")
def library(slug: str) -> str:
    """The papers, the latest changed first."""
    page = request.args.get("page", "1")
    if not (page.isdecimal() and len(page) <= 4 and int(page) >= 1):
        raise NotFound
    start = (int(page) - 1) * PAGE
    with reading() as db:
        place = readable(db, slug, viewer())
        found = papers_of(db, place, start, PAGE + 1)
    if start and not found:
        raise NotFound
    return render_template(
        "library.html", place=place, papers=found[:PAGE], page=int(page), more=len(found) > PAGE
    )


@views.get("/c/<slug:slug>/library/<number:document_id>")
def document(slug: str, document_id: int) -> str:
    """One paper: its versions, who filed them, in which discussion."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = first(db, _document(), document=document_id, community=place.id)
        if found is None:
            raise NotFound
        versions = many(db, _versions(), document=document_id)
    return render_template("document.html", place=place, document=found, versions=versions)


def papers_of(db: Connection, place: Place, start: int, limit: int) -> list[Record]:
    """The papers of a community, the latest changed first, each with its latest version."""
    return many(db, _papers(), community=place.id, start=start, most=limit)


@once
def _papers() -> Statement:
    return (
        select(
            Document.id,
            Document.title,
            Document.changed_at,
            Document.version_count,
            Version.media_type,
            Version.size,
            Person.name.label("filed_by"),
        )
        .join(
            Version,
            (Version.document_id == Document.id) & (Version.number == Document.version_count),
        )
        .outerjoin(Person, Person.id == Version.filed_by_id)
        .where(Document.community_id == bindparam("community"))
        .order_by(Document.changed_at.desc(), Document.id.desc())
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )


@once
def _document() -> Statement:
    return select(Document.id, Document.title).where(
        Document.id == bindparam("document"), Document.community_id == bindparam("community")
    )


@once
def _versions() -> Statement:
    return (
        select(
            Version.number,
            Version.filename,
            Version.media_type,
            Version.size,
            Version.filed_at,
            Version.note,
            Person.name.label("filed_by"),
            Person.organisation,
            Post.message_id,
            Post.subject,
        )
        .outerjoin(Person, Person.id == Version.filed_by_id)
        .outerjoin(Post, Post.id == Version.post_id)
        .where(Version.document_id == bindparam("document"))
        .order_by(Version.number.desc())
    )
