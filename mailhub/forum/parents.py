"""Which post answers which: pure functions over the posts of one community.

The four ways to a parent, in this order: In-Reply-To and References (RFC 5322 3.6.4), the token in
the address that was answered, Outlook's Thread-Index, and the subject within a window of time. Each
looks at the set of posts alone, so that the order in which they came changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailhub.letter import Letter

MAX_REFERENCES = 100


@dataclass(slots=True)
class Node:
    """What threading must know of one post."""

    id: int
    message_id: str
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
    def age(self) -> tuple[datetime, str]:
        """The order in which posts stand: by when they were received, then by their id."""
        return self.received_at, self.message_id


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


def by_index(node: Node, conversation: Iterable[Node]) -> int | None:
    """The post whose Thread-Index this one's goes on from: Outlook adds five octets per answer
    (MS-OXOMSG 2.2.1.3)."""
    best: Node | None = None
    for other in conversation:
        begins = other.thread_index
        if (
            len(begins) < len(node.thread_index)
            and node.thread_index.startswith(begins)
            and (best is None or _nearer(other, best))
        ):
            best = other
    return best.id if best else None


def _nearer(one: Node, other: Node) -> bool:
    length, best = len(one.thread_index), len(other.thread_index)
    return length > best or (length == best and one.age < other.age)


def by_subject(node: Node, same_subject: Iterable[Node], window: timedelta) -> int | None:
    """The latest earlier post of the same subject within the window; only for an answer."""
    if not node.is_reply or not node.subject_key or not window:
        return None
    earlier = [
        other
        for other in same_subject
        if other.age < node.age and node.received_at - other.received_at <= window
    ]
    return max(earlier, key=lambda other: other.age).id if earlier else None


def resolve(nodes: list[Node], window: timedelta) -> None:
    """Give every node its parent among the others, without circles."""
    by_id = {node.id: node for node in nodes}
    present = {node.message_id: node.id for node in nodes}
    conversations: dict[str, list[Node]] = {}
    subjects: dict[str, list[Node]] = {}
    for node in nodes:
        if node.conversation:
            conversations.setdefault(node.conversation, []).append(node)
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
        if node.parent_id is None and node.is_reply:
            same = subjects.get(node.subject_key, ())
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
            oldest.parent_id, oldest.parent_by = None, ""
        settled.update(path)


def components(nodes: list[Node]) -> list[list[Node]]:
    """The threads that these nodes make, each with its oldest post first.

    Together belong a post and its parent; posts of one Outlook conversation; and posts that name
    the same ancestor which has not come, where one of them has no other parent.
    """
    leader = {node.id: node.id for node in nodes}

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    present = {node.message_id for node in nodes}
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
    for node in nodes:
        if node.parent_id is None:
            for reference in node.references:
                for other in naming.get(reference, ()):
                    leader[find(node.id)] = find(other)

    threads: dict[int, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: node.age):
        threads.setdefault(find(node.id), []).append(node)
    return list(threads.values())
