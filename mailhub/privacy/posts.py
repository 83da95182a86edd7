"""Posts that lose their words, or go as a whole: with the raw mail, the search, and what was sent of them.

All of it inside of the caller's transaction. What a post had in the library is the caller's to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailhub import forum, search
from mailhub.models import (
    Community,
    Decision,
    Delivery,
    DigestPiece,
    Hold,
    Inbound,
    Outcome,
    Outgoing,
    Post,
    PostBody,
    PostReference,
    RawMail,
    Thread,
)
from mailhub.privacy import tombstones
from mailhub.privacy.tombstones import Stone
from mailhub.site import Site

KIND = "post"


def take_words(
    session: Session,
    site: Site,
    posts: Collection[int],
    why: str,
    *,
    words: Callable[[str], str],
    subject: Callable[[str], str] = str,
) -> None:
    """Let tombstones stand for these posts: no author, no raw mail, and instead of their words what
    `words` makes of them. They keep their place, id and time."""
    rows = session.execute(
        select(Post, PostBody.new_text, PostBody.text, Community.slug)
        .join(PostBody, PostBody.post_id == Post.id)
        .join(Community, Community.id == Post.community_id)
        .where(Post.id.in_(posts))
    ).all()
    references = _references(session, posts)
    drop_pieces(session, {post.thread_id for post, *_ in rows})
    for post, new_text, text, slug in rows:
        left = words(new_text or text).strip()
        title = subject(post.subject)
        stone = Stone(
            post.claimed_message_id or post.message_id,
            title,
            post.received_at,
            site.address(slug),
            f"noreply@{site.domain}",
            references.get(post.id, ()),
            post.thread_index,
        )
        if title != post.subject:
            session.execute(
                update(Thread)
                .where(Thread.id == post.thread_id, Thread.subject == post.subject)
                .values(subject=title)
            )
        session.execute(
            update(PostBody)
            .where(PostBody.post_id == post.id)
            .values(text=left, new_text=left, html="")
        )
        session.execute(
            update(RawMail)
            .where(RawMail.inbound_id == post.inbound_id)
            .values(raw=tombstones.mail(stone, left))
        )
        post.author_id, post.author_name, post.author_address = None, tombstones.name(), ""
        post.subject, post.gone = title, why
        session.flush()
        found = f"{tombstones.name()}\n{left}"
        search.put(session, KIND, post.id, post.community_id, title, found, post.received_at)
    forget_envelopes(session, {post.inbound_id for post, *_ in rows})


def take_away(session: Session, posts: Collection[int]) -> None:
    """End these posts, on which nothing hangs (`forum.childless`), and all that was sent of them."""
    inbounds = set(session.scalars(select(Post.inbound_id).where(Post.id.in_(posts))))
    sent = select(Outgoing.id).where(Outgoing.post_id.in_(posts))
    session.execute(
        delete(Delivery)
        .where(Delivery.outgoing_id.in_(sent))
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Outgoing).where(Outgoing.post_id.in_(posts)))
    session.execute(
        update(Outcome)
        .where(Outcome.inbound_id.in_(inbounds), Outcome.post_id.in_(posts))
        .values(post_id=None)
    )
    for post_id in posts:
        search.drop(session, KIND, post_id)
    drop_pieces(session, set(session.scalars(select(Post.thread_id).where(Post.id.in_(posts)))))
    forum.remove(session, posts)
    still = set(session.scalars(select(Post.inbound_id).where(Post.inbound_id.in_(inbounds))))
    forget_mails(session, inbounds - still)


def drop_pieces(session: Session, threads: Collection[int]) -> None:
    """What digests tell of these threads: words that are gone are sent to nobody any more, and nobody can
    answer them there."""
    session.execute(
        delete(DigestPiece)
        .where(DigestPiece.kind.in_(("thread", "entry")), DigestPiece.object_id.in_(threads))
        .execution_options(synchronize_session=False)
    )


def forget_mails(session: Session, inbounds: Collection[int]) -> None:
    """Remove the bytes of these mails, of which nothing is left but that they came."""
    session.execute(delete(RawMail).where(RawMail.inbound_id.in_(inbounds)))
    forget_envelopes(session, inbounds)
    session.execute(
        update(Inbound).where(Inbound.id.in_(inbounds)).values(recipients=[], proof={}, problem="")
    )
    session.execute(
        update(Hold)
        .where(Hold.inbound_id.in_(inbounds))
        .values(author_name="", author_address="", subject="", words="", argument="", files=[])
    )
    held = select(Hold.id).where(Hold.inbound_id.in_(inbounds))
    session.execute(
        update(Decision)
        .where(Decision.hold_id.in_(held))
        .values(argument="")
        .execution_options(synchronize_session=False)
    )


def forget_envelopes(session: Session, inbounds: Collection[int]) -> None:
    """Who sent these mails, and from where, is no longer known."""
    session.execute(
        update(Inbound).where(Inbound.id.in_(inbounds)).values(mail_from="", peer="", helo="")
    )


def _references(session: Session, posts: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(PostReference.post_id, PostReference.message_id)
        .where(PostReference.post_id.in_(posts))
        .order_by(PostReference.post_id, PostReference.rank)
    )
    for post_id, message_id in rows:
        found.setdefault(post_id, []).append(message_id)
    return found
