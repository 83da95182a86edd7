"""Search, over everything or in one community: words in context, the best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from flask import Blueprint, render_template, request
from sqlalchemy import Connection, bindparam, select

from mailhub import search
from mailhub.feeds.tables import Headline
from mailhub.models import Post
from mailhub.search import Hit, Piece
from web_archive import links
from web_archive.current import hub, reading, viewer
from web_archive.discretion import hide_across
from web_archive.paging import asked_page
from web_archive.peers import bound
from web_archive.places import Place, readable
from web_archive.queries import Statement, author, many, once

PAGE = 20
LAST_PAGE = search.MAX_RANKED // PAGE

views = Blueprint("finding", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A hit as the page shows it; `author` is empty for a paper."""

    kind: str
    title: str
    address: str
    author: str
    community: str
    slug: str
    at: datetime
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the search is narrowed to: a kind of thing, "" for all; the days from and up to which; a part of an author's name;
    titles alone."""

    kind: str
    since: date | None
    until: date | None
    by: str
    in_titles: bool

    @classmethod
    def of(cls, given: Mapping[str, str], kinds: Mapping[str, str]) -> Filters:
        """As the form of the page says; what it cannot say is passed over."""
        kind = given.get("kind", "")
        return cls(
            kind if kind in kinds else "",
            _day(given.get("since")),
            _day(given.get("until")),
            " ".join(_printable(given.get("by", "")[:100]).split()),
            given.get("titles") == "1",
        )

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when, and before when, in UTC."""
        since = datetime.combine(self.since, time(), UTC) if self.since else None
        until = self.until + timedelta(days=1) if self.until else None
        return since, datetime.combine(until, time(), UTC) if until else None

    @property
    def query(self) -> str:
        """As it goes behind the words in an address."""
        said: dict[str, object] = {"kind": self.kind, "since": self.since, "until": self.until}
        said |= {"by": self.by, "titles": 1 if self.in_titles else ""}
        return "".join(f"&{key}={quote(str(value))}" for key, value in said.items() if value)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


@views.get("/search")
def everywhere() -> str:
    """What is found in all communities that the viewer may read."""
    with reading() as db:
        return _page(db, None)


@views.get("/c/<slug:slug>/search")
def within(slug: str) -> str:
    """What is found in one community."""
    with reading() as db:
        return _page(db, readable(db, slug, viewer()))


def _page(db: Connection, place: Place | None) -> str:
    question = " ".join(request.args.get("q", "")[:200].split())
    page = asked_page(LAST_PAGE)
    asked = Filters.of(request.args, hub().words["search_kinds"])
    if question:
        bound(hub().limits.searching, except_near=True)
    start = (page - 1) * PAGE
    found = search.find_in(
        db,
        viewer(),
        question,
        place.id if place else None,
        kind=asked.kind or None,
        limit=PAGE,
        offset=start,
        period=asked.period,
        by=asked.by,
        in_titles=asked.in_titles,
    )
    return render_template(
        "search_in_community.html" if place else "search.html",
        place=place,
        question=question,
        entries=_entries(db, found.hits),
        found=found,
        asked=asked,
        page=page,
        more=start + PAGE < found.total,
    )


def _entries(db: Connection, hits: tuple[Hit, ...]) -> list[Entry]:
    ids = [hit.object_id for hit in hits if hit.kind == "post"]
    headlines = [hit.object_id for hit in hits if hit.kind == "headline"]
    told = {row.id: row.url for row in (many(db, _headlines(), ids=headlines) if headlines else ())}
    posts = {row.id: row for row in (many(db, _posts(), ids=ids) if ids else ())}
    entries = []
    for hit in hits:
        if hit.kind not in ("post", *_PAGES):
            continue
        author, address = "", ""
        if hit.kind in _PAGES:
            address = _PAGES[hit.kind](hit.community, hit.object_id)
        if hit.kind == "post":
            if hit.object_id not in posts:
                continue
            author = posts[hit.object_id].author_name
            address = links.post(hit.community, posts[hit.object_id].message_id)
        elif hit.kind == "headline":
            address = told.get(hit.object_id) or address
        snippet = _snippet(hit, author)
        entries.append(
            Entry(
                hit.kind,
                hit.title,
                address,
                author,
                hit.community_name,
                hit.community,
                hit.at,
                snippet,
            )
        )
    return entries


# Where what is no post is shown; each tool puts its own kind into the search.
_PAGES: dict[str, Callable[[str, int], str]] = {
    "document": links.document,
    "event": links.event,
    "headline": lambda slug, _: links.headlines(slug),
}


def _snippet(hit: Hit, author: str) -> list[Piece]:
    """The words around, without addresses, and without the author's name that is found first."""
    shown = hide_across([piece.text for piece in hit.snippet])
    pieces = [Piece(text, piece.found) for text, piece in zip(shown, hit.snippet, strict=True)]
    if author and pieces and not pieces[0].found:
        pieces[0] = Piece(pieces[0].text.removeprefix(author).lstrip(), False)
    return pieces


@once
def _posts() -> Statement:
    return select(Post.id, Post.message_id, author().label("author_name")).where(
        Post.id.in_(bindparam("ids", expanding=True))
    )


@once
def _headlines() -> Statement:
    return select(Headline.id, Headline.url).where(
        Headline.id.in_(bindparam("ids", expanding=True))
    )
