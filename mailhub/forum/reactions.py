"""Reactions: counted on the post that they answer, mailed to nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailhub.letter import Letter
from mailhub.models import Post, Reaction

TAKEN_BACK = "↩️"
MAX_IDS = 10


def react(
    session: Session,
    community_id: int,
    letter: Letter,
    person_id: int,
    answered_id: int | None,
    now: datetime,
) -> int | None:
    """Count a reaction of a person, or take it back; the post that it is to, None where that is none of
    this community's. `answered_id` is the post whose address it was sent to."""
    post_id = _post(session, community_id, letter, answered_id)
    if post_id is None:
        return None
    known = session.get(Reaction, (post_id, person_id))
    if known is not None and letter.reaction == TAKEN_BACK:
        session.delete(known)
    elif known is not None:
        known.sign, known.at = letter.reaction, now
    elif letter.reaction != TAKEN_BACK:
        session.add(Reaction(post_id=post_id, person_id=person_id, sign=letter.reaction, at=now))
    session.flush()
    return post_id


def counts(session: Session, post_ids: Collection[int]) -> dict[int, Counter[str]]:
    """How many gave each sign, by post; posts without any are left out."""
    found: dict[int, Counter[str]] = {}
    rows = session.execute(
        select(Reaction.post_id, Reaction.sign).where(Reaction.post_id.in_(post_ids))
    )
    for post_id, sign in rows:
        found.setdefault(post_id, Counter())[sign] += 1
    return found


def _post(
    session: Session, community_id: int, letter: Letter, answered_id: int | None
) -> int | None:
    here = Post.community_id == community_id
    if answered_id is not None:
        return session.scalar(select(Post.id).where(here, Post.id == answered_id))
    ids = [*letter.in_reply_to, *reversed(letter.references)][:MAX_IDS]
    rows = session.execute(
        select(Post.id, Post.message_id, Post.claimed_message_id).where(
            here, or_(Post.message_id.in_(ids), Post.claimed_message_id.in_(ids))
        )
    )
    by_id = {name: row.id for row in rows for name in (row.message_id, row.claimed_message_id)}
    return next((by_id[one] for one in ids if one in by_id), None)
