"""Posts that waited for the one that comes now, and whether all that it changes is known.

A late parent takes the posts that named it, and those that hung on something farther. Where it is
certain that nothing else changes, no thread is built anew: that costs as much as the thread is long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from mailhub.models import Post, PostReference

MAX_LATE = 1000  # posts that one late parent takes
MAX_NAMING = 5000  # references to absent posts that are looked at for one post
MAX_ABOVE = 1000  # ancestors that are looked at for a circle

_post = Post.__table__
_reference = PostReference.__table__
_parent = aliased(Post)
_near = aliased(PostReference)
_NAMING_IT = (
    select(
        _post.c.id,
        _post.c.thread_id,
        _post.c.parent_id,
        _post.c.parent_by,
        _reference.c.rank,
        _near.rank.label("nearest"),
    )
    .select_from(_reference)
    .join(_post, _post.c.id == _reference.c.post_id)
    .outerjoin(_parent, _parent.id == _post.c.parent_id)
    .outerjoin(_near, and_(_near.post_id == _post.c.id, _near.message_id == _parent.message_id))
    .where(
        _reference.c.community_id == bindparam("community_id"),
        _reference.c.message_id == bindparam("message_id"),
    )
    .limit(MAX_LATE)
)
_BROKEN = (
    select(_post.c.id)
    .where(
        _post.c.thread_id.in_(bindparam("threads", expanding=True)), _post.c.parent_by == "circle"
    )
    .limit(1)
)
_STILL_ABSENT = (
    select(_reference.c.message_id)
    .where(
        _reference.c.post_id.in_(bindparam("ids", expanding=True)),
        _reference.c.message_id != bindparam("message_id"),
        ~exists().where(
            _post.c.community_id == _reference.c.community_id,
            _post.c.message_id == _reference.c.message_id,
        ),
    )
    .distinct()
    .limit(MAX_NAMING)
)
_named = (
    select(_reference.c.message_id, _reference.c.post_id)
    .where(
        _reference.c.community_id == bindparam("community_id"),
        _reference.c.message_id.in_(bindparam("message_ids", expanding=True)),
    )
    .limit(MAX_NAMING)
    .subquery()
)
_NAMING = select(_named.c.message_id, _post.c.id, _post.c.parent_id).join(
    _post, _post.c.id == _named.c.post_id
)
_THREADS_NAMING = select(_post.c.thread_id).join(_named, _post.c.id == _named.c.post_id).distinct()
_THREADS_WAITING = _THREADS_NAMING.where(_post.c.parent_id.is_(None))


def _above() -> Any:
    up = (
        select(_post.c.parent_id.label("id"))
        .where(_post.c.id == bindparam("post"))
        .cte("up", recursive=True)
    )
    up = up.union_all(select(_post.c.parent_id).join(up, _post.c.id == up.c.id))
    return select(up.c.id).where(up.c.id.is_not(None)).limit(MAX_ABOVE)


_ABOVE = _above()


@dataclass(frozen=True, slots=True)
class Child:
    """A post that takes the new one for its parent, in the place of a `former` one."""

    id: int
    thread_id: int
    former: int | None
    way: str


@dataclass(frozen=True, slots=True)
class Waited:
    """Those that name the new post, by their ids with the parents that they had, and those of them
    that take it."""

    naming: Mapping[int, int | None]
    children: Mapping[int, Child]


def naming(connection: Connection, post: Mapping[str, Any]) -> Waited:
    """The posts that name this one as an ancestor."""
    rows = connection.execute(_NAMING_IT, post).all()
    children = {
        row.id: Child(row.id, row.thread_id, row.parent_id, "reference")
        for row in rows
        if row.parent_by != "reference" or row.nearest is None or row.rank < row.nearest
    }
    return Waited({row.id: row.parent_id for row in rows}, children)


def threads_of_absent(
    connection: Connection, community_id: int, message_ids: Collection[str], *, all_of_them: bool
) -> set[int]:
    """The threads of posts that name one of these: all of them, or those that wait for it."""
    statement = _THREADS_NAMING if all_of_them else _THREADS_WAITING
    given = {"community_id": community_id, "message_ids": list(message_ids)}
    return set(connection.scalars(statement, given))


def is_all(
    connection: Connection,
    post: Mapping[str, Any],
    missing: Collection[str],
    parent: tuple[int, int] | None,
    waited: Waited,
    threads: Collection[int],
) -> bool:
    """Whether nothing changes but the parents of the children: no circle comes or goes, and no
    thread falls apart. `missing` are the ids that the post names and that have not come, `parent` its
    parent with its thread, `threads` all that become one by the post."""
    children = waited.children
    sure = set(children) | ({parent[0]} if parent else set())
    firsts = [child for child in children.values() if child.former is None]
    if any(child.former not in (None, *sure) for child in children.values()):
        return False  # what it hung on may be left behind
    if len(waited.naming) == MAX_LATE:
        return False
    if connection.scalar(_BROKEN, {"threads": list(threads)}) is not None:
        return False
    if parent and any(child.thread_id == parent[1] for child in firsts):
        above = connection.scalars(_ABOVE, {"post": parent[0]}).all()
        if len(above) == MAX_ABOVE or not children.keys().isdisjoint([parent[0], *above]):
            return False
    if not firsts:
        return True
    # They were without a parent, and so all that name what they wait for were in their thread.
    if not _hang_together(waited.naming, sure):
        return False
    given = {"ids": [child.id for child in firsts], "message_id": post["message_id"]}
    absent = set(connection.scalars(_STILL_ABSENT, given))
    if parent is None:
        absent.difference_update(missing)
    return not absent or _stay(connection, post["community_id"], absent, sure)


def without_circles(children: Iterable[Child], parent: tuple[int, int] | None) -> dict[int, Child]:
    """Those of the children that can be no ancestors of the parent, without a look."""
    return {
        child.id: child
        for child in children
        if parent is None or child.former == parent[0] or child.thread_id != parent[1]
    }


def _stay(connection: Connection, community_id: int, absent: set[str], sure: set[int]) -> bool:
    """Whether all that name one of these stay in one thread with the `sure` posts."""
    given = {"community_id": community_id, "message_ids": list(absent)}
    rows = connection.execute(_NAMING, given).all()
    if len(rows) == MAX_NAMING:
        return False
    groups: dict[str, dict[int, int | None]] = {}
    for message_id, post_id, parent_id in rows:
        groups.setdefault(message_id, {})[post_id] = parent_id
    return all(
        any(parent_id is None and post_id not in sure for post_id, parent_id in group.items())
        or _hang_together(group, sure)
        for group in groups.values()
    )


def _hang_together(posts: Mapping[int, int | None], sure: set[int]) -> bool:
    """Whether each of these posts, by their parents, hangs on a `sure` one."""
    below: dict[int, list[int]] = {}
    for post_id, parent_id in posts.items():
        if parent_id is not None:
            below.setdefault(parent_id, []).append(post_id)
    reached = set(sure)
    waiting = list(sure)
    while waiting:
        for post_id in below.get(waiting.pop(), ()):
            if post_id not in reached:
                reached.add(post_id)
                waiting.append(post_id)
    return reached.issuperset(posts)
