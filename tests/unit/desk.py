"""A community of four with one post, and its outbox."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from mailhub import membership, outbox
from mailhub.database import Database
from mailhub.models import Delivery, Inbound, Post, Thread

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


DICE = random.Random(1)


class Desk:
    """A community of four with one post, and its outbox."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.policy = membership.found(session, "policy", "Policy", NOW).id
            self.housing = membership.found(session, "housing", "Housing", NOW).id
            self.health = membership.found(session, "health", "Health", NOW).id
        for name in ("jane", "tom", "sue", "fay"):
            self.join("policy", name)

    def join(self, slug: str, name: str, **how: Any) -> int:
        with self.database.writing() as session:
            community = membership.known_community(session, slug)
            member, _ = membership.add(session, community, f"{name}@x.example", NOW, **how)
            return member.person_id

    def leave(self, slug: str, name: str) -> None:
        with self.database.writing() as session:
            community = membership.known_community(session, slug)
            assert membership.remove(session, community, f"{name}@x.example", NOW)

    def person(self, name: str) -> int:
        with self.database.reading() as session:
            person = membership.person_of(session, f"{name}@x.example")
            assert person is not None
            return person.id

    def post(self, community_id: int, author: str | None = None, key: bytes = b"key") -> int:
        """Queue a post; its Outgoing."""
        with self.database.writing() as session:
            inbound = Inbound(received_at=NOW, recipients=[], size=0, due_at=NOW)
            thread = Thread(community_id=community_id, subject="s", started_at=NOW, last_at=NOW)
            session.add_all([inbound, thread])
            session.flush()
            post = Post(
                community_id=community_id,
                thread_id=thread.id,
                inbound_id=inbound.id,
                message_id=f"{inbound.id}@x.example",
                content_hash="h",
                author_name="",
                author_address="",
                subject="s",
                received_at=NOW,
                subject_key="s",
            )
            session.add(post)
            session.flush()
            author_id = self.person(author) if author else None
            queued = outbox.ForMembers(community_id, post.id, post.message_id, key, author_id)
            return outbox.for_members(session, [queued], NOW)[0]

    def states(self) -> dict[str, str]:
        """Each recipient's last delivery's state."""
        with self.database.reading() as session:
            rows = session.execute(select(Delivery).order_by(Delivery.id)).scalars()
            return {row.address.partition("@")[0]: row.state for row in rows}

    def claim(self, owner: str = "one", at: datetime = NOW, limit: int = 100) -> list[int]:
        with self.database.writing() as session:
            return [claimed.id for claimed in outbox.claim(session, owner, at, limit)]

    def begin(self, ids: list[int], owner: str = "one") -> set[int]:
        with self.database.writing() as session:
            return outbox.begin(session, ids, owner, NOW)

    def record(self, *outcomes: tuple[int, Any], at: datetime = NOW) -> None:
        with self.database.writing() as session:
            outbox.record(session, outcomes, at, DICE)
