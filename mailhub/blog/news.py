"""What is new in blogs, for digests: one News for each entry that came, or that was commented on; who takes part is
told the newest words of another, and everybody else what was said last to what is no longer new."""

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
from mailhub.forum.news import voices
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
        Post.subject,
        Person.organisation,
        Community.slug,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Community, Community.id == Post.community_id)
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
    entry_post = next((post for post in posts if post.id == entry.id), None)
    is_new, plain = entry_post is not None, entry_post or posts[-1]
    people = frozenset({entry.author_id, *(post.author_id for post in posts)} - {None})
    told_so = voices(posts, people, {}, plain)
    told = News(
        section="blogs",
        kind=KIND,
        object_id=entry.thread_id,
        community_id=entry.community_id,
        at=posts[-1].received_at,
        title=entry.subject,
        url=site.entry_url(entry.slug, entry.thread_id),
        is_new=is_new,
        count=len(posts) - is_new,
        by=frozenset(post.author_id or 0 for post in posts),
        people=people,
        organisations=frozenset({entry.organisation} - {None, ""}),
        had=frozenset(followers),
        begun_by=entry.author_id or 0 if is_new else 0,
        but=frozenset().union(*told_so.values()),
        posts=tuple(post.id for post in posts),
    )
    yield _in_words_of(plain, told)
    by_id = {post.id: post for post in posts}
    for post_id, theirs in told_so.items():
        here = replace(told, voice=post_id, only=frozenset(theirs), but=frozenset(), is_new=False)
        yield _in_words_of(by_id[post_id], here)


def _in_words_of(post: Any, news: News) -> News:
    return replace(
        news,
        text=unsigned(post.text or "", post.author_name),
        author=post.author_name,
        organisation=post.organisation or "",
        answer=Token(Purpose.REPLY, post.id),
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
