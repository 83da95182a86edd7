"""The mails that are a person's posts, as mboxes of a size that mailboxes take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import mbox
from mailhub.models import Inbound, Person, Post, RawMail
from mailhub.privacy import left_behind

MBOX_OCTETS = 8_000_000  # of raw mail in one mbox: with its encoding, what most mailboxes take


def mboxes(
    session: Session, person: Person, after: int = 0, octets: int = MBOX_OCTETS
) -> Iterator[tuple[int, bytes]]:
    """(the last post in it, an mbox) of the mails that are this person's posts, as they came, the
    earliest filed first; from behind the post `after`. A mail larger than `octets` stands alone."""
    people = left_behind.all_of(session, person)
    rows = session.execute(
        select(Post.id, Inbound.mail_from, Post.received_at, RawMail.raw)
        .join(Inbound, Inbound.id == Post.inbound_id)
        .join(RawMail, RawMail.inbound_id == Inbound.id)
        .where(Post.author_id.in_(people), Post.id > after)
        .order_by(Post.id)
        .execution_options(yield_per=20)
    )
    kept: list[bytes] = []
    last = size = 0
    for post_id, mail_from, received_at, raw in rows:
        if kept and size + len(raw) > octets:
            yield last, b"".join(kept)
            kept, size = [], 0
        kept.append(mbox.written(mail_from, received_at, raw))
        last, size = post_id, size + len(raw)
    if kept:
        yield last, b"".join(kept)
