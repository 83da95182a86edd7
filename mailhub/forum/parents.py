"""Which post answers which: pure functions over the posts of one community.

The four ways to a parent, in this order: In-Reply-To and References (RFC 5322 3.6.4), the token in
the address that was answered, Outlook's Thread-Index, and the subject within a window of time. Each
looks at the set of posts alone, so that the order in which they came changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailhub.letter import Letter

MAX_REFERENCES = 100


@dataclass(slots=True)
class Node:
    """What threading must know of one post."""

    id: int
    message_id: str
    claimed_message_id: str
    content_hash: str
    received_at: datetime
    thread_id: int | None
    subject: str
    subject_key: str
    is_reply: bool
    answered_id: int | None
    conversation: str
    thread_index: bytes
    references: list[str] = field(default_factory=list)
    parent_id: int | None = None
    parent_by: str = ""

    @property
    def moment(self) -> tuple[datetime, bool, str]:
        """Its place in time: when it was received; an answer behind what is none; else by content."""
        return self.received_at, self.is_reply, self.content_hash

    @property
    def age(self) -> tuple[tuple[datetime, bool, str], str]:
        """The order in which posts stand; nothing in it ever changes."""
        return self.moment, self.claimed_message_id or self.message_id


def references_of(letter: Letter) -> list[str]:
    """The ids that a letter names as ancestors, the nearest first, each once, bounded.

    In-Reply-To comes first: where References are cut or out of order it is the one to believe.
    """
    answered = letter.in_reply_to
    nearest = [*answered[:1], *reversed(letter.references), *answered[1:]]
    return [i for i in dict.fromkeys(nearest) if i != letter.message_id][:MAX_REFERENCES]


def by_reference(node: Node, present: Mapping[str, int]) -> int | None:
    """The nearest ancestor named that is there."""
    for reference in node.references:
        found = present.get(reference)
        if found is not None and found != node.id:
            return found
    return None


def by_index(node: Node, conversation: Mapping[bytes, Node]) -> int | None:
    """The post whose Thread-Index this one's goes on from: Outlook adds five octets per answer
    (MS-OXOMSG 2.2.1.3). `conversation`: the oldest post of each index."""
    for length in range(len(node.thread_index) - 1, 0, -1):
        found = conversation.get(node.thread_index[:length])
        if found is not None:
            return found.id
    return None


def by_subject(node: Node, same_subject: Sequence[Node], window: timedelta) -> int | None:
    """The latest earlier post of the same subject within the window; only for an answer.
    `same_subject` is in the order of time."""
    if not node.is_reply or not window:
        return None
    earlier = bisect_left(same_subject, node.moment, key=lambda other: other.moment)
    if earlier == 0:
        return None
    latest = same_subject[earlier - 1]
    return latest.id if node.received_at - latest.received_at <= window else None


def resolve(nodes: list[Node], window: timedelta) -> None:
    """Give every node its parent among the others, without circles."""
    by_id = {node.id: node for node in nodes}
    present = {node.message_id: node.id for node in nodes}
    conversations: dict[str, dict[bytes, Node]] = {}
    subjects: dict[str, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: node.age):
        if node.conversation:
            conversations.setdefault(node.conversation, {}).setdefault(node.thread_index, node)
        if node.subject_key:
            subjects.setdefault(node.subject_key, []).append(node)
    for node in nodes:
        node.parent_id, node.parent_by = by_reference(node, present), "reference"
        if node.parent_id is None and node.answered_id in by_id and node.answered_id != node.id:
            node.parent_id, node.parent_by = node.answered_id, "token"
        if node.parent_id is None and node.conversation:
            node.parent_id, node.parent_by = (
                by_index(node, conversations[node.conversation]),
                "index",
            )
        if node.parent_id is None and node.subject_key:
            same = subjects[node.subject_key]
            node.parent_id, node.parent_by = by_subject(node, same, window), "subject"
        if node.parent_id is None:
            node.parent_by = ""
    _break_circles(by_id)


def _break_circles(by_id: dict[int, Node]) -> None:
    """In each circle the oldest post becomes the one that all others answer."""
    settled: set[int] = set()
    for start in by_id:
        path: dict[int, None] = {}
        current: int | None = start
        while current is not None and current not in settled and current not in path:
            path[current] = None
            current = by_id[current].parent_id
        if current is not None and current in path:
            walked = list(path)
            circle = [by_id[i] for i in walked[walked.index(current) :]]
            oldest = min(circle, key=lambda node: node.age)
            oldest.parent_id, oldest.parent_by = None, "circle"
        settled.update(path)


def components(nodes: list[Node], elsewhere: Collection[str] = ()) -> list[list[Node]]:
    """The threads that these nodes make, each with its oldest post first. `elsewhere` are ids of posts
    that are there and not among them.

    Together belong a post and its parent; posts of one Outlook conversation; and posts that name
    the same ancestor which has not come, where one of them has no other parent.
    """
    leader = {node.id: node.id for node in nodes}

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    present = {node.message_id for node in nodes}.union(elsewhere)
    naming: dict[str, list[int]] = {}
    conversation: dict[str, int] = {}
    for node in nodes:
        if node.parent_id is not None:
            leader[find(node.id)] = find(node.parent_id)
        if node.conversation:
            leader[find(node.id)] = find(conversation.setdefault(node.conversation, node.id))
        for reference in node.references:
            if reference not in present:
                naming.setdefault(reference, []).append(node.id)
    joined = {i for node in nodes if node.parent_id is None for i in node.references}
    for reference in joined & naming.keys():
        first, *others = naming[reference]
        for other in others:
            leader[find(other)] = find(first)

    threads: dict[int, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: node.age):
        threads.setdefault(find(node.id), []).append(node)
    return list(threads.values())
