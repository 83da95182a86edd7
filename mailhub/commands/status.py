"""Where is my message? What became of what somebody wrote, and how things stand with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from mailhub.commands.asked import Asked
from mailhub.commands.standing import standing
from mailhub.membership import addresses_of
from mailhub.models import Community, Delivery, Hold, Outgoing, Post
from mailhub.notes import Note

MOST = 5


def status(asked: Asked) -> Note:
    """The last mails of this person, in this community or in all of theirs."""
    wrote = sorted([*_posted(asked), *_held(asked)], key=lambda one: one["at"], reverse=True)
    return asked.note("status", wrote=wrote[:MOST], **standing(asked))


def _posted(asked: Asked) -> list[dict[str, Any]]:
    assert asked.person is not None
    posts = (
        select(Post.id, Post.subject, Post.received_at, Community.name)
        .join(Community, Community.id == Post.community_id)
        .where(Post.author_id == asked.person.id)
        .order_by(Post.received_at.desc())
        .limit(MOST)
    )
    if asked.community is not None:
        posts = posts.where(Post.community_id == asked.community.id)
    found = asked.session.execute(posts).all()
    states: dict[int, dict[str, int]] = {}
    counted = asked.session.execute(
        select(Outgoing.post_id, Delivery.state, func.count())
        .join(Delivery, Delivery.outgoing_id == Outgoing.id)
        .where(Outgoing.post_id.in_([row.id for row in found]))
        .group_by(Outgoing.post_id, Delivery.state)
    )
    for post_id, state, count in counted:
        states.setdefault(post_id or 0, {})[state] = count
    return [
        {
            "subject": row.subject,
            "at": row.received_at,
            "place": row.name,
            "state": "posted",
            **_figures(states.get(row.id, {})),
        }
        for row in found
    ]


def _figures(states: dict[str, int]) -> dict[str, int]:
    return {
        "sent": states.get("sent", 0) + states.get("covered", 0),
        "failed": states.get("failed", 0),
        "waiting": sum(states.get(s, 0) for s in ("queued", "claimed", "sending", "deferred")),
    }


def _held(asked: Asked) -> list[dict[str, Any]]:
    assert asked.person is not None
    mine = addresses_of(asked.session, asked.person.id)
    holds = (
        select(Hold.subject, Hold.held_at, Hold.state, Hold.acts_at, Community.name)
        .join(Community, Community.id == Hold.community_id)
        .where(
            func.lower(Hold.author_address).in_(mine),
            or_(Hold.state != "approved", Hold.acts_at.is_not(None)),
        )
        .order_by(Hold.held_at.desc())
        .limit(MOST)
    )
    if asked.community is not None:
        holds = holds.where(Hold.community_id == asked.community.id)
    return [
        {
            "subject": row.subject,
            "at": row.held_at,
            "place": row.name,
            "state": "held" if row.state == "waiting" or row.acts_at else "not-posted",
            "sent": 0,
            "failed": 0,
            "waiting": 0,
        }
        for row in asked.session.execute(holds)
    ]
