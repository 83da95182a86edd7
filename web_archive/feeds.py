"""Atom feeds (RFC 4287) of every list of the archive: latest posts, new discussions, one discussion, papers; of one
community, and of all that are open."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response
from sqlalchemy import Connection, bindparam, select
from werkzeug.exceptions import NotFound

from mailhub.models import Community, Post, PostBody, Thread, constant
from mailhub.sight import STRANGER, Viewer, is_member, may_read
from web_archive import links
from web_archive.atom import Entry, answer
from web_archive.current import hub, reader, reading, viewer
from web_archive.library import papers_of
from web_archive.places import Place, readable
from web_archive.queries import Record, Statement, author, first, kind_of, many, once

ENTRIES = 30

views = Blueprint("feeds", __name__)


@views.get("/c/<slug:slug>/atom.xml")
def feed(slug: str) -> Response:
    """The latest posts of a community, the newest first."""
    with reading() as db:
        place = readable(db, slug, viewer())
        posts = many(db, _latest(), community=place.id)
    entries = [_entry(slug, row) for row in posts]
    at = links.feed(slug), links.community(slug)
    return answer(place.name, place.description, at, entries)


@views.get("/c/<slug:slug>/threads/atom.xml")
def threads(slug: str) -> Response:
    """New discussions, each with its first words."""
    with reading() as db:
        place = readable(db, slug, viewer())
        begun = many(db, _begun(), community=place.id)
    entries = [_entry(slug, row) for row in begun]
    at = links.feed_of_threads(slug), links.threads(slug)
    return answer(_titled("new_threads", place), place.description, at, entries)


@views.get("/c/<slug:slug>/threads/<number:thread_id>/atom.xml")
def thread(slug: str, thread_id: int) -> Response:
    """The latest posts of one discussion."""
    with reading() as db:
        place = readable(db, slug, viewer())
        subject = _subject(db, place, thread_id)
        posts = many(db, _posts_of(), thread=thread_id)
    entries = [_entry(slug, row) for row in posts]
    at = links.feed_of_thread(slug, thread_id), links.thread(slug, thread_id)
    return answer(subject, place.name, at, entries)


@views.get("/c/<slug:slug>/library/atom.xml")
def library(slug: str) -> Response:
    """The papers, the latest changed first."""
    with reading() as db:
        place = readable(db, slug, viewer())
        papers = papers_of(db, place, 0, ENTRIES)
    entries = [
        Entry(row.title, links.document(slug, row.id), row.filed_by or "", row.changed_at)
        for row in papers
    ]
    at = links.feed_of_library(slug), links.library(slug)
    return answer(_titled("papers", place), place.description, at, entries)


@views.get("/c/<slug:slug>/blog/atom.xml")
def blog(slug: str) -> Response:
    """The latest entries of a community's blogs."""
    with reading() as db:
        place = readable(db, slug, viewer())
        posts = many(db, _entries(False), community=place.id)
    at = links.feed_of_blog(slug), links.blog(slug)
    return answer(_titled("blogs", place), place.description, at, _of_blog(slug, posts))


@views.get("/c/<slug:slug>/blog/by/<number:person_id>/atom.xml")
def blog_of(slug: str, person_id: int) -> Response:
    """The latest entries of one author."""
    with reading() as db:
        place = readable(db, slug, viewer())
        posts = many(db, _entries(True), community=place.id, author=person_id)
    if not posts:
        raise NotFound
    at = links.feed_of_blog(slug, person_id), links.blog_of(slug, person_id)
    return answer(posts[0].author_name, place.name, at, _of_blog(slug, posts))


@views.get("/atom.xml")
def everything() -> Response:
    """The latest posts of all communities that are open, for whoever asks; by somebody's secret link, those of their
    own communities."""
    by_link = reader()
    looks = by_link[1] if by_link else STRANGER
    with reading() as db:
        posts = many(db, _everywhere(kind_of(looks)), person=looks.person_id)
    entries = [_entry(row.slug, row) for row in posts]
    return answer(hub().settings.domain, "", ("/atom.xml", "/"), entries)


def _subject(db: Connection, place: Place, thread_id: int) -> str:
    row = first(db, _thread(), thread=thread_id, community=place.id)
    if row is None:
        raise NotFound
    return str(row.subject)


def _titled(key: str, place: Place) -> str:
    return f"{place.name}: {hub().words['feeds'][key]}"


def _entry(slug: str, row: Record) -> Entry:
    path = links.post(slug, row.message_id)
    return Entry(row.subject, path, row.author_name, row.received_at, row.new_text)


def _of_blog(slug: str, posts: Sequence[Record]) -> list[Entry]:
    """Entries under the addresses of their pages."""
    return [
        Entry(
            row.subject,
            links.entry(slug, row.thread_id),
            row.author_name,
            row.received_at,
            row.new_text,
        )
        for row in posts
    ]


def _rows() -> Statement:
    return (
        select(
            Post.message_id,
            Post.subject,
            author().label("author_name"),
            Post.received_at,
            PostBody.new_text,
        )
        .join(PostBody, PostBody.post_id == Post.id)
        .where(Post.gone != "removed")
        .order_by(Post.received_at.desc(), Post.id.desc())
        .limit(ENTRIES)
    )


@once
def _latest() -> Statement:
    return _rows().where(Post.community_id == bindparam("community"))


@once
def _posts_of() -> Statement:
    return _rows().where(Post.thread_id == bindparam("thread"))


@once
def _begun() -> Statement:
    """The first posts of the discussions that began last. A discussion has no first post by name: the
    earliest is asked for."""
    begun = (
        select(Thread.id)
        .where(
            Thread.community_id == bindparam("community"),
            Thread.merged_into_id.is_(None),
            Thread.tool == "",
        )
        .order_by(Thread.started_at.desc(), Thread.id.desc())
        .limit(ENTRIES)
    )
    earliest = (
        select(Post.id)
        .where(Post.thread_id == Thread.id)
        .order_by(Post.received_at, Post.id)
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    return _rows().where(Post.id.in_(select(earliest).where(Thread.id.in_(begun))))


@once
def _entries(of_one: bool) -> Statement:
    query = (
        _rows()
        .add_columns(Post.thread_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.community_id == bindparam("community"),
            Thread.tool == constant("blog"),
            Post.parent_id.is_(None),
        )
    )
    return query.where(Post.author_id == bindparam("author")) if of_one else query


@once
def _thread() -> Statement:
    return select(Thread.subject).where(
        Thread.id == bindparam("thread"),
        Thread.community_id == bindparam("community"),
        Thread.merged_into_id.is_(None),
    )


@once
def _everywhere(looks: Viewer) -> Statement:
    """The latest posts of those written to last, of open communities alone or of one's own."""
    chosen = may_read(STRANGER) if looks.person_id is None else is_member(looks)
    newest = (
        select(Community.id)
        .where(chosen, Community.last_post_at.is_not(None))
        .order_by(Community.last_post_at.desc())
        .limit(ENTRIES)
    )
    return (
        _rows()
        .add_columns(Community.slug)
        .join(Community, Community.id == Post.community_id)
        .where(Post.community_id.in_(newest))
    )
