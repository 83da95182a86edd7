"""Mails that have come before with the very same bytes: nothing of them needs to be read.

It is only a short cut. What it does not see (another header, no plain Message-ID) is known when it is
filed, by its key.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from mailhub.archives.received import message_id_of
from mailhub.database import Database
from mailhub.mbox import Archived
from mailhub.models import Inbound, Post, RawMail

MAX_SEEN = 20_000  # mails of this run that are remembered


class Known:
    """What one community has, and what has come in this run."""

    def __init__(self, database: Database, community_id: int) -> None:
        self._database = database
        self._community_id = community_id
        self._seen: dict[bytes, datetime] = {}

    def without(self, batch: list[Archived]) -> list[Archived]:
        """The mails that are not known; one that was received before its like is not."""
        present = self._present(batch)
        unknown = []
        for mail in batch:
            digest = hashlib.sha256(mail.raw).digest()
            before = present.get(digest) or self._seen.get(digest)
            if before is None or mail.at is None or mail.at < before:
                unknown.append(mail)
                if mail.at is not None:
                    self._seen[digest] = mail.at
        while len(self._seen) > MAX_SEEN:
            del self._seen[next(iter(self._seen))]
        return unknown

    def _present(self, batch: list[Archived]) -> dict[bytes, datetime]:
        """When the posts under the ids of these mails were received, by the hashes of their bytes."""
        ids = {message_id_of(mail.raw) for mail in batch} - {""}
        with self._database.reading() as session:
            rows = session.execute(
                select(RawMail.raw, Post.received_at)
                .join(Inbound, Inbound.id == RawMail.inbound_id)
                .join(Post, Post.inbound_id == Inbound.id)
                .where(Inbound.message_id.in_(ids), Post.community_id == self._community_id)
            )
            return {hashlib.sha256(row.raw).digest(): row.received_at for row in rows}
