"""Posts as pages show them: rows of many at once, each rendered one kept.

No query per post: the rows of a thread are one query, their papers another where there are any, and the words of
those that are not kept yet a third. Posts are kept as octets and put into a page that is octets already: a
single dash that is not ASCII makes text take twice the room, and four times the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast
from urllib.parse import quote

from flask import Response, current_app
from markupsafe import Markup
from sqlalchemy import Connection, bindparam, exists, select

from mailhub.library.tables import Filing, Version
from mailhub.models import Person, Post, PostBody
from web_archive import links
from web_archive.current import hub
from web_archive.folds import led_to
from web_archive.mail_writer import Shown
from web_archive.outlines import Line
from web_archive.places import Place
from web_archive.post_text import MAX_TEXT, render
from web_archive.queries import Record, Statement, author, many, once
from web_archive.safe_html import TooLarge, make_safe

HERE = "<!--posts-->"  # where they go; nobody else can write it, since what people wrote is escaped
QCHAR = "!$()*,;:@"  # what needs no escape in a mailto (RFC 6068); a plus is read as a blank by some programs
AT_ONCE = 1_000  # posts in one query: databases bound the number of parameters
_FORWARDED = ("fw:", "fwd:", "wg:", "tr:", "doorst:", "enc:")


class PostRow(NamedTuple):
    """What a page needs of a post besides its words."""

    id: int
    parent_id: int | None
    message_id: str
    author_name: str
    subject: str
    received_at: datetime
    revision: int  # of its words
    gone: str  # why its words are not there any more
    organisation: str | None
    has_papers: bool


def rows(db: Connection, thread_id: int) -> list[PostRow]:
    """The posts of a thread, in the order received."""
    return cast("list[PostRow]", many(db, _posts(), thread=thread_id))


@once
def _posts() -> Statement:
    of_thread = shown().where(Post.thread_id == bindparam("thread"))
    return of_thread.order_by(Post.received_at, Post.id)


def shown() -> Statement:
    """What a page needs of posts besides their words: the columns of a `PostRow`."""
    return (
        select(
            Post.id,
            Post.parent_id,
            Post.message_id,
            author().label("author_name"),
            Post.subject,
            Post.received_at,
            PostBody.revision,
            Post.gone,
            Person.organisation,
            exists().where(Filing.post_id == Post.id).label("has_papers"),
        )
        .join(PostBody, PostBody.post_id == Post.id)
        .outerjoin(Person, Person.id == Post.author_id)
    )


def rendered(
    db: Connection,
    place: Place,
    wanted: Sequence[PostRow],
    thread: Sequence[PostRow] | Sequence[Line],
    *,
    together: bool = False,
) -> dict[int, bytes]:
    """Each wanted post as HTML, by its id. `thread` holds at least their parents; `together` says that they
    stand on the same page.

    A rendered post is kept under all that it was made from, so that it is never an old one; the words
    of a post that is kept are not read again.
    """
    papers = _papers_of(db, [row.id for row in wanted if row.has_papers])
    known = {row.id: row for row in thread}
    kept = hub().posts
    done: dict[int, bytes] = {}
    missing = []
    for row in wanted:
        parent = known.get(row.parent_id) if row.parent_id else None
        made_from = (place.slug, row, parent, papers.get(row.id, ()), together)
        key = (row.id, hash(made_from))
        html = kept.get(key)
        if html is None:
            missing.append((key, made_from))
        else:
            done[row.id] = html
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        bodies = many(db, _bodies(), ids=[post_id for (post_id, _), _ in some])
        by_post = {body.post_id: body for body in bodies}
        for key, made_from in some:
            html = _rendered(*made_from, by_post[key[0]]).encode()
            kept.put(key, html)
            done[key[0]] = html
    return done


def placed(page: str, entries: Sequence[tuple[int, int, bytes]]) -> Response:
    """A page with posts at its mark: the number, the depth and the HTML of each."""
    before, _, after = page.encode().partition(HERE.encode())
    posts = [b'<li id="p%d" class="post depth-%d">%b</li>\n' % entry for entry in entries]
    return Response(b"".join((before, *posts, after)), mimetype="text/html")


def _papers_of(db: Connection, ids: Sequence[int]) -> dict[int, tuple[Record, ...]]:
    papers: dict[int, tuple[Record, ...]] = {}
    for start in range(0, len(ids), AT_ONCE):
        for paper in many(db, _papers(), ids=ids[start : start + AT_ONCE]):
            papers[paper.post_id] = (*papers.get(paper.post_id, ()), paper)
    return papers


def _rendered(
    slug: str,
    post: PostRow,
    parent: PostRow | Line | None,
    papers: Sequence[Record],
    together: bool,
    body: Record,
) -> Markup:
    template = current_app.jinja_env.get_template("_post.html")
    words, is_cut = _words(slug, post, body)
    if together and parent:
        words = led_to(words, links.post(slug, post.message_id), hub().words["earlier"])
    html: Markup = template.module.shown(  # type: ignore[attr-defined]
        slug, post, parent, Markup(words), is_cut, papers, _reply(slug, post), together
    )
    return html


@once
def _bodies() -> Statement:
    return select(PostBody.post_id, PostBody.text, PostBody.new_text, PostBody.html).where(
        PostBody.post_id.in_(bindparam("ids", expanding=True))
    )


@once
def _papers() -> Statement:
    return (
        select(
            Filing.post_id,
            Filing.filename,
            Version.number,
            Version.media_type,
            Version.size,
            Version.document_id,
        )
        .join(Version, Version.id == Filing.version_id)
        .where(Filing.post_id.in_(bindparam("ids", expanding=True)))
        .order_by(Filing.post_id, Filing.rank)
    )


def _words(slug: str, post: PostRow, body: Record) -> tuple[str, bool]:
    """The words of a post as HTML: its own made safe, else its text; and whether that was cut."""
    words = hub().words
    if body.html:
        shown = Shown(
            picture=lambda content_id: links.picture(slug, post.id, content_id),
            earlier=words["earlier"],
            table=words["table"],
            fold=not post.subject.lower().startswith(_FORWARDED),
        )
        try:
            return make_safe(body.html, shown), False
        except TooLarge:
            pass
    html = render(body.text[:MAX_TEXT], body.new_text, words["earlier"])
    return html, len(body.text) > MAX_TEXT


def _reply(slug: str, post: PostRow) -> str:
    """A mailto that answers a post (RFC 6068). Its address names the post, for the programs that
    ignore In-Reply-To."""
    subject = post.subject if post.subject[:3].lower() == "re:" else f"Re: {post.subject}"
    return (
        f"mailto:{hub().site.reply_address(slug, post.id)}?subject={quote(subject, safe=QCHAR)}"
        f"&In-Reply-To={quote(f'<{post.message_id}>', safe=QCHAR)}"
    )
