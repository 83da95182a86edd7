"""Strangers' files as they go out: papers as downloads, the pictures of a post, its whole text.

A file never opens in the site's origin: a paper is always a download, under its own type only where that is on a short
list; a picture is one by its first octets, whatever it calls itself. Both carry a policy under which nothing runs.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file
from sqlalchemy import Connection, bindparam, select
from werkzeug.exceptions import NotFound

from mailhub.blobs import NoSuchBlob
from mailhub.library.tables import Document, Version
from mailhub.models import Post, PostBody, RawMail
from mailhub.reading import read
from web_archive.current import hub, reading, viewer
from web_archive.discretion import hide
from web_archive.headers import ALONE
from web_archive.peers import bound
from web_archive.pictures import NO_PICTURE, Picture, find, named, names_of
from web_archive.places import readable
from web_archive.queries import Statement, first, once

# Types that a browser shows or hands on without running anything; all others are octets.
SAFE_TYPES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/rtf",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/zip",
        "image/gif",
        "image/jpeg",
        "image/png",
        "text/csv",
        "text/plain",
    }
)

views = Blueprint("downloads", __name__)


@views.get("/c/<slug:slug>/library/<number:document_id>/<number:number>/<anything:filename>")
def version(slug: str, document_id: int, number: int, filename: str) -> Response:
    """One version of a paper. The name in the address is for people; the numbers decide."""
    with reading() as db:
        place = readable(db, slug, viewer())
        row = first(db, _version(), document=document_id, community=place.id, number=number)
    if row is None:
        raise NotFound
    bound(hub().limits.downloading, except_near=True)
    try:
        file = hub().blobs.open(row.sha256)
    except NoSuchBlob:
        raise NotFound from None
    kind = row.media_type if row.media_type in SAFE_TYPES else "application/octet-stream"
    name = "".join(letter for letter in row.filename if letter.isprintable()) or "file"
    response = send_file(file, kind, as_attachment=True, download_name=name, etag=row.sha256)
    response.content_length = row.size
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    if (
        response.status_code == 200 and request.method == "GET"
    ):  # all of it, and not for the second time
        hub().readings.note(document_id, request.headers.get("User-Agent", ""))
    return response


@views.get("/c/<slug:slug>/picture/<number:post_id>/<anything:content_id>")
def picture(slug: str, post_id: int, content_id: str) -> Response:
    """A picture that the words of a post show, by its Content-ID (RFC 2392)."""
    with reading() as db:
        place = readable(db, slug, viewer())
        row = first(db, _mail(), post=post_id, community=place.id)
        if row is None:
            raise NotFound
        found = _found(db, post_id, row.inbound_id, content_id)
    if found is NO_PICTURE:
        raise NotFound
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Content-Disposition"] = "inline"
    response.set_etag(found.mark)
    response.make_conditional(request)
    return response


@views.get("/c/<slug:slug>/text/<number:post_id>")
def text(slug: str, post_id: int) -> Response:
    """The whole text of a post, plain: for those that are too long for a page."""
    with reading() as db:
        place = readable(db, slug, viewer())
        row = first(db, _text(), post=post_id, community=place.id)
    if row is None:
        raise NotFound
    response = Response(hide(row.text), mimetype="text/plain")
    response.headers["Content-Security-Policy"] = ALONE
    return response


def _found(db: Connection, post_id: int, inbound_id: int, content_id: str) -> Picture:
    """A picture of a post. Its mail, which may have 25 MB, is read for what it surely has, and once for all else: names
    that nobody gave cost nothing, however many are asked for."""
    names, shared = names_of(content_id), hub()
    known = shared.pictured.get(post_id)
    if known is not None and known.isdisjoint(names):
        return NO_PICTURE
    found = next((one for name in names if (one := shared.pictures.get((post_id, name)))), None)
    if found is not None:
        return found
    bound(shared.limits.picturing, except_near=True)
    row = first(db, _raw(), inbound=inbound_id)
    if row is None:
        return NO_PICTURE
    letter = read(row.raw)
    known = named(letter)
    shared.pictured.put(post_id, known)
    found = find(letter, content_id)
    for name in known.intersection(names):
        shared.pictures.put((post_id, name), found)
    return found


@once
def _version() -> Statement:
    return (
        select(Version.sha256, Version.filename, Version.media_type, Version.size)
        .join(Document, Document.id == Version.document_id)
        .where(
            Document.id == bindparam("document"),
            Document.community_id == bindparam("community"),
            Version.number == bindparam("number"),
        )
    )


@once
def _mail() -> Statement:
    return select(Post.inbound_id).where(
        Post.id == bindparam("post"),
        Post.community_id == bindparam("community"),
        Post.gone == "",  # what was removed is in the raw mail still
    )


@once
def _text() -> Statement:
    return (
        select(PostBody.text)
        .join(Post, Post.id == PostBody.post_id)
        .where(Post.id == bindparam("post"), Post.community_id == bindparam("community"))
    )


@once
def _raw() -> Statement:
    return select(RawMail.raw).where(RawMail.inbound_id == bindparam("inbound"))
