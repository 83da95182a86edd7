"""Posts to take along: an mbox of a community or of a month, and one mail as it came.

Members get the mails as they came, without tokens of ours that act in somebody's name. Strangers get the words of each
under its author's name, without any address: what hides in encodings and headers could not be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Integer, and_, bindparam, or_, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound, ServiceUnavailable

from mailhub import mbox
from mailhub.compose import headers, private
from mailhub.models import Inbound, Post, PostBody, RawMail
from mailhub.models.base import Moment
from web_archive.current import Hub, hub, reading, viewer
from web_archive.discretion import hide
from web_archive.headers import ALONE
from web_archive.months import bounds
from web_archive.peers import bound
from web_archive.places import Closed, Place, readable
from web_archive.queries import Record, Statement, author, first, many, once

AT_ONCE = 50
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
NOWHERE = "hidden.invalid"  # RFC 2606
LONGEST = 500  # characters of a header

views = Blueprint("mboxes", __name__)


@views.get("/c/<slug:slug>/archive.mbox")
def whole(slug: str) -> Response:
    """Everything written in a community."""
    return _mbox(slug, slug, FIRST, LAST)


@views.get("/c/<slug:slug>/threads/<month:month>/archive.mbox")
def of_month(slug: str, month: str) -> Response:
    """What was written in a month."""
    return _mbox(slug, f"{slug}-{month}", *bounds(month))


@views.get("/c/<slug:slug>/raw/<number:post_id>")
def raw(slug: str, post_id: int) -> Response:
    """The mail of a post as it came, for members alone: its header is full of addresses."""
    with reading() as db:
        place = readable(db, slug, viewer())
        if not place.is_mine:
            raise Closed(place)
        row = first(db, _one(), post=post_id, community=place.id)
    if row is None:
        raise NotFound
    response = Response(private.mail(row.raw, hub().site), mimetype="message/rfc822")
    return _alone(response, f"{slug}-{post_id}.eml")


def _mbox(slug: str, name: str, begins: datetime, ends: datetime) -> Response:
    with reading() as db:
        place = readable(db, slug, viewer())
    bound(hub().limits.downloading, except_near=True)
    shared = hub()  # what is written while it is read, is written without the request
    mails = (_kept if place.is_mine else _told)(shared, place, begins, ends)
    # A slow reader holds a thread for as long as it reads.
    if not hub().limits.whole_archives.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=30)
    response = Response(mails, mimetype="application/mbox")
    response.call_on_close(hub().limits.whole_archives.release)
    return _alone(response, f"{name}.mbox")


def _alone(response: Response, name: str) -> Response:
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _kept(shared: Hub, place: Place, begins: datetime, ends: datetime) -> Iterator[bytes]:
    for row in _walk(shared, _raws(), place, begins, ends):
        raw = private.mail(row.raw, shared.site)
        yield mbox.written(row.mail_from, row.received_at, raw)


def _told(shared: Hub, place: Place, begins: datetime, ends: datetime) -> Iterator[bytes]:
    for row in _walk(shared, _words(), place, begins, ends):
        yield mbox.written("", row.received_at, _mail(row))


def _walk(
    shared: Hub, statement: Statement, place: Place, begins: datetime, ends: datetime
) -> Iterator[Record]:
    """Some rows at a time, each lot with a connection of its own: a slow reader keeps none."""
    given: dict[str, Any] = {"community": place.id, "ends": ends, "most": AT_ONCE}
    at, number = begins, 0
    while True:
        with shared.database.engine.connect() as db:
            rows = many(db, statement, **given, at=at, number=number)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        at, number = rows[-1].received_at, rows[-1].id


def _mail(row: Record) -> bytes:
    """A post without addresses, as a plain mail."""
    name = _line(hide(row.author_name)) or "Unknown"
    fields = [
        headers.raw("From", headers.mailbox(name, f"hidden@{NOWHERE}")),
        headers.raw("Date", format_datetime(row.received_at)),
        headers.field("Subject", _line(hide(row.subject))),
        headers.identified("Message-ID", row.message_id),
    ]
    if row.parent:
        fields += [headers.identified(one, row.parent) for one in ("In-Reply-To", "References")]
    mail = EmailMessage()
    mail.set_content(hide(row.text), cte="quoted-printable")
    return headers.above(fields, mail)


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:LONGEST].strip()


@once
def _one() -> Statement:
    return (
        select(RawMail.raw)
        .join(Post, Post.inbound_id == RawMail.inbound_id)
        .where(
            Post.id == bindparam("post"),
            Post.community_id == bindparam("community"),
            Post.gone == "",
        )
    )


def _after() -> Any:
    """Posts of a community behind one of them, up to a time."""
    at = bindparam("at", type_=Moment())
    behind = or_(Post.received_at > at, and_(Post.received_at == at, Post.id > bindparam("number")))
    return and_(
        Post.community_id == bindparam("community"),
        Post.received_at < bindparam("ends", type_=Moment()),
        Post.received_at >= at,
        behind,
        Post.gone != "removed",
    )


@once
def _raws() -> Statement:
    return (
        select(Post.id, Post.received_at, Inbound.mail_from, RawMail.raw)
        .join(Inbound, Inbound.id == Post.inbound_id)
        .join(RawMail, RawMail.inbound_id == Inbound.id)
        .where(_after())
        .order_by(Post.received_at, Post.id)
        .limit(bindparam("most", type_=Integer))
    )


@once
def _words() -> Statement:
    parent = aliased(Post)
    return (
        select(
            Post.id,
            Post.received_at,
            Post.message_id,
            Post.subject,
            author().label("author_name"),
            parent.message_id.label("parent"),
            PostBody.text,
        )
        .join(PostBody, PostBody.post_id == Post.id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(_after())
        .order_by(Post.received_at, Post.id)
        .limit(bindparam("most", type_=Integer))
    )
