"""Mails in a few words, and a community of its own in which they are filed."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from mailhub import forum
from mailhub.database import Database
from mailhub.forum import Rebuilds
from mailhub.letter import BLANK, Letter, Mailbox
from mailhub.models import Community, Inbound, Post, Thread

numbers = itertools.count()


START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Mail:
    """What a test says of one mail; `at` in hours after START."""

    id: str
    at: float = 0
    subject: str = "Bins"
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    thread_index: bytes = b""
    words: str = "words"

    def letter(self) -> Letter:
        return replace(
            BLANK,
            message_id=self.id,
            message_id_made=False,
            in_reply_to=self.in_reply_to,
            references=self.references,
            thread_index=self.thread_index,
            content_hash=hashlib.sha256(
                f"{self.id} {self.subject} {self.words}".encode()
            ).hexdigest(),
            authors=(Mailbox("Jane Doe", "jane@leeds.example"),),
            subject=self.subject,
            text=self.words,
            new_text=self.words,
        )


class Shelf:
    """A community of its own in a database that all tests of this file share."""

    def __init__(self, database: Database, slug: str, window: int = 30) -> None:
        self.database = database
        with database.writing() as session:
            community = Community(slug=slug, name=slug, created_at=START, subject_window=window)
            session.add(community)
            session.flush()
            self.id = community.id

    def file(self, *mails: Mail, together: bool = False) -> None:
        """File mails in this order; `together` builds their threads in one go at the end."""
        rebuilds = Rebuilds() if together else None
        with self.database.writing() as session:
            community = session.get_one(Community, self.id)
            for mail in mails:
                at = START + timedelta(hours=mail.at)
                inbound = Inbound(received_at=at, recipients=[], size=0, due_at=at)
                session.add(inbound)
                session.flush()
                forum.file(
                    session,
                    community,
                    mail.letter(),
                    inbound_id=inbound.id,
                    received_at=at,
                    author_id=None,
                    rebuilds=rebuilds,
                )
            if rebuilds:
                rebuilds.run(session, community)

    def threads(self) -> dict[frozenset[str], dict[str, str | None]]:
        """Each thread's posts, and who answers whom in it."""
        with self.database.reading() as session:
            posts = session.scalars(select(Post).where(Post.community_id == self.id)).all()
            names = {post.id: post.message_id for post in posts}
            found: dict[int, dict[str, str | None]] = {}
            for post in posts:
                parent = names[post.parent_id] if post.parent_id else None
                found.setdefault(post.thread_id, {})[post.message_id] = parent
            for thread_id, members in found.items():
                thread = session.get_one(Thread, thread_id)
                first = min((post for post in posts if post.thread_id == thread_id), key=_stands_at)
                assert thread.subject == first.subject
                assert thread.post_count == len(members)
                assert thread.merged_into_id is None
                own = [post for post in posts if post.thread_id == thread_id]
                assert thread.started_at == min(post.received_at for post in own)
                assert thread.last_at == max(post.received_at for post in own)
        return {frozenset(members): members for members in found.values()}


def _stands_at(post: Post) -> tuple[object, ...]:
    claimed = post.claimed_message_id or post.message_id
    return post.received_at, post.is_reply, post.content_hash, claimed
