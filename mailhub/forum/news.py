"""What is new in discussions, for digests: one News for each thread, whatever number of posts it got, and one
more for each post whose words are told to those who take part: what they are asked, else the newest that is not
their own.

A post is new from when it went out to members, which for one that was held is later than when it was
received; what was imported never is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from mailhub.addresses import Purpose, Token
from mailhub.forum.quoting import answered
from mailhub.models import Community, Outgoing, Person, Post, PostBody, Thread
from mailhub.news import News, Said, Whole, Window, unsigned
from mailhub.outbox import went_out
from mailhub.sight import Viewer, may_read
from mailhub.site import Site

KIND = "thread"
LONGEST = 1_500  # characters of a post's words that are told
MOST_WHOLE = 100  # posts of a thread that are sent to who asks for more
_parent = aliased(Post)
_NEW = (
    select(
        Post.id,
        Post.thread_id,
        Post.community_id,
        Post.message_id,
        Post.author_id,
        Post.author_name,
        Post.received_at,
        Outgoing.created_at,
        Person.organisation,
        func.substr(PostBody.new_text, 1, LONGEST).label("text"),
        _parent.author_id.label("answered_author"),
        Thread.subject,
        Thread.started_at,
        Community.slug,
    )
    .join(Outgoing, Outgoing.post_id == Post.id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Community, Community.id == Post.community_id)
    .outerjoin(PostBody, PostBody.post_id == Post.id)
    .outerjoin(Person, Person.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.parent_id)
    .where(
        *went_out(),
        Post.gone == "",
        Thread.tool == "",
    )
    .order_by(Post.received_at, Post.id)
)
_TAKE_PART = (
    select(Post.thread_id, Post.author_id, Person.organisation)
    .join(Person, Person.id == Post.author_id)
    .where(Post.thread_id.in_(bindparam("threads", expanding=True)))
    .distinct()
)


def digest(session: Session, site: Site, window: Window) -> list[News]:
    """The discussions that began or went on, in these communities."""
    rows = session.execute(_NEW, window.bounds).all()
    threads: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        threads[row.thread_id].append(row)
    people: defaultdict[int, set[int]] = defaultdict(set)
    organisations: defaultdict[int, set[str]] = defaultdict(set)
    for thread_id, person_id, organisation in _taking_part(session, list(threads)):
        people[thread_id].add(person_id)
        organisations[thread_id].add(organisation)
    return [
        one
        for thread_id, posts in threads.items()
        for one in _told(site, posts, people[thread_id], organisations[thread_id] - {""})
    ]


def _taking_part(session: Session, threads: Sequence[int]) -> Iterable[Any]:
    for start in range(0, len(threads), 1_000):
        yield from session.execute(_TAKE_PART, {"threads": threads[start : start + 1_000]})


_NewPost = Row[*tuple[Any, ...]]


def _told(
    site: Site, posts: Sequence[_NewPost], people: set[int], organisations: set[str]
) -> Iterator[News]:
    first, last = posts[0], posts[-1]
    is_new = first.received_at <= first.started_at
    plain = first if is_new else last
    awaited = _awaited(posts)
    told_so = voices(posts, people, awaited, plain)
    told = News(
        section="discussions",
        kind=KIND,
        object_id=first.thread_id,
        community_id=first.community_id,
        at=last.received_at,
        title=first.subject,
        url="",
        is_new=is_new,
        count=len(posts) - is_new,
        by=frozenset(post.author_id or 0 for post in posts),
        people=frozenset(people),
        organisations=frozenset(organisations),
        awaited=frozenset(awaited),
        begun_by=first.author_id or 0 if is_new else 0,
        but=frozenset().union(*told_so.values()),
        posts=tuple(post.id for post in posts),
    )
    yield _in_words_of(site, plain, told)
    by_id = {post.id: post for post in posts}
    for post_id, theirs in told_so.items():
        here = replace(told, voice=post_id, only=frozenset(theirs), but=frozenset(), is_new=False)
        yield _in_words_of(site, by_id[post_id], here)


def _in_words_of(site: Site, post: _NewPost, news: News) -> News:
    return replace(
        news,
        url=site.post_url(post.slug, post.message_id),
        text=unsigned(post.text or "", post.author_name),
        author=post.author_name,
        organisation=post.organisation or "",
        answer=Token(Purpose.REPLY, post.id),
    )


def voices(
    posts: Sequence[_NewPost], people: Collection[int], awaited: Mapping[int, int], plain: _NewPost
) -> dict[int, set[int]]:
    """Who of those that take part is told the words of another post than everybody else is."""
    last = posts[-1]
    before = next((post for post in reversed(posts) if post.author_id != last.author_id), None)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for person in people:
        newest = last
        if person == last.author_id:  # the first of the thread, where that is another's
            newest = before if before is not None and plain.author_id == person else plain
        post_id = awaited.get(person) or newest.id
        if post_id != plain.id:
            found[post_id].add(person)
    return found


def _awaited(posts: Sequence[_NewPost]) -> dict[int, int]:
    """Whose post was answered with a question, and who has not written since: the last such post of each."""
    waiting: dict[int, int] = {}
    for post in posts:
        waiting.pop(post.author_id, None)
        asks = "?" in (post.text or "") and post.answered_author != post.author_id
        if post.answered_author and asks:
            waiting[post.answered_author] = post.id
    return waiting


def whole(
    session: Session, blobs: Any, person_id: int, thread_id: int, tool: str = ""
) -> Whole | None:
    """A discussion, or a thread of a tool's own, with all its posts, the first MOST_WHOLE, as text."""
    rows = session.execute(
        select(Thread.subject, Post.author_name, Post.received_at, PostBody.new_text, PostBody.text)
        .join(Post, Post.thread_id == Thread.id)
        .join(PostBody, PostBody.post_id == Post.id)
        .join(Community, Community.id == Thread.community_id)
        .where(
            Thread.id == thread_id,
            Thread.tool == tool,
            Post.gone == "",
            may_read(Viewer(person_id)),
        )
        .order_by(Post.received_at, Post.id)
        .limit(MOST_WHOLE)
    ).all()
    if not rows:
        return None
    return Whole(
        rows[0].subject,
        "",
        said=tuple(
            Said(row.author_name, row.received_at, answered(row.text, row.new_text)) for row in rows
        ),
    )
