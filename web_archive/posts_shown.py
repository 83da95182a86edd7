"""Posts as pages show them: rows of many at once, each rendered one kept.

No query per post: the rows of a thread are one query, and the words and papers of those that are not
kept yet are two more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import render_template
from markupsafe import Markup
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailhub.library.tables import Filing, Version
from mailhub.models import Person, Post, PostBody
from web_archive import links
from web_archive.current import hub
from web_archive.mail_writer import Shown
from web_archive.places import Place
from web_archive.post_text import render
from web_archive.safe_html import TooLarge, make_safe

_FORWARDED = ("fw:", "fwd:", "wg:", "tr:", "doorst:", "enc:")


class PostRow(NamedTuple):
    """What a page needs of a post besides its words."""

    id: int
    parent_id: int | None
    message_id: str
    author_name: str
    subject: str
    received_at: datetime
    organisation: str | None


def rows(session: Session, criterion: ColumnElement[bool]) -> list[PostRow]:
    """The posts that meet the criterion, in the order received."""
    found = session.execute(
        select(
            Post.id,
            Post.parent_id,
            Post.message_id,
            Post.author_name,
            Post.subject,
            Post.received_at,
            Person.organisation,
        )
        .outerjoin(Person, Person.id == Post.author_id)
        .where(criterion)
        .order_by(Post.received_at, Post.id)
    )
    return [PostRow(*row) for row in found]


def rendered(
    session: Session, place: Place, wanted: Sequence[PostRow], thread: Sequence[PostRow]
) -> dict[int, Markup]:
    """Each wanted post as HTML, by its id. `thread` holds at least their parents."""
    kept = hub().posts
    done = {row.id: kept.get((row.id, place.slug)) for row in wanted}
    missing = [row for row in wanted if done[row.id] is None]
    if missing:
        ids = [row.id for row in missing]
        bodies = _bodies(session, ids)
        papers = _papers(session, ids)
        known = {row.id: row for row in thread}
        for row in missing:
            parent = known.get(row.parent_id) if row.parent_id else None
            html = Markup(
                render_template(
                    "_post.html",
                    place=place,
                    post=row,
                    parent=parent,
                    body=_body(place, row, *bodies[row.id]),
                    papers=papers.get(row.id, ()),
                    reply=_reply(place, row),
                )
            )
            kept.put((row.id, place.slug), html)
            done[row.id] = html
    return {number: html for number, html in done.items() if html is not None}


def _bodies(session: Session, ids: list[int]) -> dict[int, tuple[str, str, str]]:
    found = session.execute(
        select(PostBody.post_id, PostBody.text, PostBody.new_text, PostBody.html).where(
            PostBody.post_id.in_(ids)
        )
    )
    return {row.post_id: (row.text, row.new_text, row.html) for row in found}


def _papers(session: Session, ids: list[int]) -> dict[int, list[Any]]:
    found = session.execute(
        select(
            Filing.post_id,
            Filing.filename,
            Version.number,
            Version.media_type,
            Version.size,
            Version.document_id,
        )
        .join(Version, Version.id == Filing.version_id)
        .where(Filing.post_id.in_(ids))
        .order_by(Filing.post_id, Filing.rank)
    )
    papers: dict[int, list[Any]] = {}
    for row in found:
        papers.setdefault(row.post_id, []).append(row)
    return papers


def _body(place: Place, post: PostRow, text: str, new_text: str, html: str) -> Markup:
    """The words of a post: its HTML made safe, else its text."""
    words = hub().words
    if html:
        shown = Shown(
            picture=lambda content_id: links.picture(place.slug, post.id, content_id),
            earlier=words["earlier"],
            table=words["table"],
            fold=not post.subject.lower().startswith(_FORWARDED),
        )
        try:
            return Markup(make_safe(html, shown))
        except TooLarge:
            pass
    return Markup(render(text, new_text, words["earlier"]))


def _reply(place: Place, post: PostRow) -> str:
    """A mailto that answers a post (RFC 6068). Its address names the post, for the programs that
    ignore In-Reply-To."""
    subject = post.subject if post.subject[:3].lower() == "re:" else f"Re: {post.subject}"
    return (
        f"mailto:{hub().site.reply_address(place.slug, post.id)}?subject={quote(subject, safe='')}"
        f"&In-Reply-To={quote(f'<{post.message_id}>', safe='')}"
    )
