"""Building threads anew: after a late parent, or when two threads turn out to be one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from mailhub.forum import arranged, late, muting, parents
from mailhub.forum.parents import Node
from mailhub.models import Community, Post, PostReference, Thread


class Rebuilds:
    """Threads of one community that wait to be built anew, so that many mails cost one rebuild."""

    def __init__(self) -> None:
        self._threads: set[int] = set()

    def add(self, threads: set[int]) -> None:
        """These threads have changed, or are one now."""
        self._threads |= threads

    def concern(self, threads: set[int]) -> bool:
        """Whether what is known of these threads is not yet what it will be."""
        return not self._threads.isdisjoint(threads)

    def run(self, session: Session, community: Community) -> None:
        """Build them anew, in the transaction in which they changed."""
        if community.arranged:
            self._threads -= arranged.arranged(session.connection(), self._threads)
        if self._threads:
            window = timedelta(days=community.subject_window)
            _rebuild(session, community, self._threads, window)
            self._threads = set()


def _rebuild(session: Session, community: Community, threads: set[int], window: timedelta) -> None:
    """Find the parents and threads of all posts in these threads again, and write what changed.

    A thread keeps its number where most of its posts stay; one that is left empty points to the
    thread that took its posts in, so that its address still leads there. What people have arranged stays.
    """
    community_id = community.id
    session.flush()
    threads = set(threads)
    while True:
        nodes = _load(session, threads)
        before = {node.id: (node.parent_id, node.parent_by, node.thread_id) for node in nodes}
        parents.resolve(nodes, window)
        elsewhere, absent = _named_by_orphans(session, community_id, nodes)
        more = (
            late.threads_of_absent(session.connection(), community_id, absent, all_of_them=True)
            - threads
            if absent
            else set()
        )
        if community.arranged:
            more -= arranged.arranged(session.connection(), more)
        if not more:
            break
        threads |= more
    numbers = _number(session, community_id, parents.components(nodes, elsewhere))
    changes = [
        {"post": n.id, "parent": n.parent_id, "way": n.parent_by, "thread": n.thread_id}
        for n in nodes
        if (n.parent_id, n.parent_by, n.thread_id) != before[n.id]
    ]
    if changes:
        session.connection().execute(
            update(Post)
            .where(Post.id == bindparam("post"))
            .values(
                parent_id=bindparam("parent"),
                parent_by=bindparam("way"),
                thread_id=bindparam("thread"),
            ),
            changes,
        )
    first = min(nodes, key=lambda node: node.age)
    for empty in threads - numbers:
        moved = Counter(n.thread_id for n in nodes if before[n.id][2] == empty).most_common(1)
        target = moved[0][0] if moved else first.thread_id
        session.execute(
            update(Thread)
            .where((Thread.id == empty) | (Thread.merged_into_id == empty))
            .values(merged_into_id=target, post_count=0)
        )
        if target is not None:
            muting.follow(session.connection(), [empty], target)
    session.expire_all()


def _load(session: Session, threads: set[int]) -> list[Node]:
    rows = session.execute(
        select(
            Post.id,
            Post.message_id,
            Post.claimed_message_id,
            Post.content_hash,
            Post.received_at,
            Post.thread_id,
            Post.subject,
            Post.subject_key,
            Post.is_reply,
            Post.answered_id,
            Post.conversation,
            Post.thread_index,
            Post.parent_id,
            Post.parent_by,
        ).where(Post.thread_id.in_(threads))
    )
    nodes = {row.id: Node(**row._mapping) for row in rows}
    references = session.execute(
        select(PostReference.post_id, PostReference.message_id)
        .join(Post, Post.id == PostReference.post_id)
        .where(Post.thread_id.in_(threads))
        .order_by(PostReference.post_id, PostReference.rank)
    )
    for post_id, message_id in references:
        nodes[post_id].references.append(message_id)
    return list(nodes.values())


def _named_by_orphans(
    session: Session, community_id: int, nodes: list[Node]
) -> tuple[set[str], set[str]]:
    """What is named, beside these posts, by those that have no parent since they are in a circle: the
    ids of posts in other threads, and those that have not come and that join threads now."""
    named = {i for n in nodes if n.parent_by == "circle" for i in n.references}
    named -= {node.message_id for node in nodes}
    if not named:
        return set(), set()
    there = select(Post.message_id).where(
        Post.community_id == community_id, Post.message_id.in_(named)
    )
    elsewhere = set(session.scalars(there))
    return elsewhere, named - elsewhere


def _number(session: Session, community_id: int, threads: list[list[Node]]) -> set[int]:
    """Give each thread its number and its figures; returns the numbers in use."""
    numbers: set[int] = set()
    for nodes in sorted(threads, key=len, reverse=True):
        wanted = Counter(node.thread_id for node in nodes).most_common()
        number = next((t for t, _ in wanted if t is not None and t not in numbers), None)
        figures = {
            "subject": nodes[0].subject,
            "started_at": nodes[0].received_at,
            "last_at": nodes[-1].received_at,
            "post_count": len(nodes),
        }
        if number is None:
            number = session.execute(
                insert(Thread).values(community_id=community_id, **figures).returning(Thread.id)
            ).scalar_one()
        else:
            session.execute(
                update(Thread).where(Thread.id == number).values(merged_into_id=None, **figures)
            )
        numbers.add(number)
        for node in nodes:
            node.thread_id = number
    return numbers
