"""A muted thread stays muted whatever it becomes part of; a pause ends on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from mailhub import forum, membership, outbox, reading
from mailhub.database import Database
from mailhub.forum import Rebuilds
from mailhub.membership import OPERATOR, mutes
from mailhub.models import Delivery, Inbound, Mute, Post, Thread
from mailhub.outbox import ForMembers

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


class Place:
    """A community with one member, in which mails are filed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.community = membership.found(session, "policy", "Policy", NOW)
            self.member, _ = membership.add(session, self.community, "jane@leeds.example", NOW)

    def files(self, id: str, answers: str = "", hours: int = 0, *, late: bool = False) -> int:
        """File a mail; the post's id."""
        raw = f"From: tom@x.example\r\nSubject: {id}\r\nMessage-ID: <{id}@x.example>\r\n"
        if answers:
            raw += f"In-Reply-To: <{answers}@x.example>\r\n"
        at = NOW + timedelta(hours=hours)
        rebuilds = Rebuilds() if late else None
        with self.database.writing() as session:
            inbound = Inbound(received_at=at, recipients=[], size=0, due_at=at, state="done")
            session.add(inbound)
            session.flush()
            community = membership.known_community(session, "policy")
            filed = forum.file(
                session, community, reading.read(f"{raw}\r\nWords.\r\n".encode()),
                inbound_id=inbound.id, received_at=at, author_id=None, rebuilds=rebuilds,
            )  # fmt: skip
            if rebuilds:
                rebuilds.run(session, community)
        return filed.post_id

    def mutes(self, post_id: int) -> None:
        """The member mutes the thread of a post."""
        with self.database.writing() as session:
            thread = session.get_one(Thread, session.get_one(Post, post_id).thread_id)
            assert mutes.mute(session, self.member.person_id, thread, NOW, by=OPERATOR)

    def reaches(self, post_id: int, now: datetime = NOW) -> int:
        """To how many a post is queued."""
        with self.database.writing() as session:
            post = ForMembers(
                self.community.id, post_id, f"{post_id}@x.example", key=post_id.to_bytes(16),
                author_id=None, papers=[],
            )  # fmt: skip
            outbox.for_members(session, [post], now)
            found = session.scalars(
                select(Delivery.id).where(Delivery.mail_key == post_id.to_bytes(16))
            )
            return len(found.all())


@pytest.fixture
def place(database: Database) -> Place:
    return Place(database)


def test_a_muted_thread_reaches_nobody_who_muted_it(place: Place) -> None:
    first = place.files("first")
    assert place.reaches(first) == 1
    place.mutes(first)
    assert place.reaches(place.files("answer", "first", 1)) == 0
    assert place.reaches(place.files("other", hours=2)) == 1


@pytest.mark.parametrize("late", [False, True])
def test_threads_that_become_one_are_muted_together(place: Place, late: bool) -> None:
    # Two answers to a mail that has not come: threads of their own, of which one is muted.
    muted, heard = place.files("a", "parent", 1), place.files("b", "a2", 2)
    longer = place.files("c", "b", 3)
    place.mutes(muted)
    assert place.reaches(heard) == 1
    place.files("a2", "a", 1, late=late)
    with place.database.reading() as session:
        threads = set(session.scalars(select(Post.thread_id)))
        assert len(threads) == 1
        assert threads <= set(session.scalars(select(Mute.thread_id)))
    assert place.reaches(longer) == 0


def test_a_pause_begins_and_ends_on_its_days(place: Place) -> None:
    post = place.files("first")
    with place.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, "jane@leeds.example")
        until = {"paused_until": date(2026, 11, 12)}
        membership.alter(session, member, "paused", until, NOW)
    assert place.reaches(post, NOW) == 0
    assert place.reaches(place.files("b"), datetime(2026, 11, 11, 23, 59, tzinfo=UTC)) == 0
    assert place.reaches(place.files("c"), datetime(2026, 11, 12, 0, 0, tzinfo=UTC)) == 1
    with place.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, "jane@leeds.example")
        later = {"paused_from": date(2026, 12, 3), "paused_until": date(2026, 12, 12)}
        membership.alter(session, member, "paused", later, NOW)
    assert place.reaches(place.files("d"), datetime(2026, 12, 2, 23, 59, tzinfo=UTC)) == 1
    assert place.reaches(place.files("e"), datetime(2026, 12, 3, 0, 0, tzinfo=UTC)) == 0
    assert place.reaches(place.files("f"), datetime(2026, 12, 12, 0, 0, tzinfo=UTC)) == 1
