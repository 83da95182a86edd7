"""What communities, and the platform, keep no longer goes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text, update

from mailhub.app.hub import clock
from mailhub.library.tables import Version
from mailhub.models import Post, PostBody, Request, Thread
from mailhub.process import keeping
from mailhub.search import find
from mailhub.sight import STRANGER
from tests.conversations import talking as _talking
from tests.conversations.people import Person, RunningHub

talk = _talking.talk


def test_what_is_old_goes(hub: RunningHub, policy: str, talk: str, jane: Person) -> None:
    ann = hub.member("policy", "Ann Lead", "ann@leeds.example", role="facilitator", delivery="none")
    ann.writes("policy+settings@lists.example.org", "", "keep posts for 100 days")
    ann.replies(ann.receives("shall we do this"), "yes")
    ann.receives("done")
    long_ago = clock() - timedelta(days=150)
    with hub.hub.database.writing() as session:
        session.execute(
            update(Post).where(Post.subject != "Re: Indicator 6").values(received_at=long_ago)
        )
        session.execute(update(Thread).values(started_at=long_ago))
    # They are told first, and nothing goes for a week.
    keeping.retention(hub.hub.tools, None, clock())
    told = ann.receives("older than 100 days will go")
    assert "At present that is 2 posts." in told.get_content()
    keeping.retention(hub.hub.tools, None, clock())
    ann.receives_nothing()
    with hub.hub.database.reading() as session:
        assert len(session.scalars(select(Post)).all()) == 3

    keeping.retention(hub.hub.tools, None, clock() + timedelta(days=8))
    keeping.retention(hub.hub.tools, None, clock() + timedelta(days=9))
    with hub.hub.database.reading() as session:
        posts = session.scalars(select(Post).order_by(Post.id)).all()
        assert [(post.subject, post.gone) for post in posts] == [
            ("Indicator 6", "expired"),
            ("Re: Indicator 6", ""),
        ]
        assert session.get_one(PostBody, posts[0].id).text.startswith("This is older")
        assert posts[1].parent_id == posts[0].id
        assert [thread.post_count for thread in session.scalars(select(Thread))] == [2]
        assert not session.scalars(select(Version)).all()
        assert not find(session, STRANGER, "Counting").total
    # Still the archive takes answers to it.
    jane.writes(policy, "Re: Indicator 6", "Thank you.", In_Reply_To=f"<{talk}>")
    hub.settle()
    with hub.hub.database.reading() as session:
        assert [thread.post_count for thread in session.scalars(select(Thread))] == [3]


def test_what_the_platform_need_not_keep(hub: RunningHub, talk: str, jane: Person) -> None:
    jane.writes("policy+help@lists.example.org")
    jane.receives("How Policy")
    with hub.hub.database.reading() as session:
        before = session.scalar(text("SELECT count(*) FROM raw_mail"))
    keeping.clearing(hub.hub.tools, None, clock() + timedelta(days=7))
    with hub.hub.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM acted_on")) == 1  # it may be brought again
    keeping.clearing(hub.hub.tools, None, clock() + timedelta(days=29))
    with hub.hub.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM raw_mail")) == before
        assert not session.scalar(text("SELECT count(*) FROM acted_on"))
    keeping.clearing(hub.hub.tools, None, clock() + timedelta(days=31))
    keeping.clearing(hub.hub.tools, None, clock() + timedelta(days=200))
    with hub.hub.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM raw_mail")) == before - 1
        assert not session.scalar(text("SELECT count(*) FROM delivery"))
        assert len(session.scalars(select(Post)).all()) == 3
        assert not session.scalars(select(Request)).all()
