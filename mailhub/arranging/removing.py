"""A post removed: a tombstone stands where its words were, and what is not sent of it yet is not sent. The
raw mail stays, so that it can be restored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import forum, reading, search, words
from mailhub.arranging.papers import file_again, take_papers
from mailhub.blobs import Blobs
from mailhub.compose import private
from mailhub.membership import Unusable, trail
from mailhub.membership.trail import By
from mailhub.models import Community, Delivery, Outgoing, Post, PostBody, RawMail
from mailhub.site import Site

REMOVED = "removed"


def remove(session: Session, post: Post, now: datetime, *, by: By) -> bool:
    """Take a post's words and papers away; False where that was done before. Unusable where they are gone
    for good."""
    if post.gone == REMOVED:
        return False
    if post.gone:
        raise Unusable("already-gone", post.subject[:200])
    stone = str(words.table("tombstones")[REMOVED])
    _set_words(session, post, text=stone, new_text=stone, html="")
    post.gone = REMOVED
    search.drop(session, "post", post.id)
    take_papers(session, [post.id])
    session.execute(
        update(Delivery)
        .where(
            Delivery.outgoing_id.in_(select(Outgoing.id).where(Outgoing.post_id == post.id)),
            Delivery.state.in_(("queued", "deferred")),
        )
        .values(state="cancelled")
        .execution_options(synchronize_session=False)
    )
    _keep(session, post, REMOVED, by, now)
    return True


def restore(
    session: Session, blobs: Blobs, site: Site, post: Post, now: datetime, *, by: By
) -> bool:
    """Give a removed post its words and papers back, from the raw mail; False where it has them."""
    if not post.gone:
        return False
    raw = session.scalar(select(RawMail.raw).where(RawMail.inbound_id == post.inbound_id))
    if post.gone != REMOVED or raw is None:
        raise Unusable("already-gone", post.subject[:200])
    letter = private.letter(reading.read(raw), site)
    _set_words(session, post, text=letter.text, new_text=letter.new_text, html=letter.html)
    post.gone = ""
    session.flush()
    search.put(
        session,
        "post",
        post.id,
        post.community_id,
        post.subject,
        forum.searchable(letter),
        post.received_at,
    )
    file_again(session, blobs, site, [post], session.get_one(Community, post.community_id))
    _keep(session, post, "restored", by, now)
    return True


def _set_words(session: Session, post: Post, **said: str) -> None:
    session.execute(
        update(PostBody)
        .where(PostBody.post_id == post.id)
        .values(**said)
        .execution_options(synchronize_session=False)
    )


def _keep(session: Session, post: Post, what: str, by: By, now: datetime) -> None:
    trail.keep(
        session,
        by,
        now,
        of="post",
        what=what,
        community_id=post.community_id,
        before={},
        after={"post": post.id},
    )
