"""What is new in blogs, for digests: one News for each entry that came, or that was commented on; who wrote it is
told the newest comment of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.blog.following import NAME
from mailhub.blog.tables import Follow
from mailhub.forum.news import whole as of_thread
from mailhub.models import Community, Outgoing, Person, Post, PostBody, Thread
from mailhub.news import News, Whole, Window, unsigned
from mailhub.outbox import went_out
from mailhub.site import Site

KIND = "entry"
LONGEST = 1_500  # characters of an entry's words that are told
_NEW = (
    select(
        Post.thread_id,
        Post.id,
        Post.author_id,
        Post.author_name,
        Post.received_at,
        func.substr(PostBody.new_text, 1, LONGEST).label("text"),
        Person.organisation,
    )
    .join(Outgoing, Outgoing.post_id == Post.id)
    .join(Thread, Thread.id == Post.thread_id)
    .outerjoin(PostBody, PostBody.post_id == Post.id)
    .outerjoin(Person, Person.id == Post.author_id)
    .where(
        *went_out(),
        Post.gone == "",
        Thread.tool == NAME,
    )
    .order_by(Post.received_at, Post.id)
)
_ENTRIES = (
    select(
        Post.id,
        Post.thread_id,
        Post.community_id,
        Post.author_id,
        Post.author_name,
        Post.subject,
        func.substr(PostBody.new_text, 1, LONGEST).label("text"),
        Person.organisation,
        Community.slug,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Community, Community.id == Post.community_id)
    .outerjoin(PostBody, PostBody.post_id == Post.id)
    .outerjoin(Person, Person.id == Post.author_id)
    .where(
        Post.thread_id.in_(bindparam("threads", expanding=True)),
        Post.parent_id.is_(None),
        Post.gone == "",
        Thread.tool == NAME,
    )
)
_FOLLOWERS = select(Follow.community_id, Follow.author_id, Follow.person_id).where(
    Follow.community_id.in_(bindparam("communities", expanding=True)),
    Follow.author_id.in_(bindparam("authors", expanding=True)),
)


def digest(session: Session, site: Site, window: Window) -> list[News]:
    """The entries of these communities that came, or that were commented on."""
    new: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_NEW, window.bounds):
        new[row.thread_id].append(row)
    threads = list(new)
    entries: list[Any] = []
    for start in range(0, len(threads), 1_000):
        entries += session.execute(_ENTRIES, {"threads": threads[start : start + 1_000]}).all()
    followers = _followers(session, entries)
    return [
        one
        for entry in entries
        for one in _told(
            site, entry, new[entry.thread_id], followers[entry.community_id, entry.author_id]
        )
    ]


def _told(site: Site, entry: Any, posts: list[Any], followers: set[int]) -> Iterator[News]:
    is_new = any(post.id == entry.id for post in posts)
    own = frozenset({entry.author_id} - {None})
    comment = next((post for post in reversed(posts) if post.author_id not in own), None)
    told = News(
        section="blogs",
        kind=KIND,
        object_id=entry.thread_id,
        community_id=entry.community_id,
        at=posts[-1].received_at,
        title=entry.subject,
        url=site.entry_url(entry.slug, entry.thread_id),
        text=unsigned(entry.text or "", entry.author_name),
        author=entry.author_name,
        organisation=entry.organisation or "",
        is_new=is_new,
        count=len(posts) - is_new,
        answer=Token(Purpose.REPLY, entry.id),
        by=frozenset(post.author_id or 0 for post in posts),
        people=own,
        organisations=frozenset({entry.organisation} - {None, ""}),
        had=frozenset(followers),
        begun_by=entry.author_id or 0 if is_new else 0,
        but=own if comment is not None else frozenset(),
        posts=tuple(post.id for post in posts),
    )
    yield told
    if comment is not None and own:
        yield replace(
            told,
            text=unsigned(comment.text or "", comment.author_name),
            author=comment.author_name,
            organisation=comment.organisation or "",
            is_new=False,
            answer=Token(Purpose.REPLY, comment.id),
            voice=comment.id,
            only=own,
            but=frozenset(),
        )


def _followers(session: Session, entries: list[Any]) -> defaultdict[tuple[int, int], set[int]]:
    """Who was mailed all of an entry, by its community and its author."""
    found: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    authors = sorted({entry.author_id for entry in entries if entry.author_id})
    communities = sorted({entry.community_id for entry in entries})
    for start in range(0, len(authors), 1_000):
        names = {"communities": communities, "authors": authors[start : start + 1_000]}
        for follow in session.execute(_FOLLOWERS, names):
            found[follow.community_id, follow.author_id].add(follow.person_id)
    return found


def whole(session: Session, blobs: Any, person_id: int, thread_id: int) -> Whole | None:
    """An entry with its comments, as text."""
    return of_thread(session, blobs, person_id, thread_id, tool=NAME)
