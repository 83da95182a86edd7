"""The papers that posts brought: they go with them, and are made anew from the raw mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import library, reading
from mailhub.blobs import Blobs
from mailhub.compose import private
from mailhub.library import removing
from mailhub.models import Community, Person, Post, RawMail
from mailhub.site import Site


def take_papers(session: Session, posts: Collection[int]) -> None:
    """Take what these posts alone brought out of the library. The bytes stay: they stand in the raw mail
    too."""
    removing.remove(session, removing.of_posts(session, posts))
    session.flush()


def file_again(
    session: Session, blobs: Blobs, site: Site, posts: Sequence[Post], community: Community
) -> None:
    """File what these posts bring in the library of a community, as when they came."""
    for post in posts:
        raw = session.scalar(select(RawMail.raw).where(RawMail.inbound_id == post.inbound_id))
        if raw is None or post.gone:
            continue
        letter = reading.read(raw)
        if not letter.attachments:
            continue
        library.file(
            session,
            library.prepare(blobs, private.letter(letter, site)),
            community=community,
            post_id=post.id,
            person=session.get(Person, post.author_id) if post.author_id else None,
            now=post.received_at,
        )
