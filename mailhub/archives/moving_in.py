"""Mails of an archive become posts: in batches, each one transaction, none of them twice.

A batch that was interrupted is as if it had never begun; what is there already is known by its bytes
at once, and else by its key (community, Message-ID, hash of the content).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mailhub import addresses, forum, library, search
from mailhub.archives.batches import batches, raws
from mailhub.archives.known import Known
from mailhub.archives.readers import Understood, in_order
from mailhub.archives.received import time_received
from mailhub.blobs import Blobs
from mailhub.database import Database, cause_of, is_away, is_full
from mailhub.forum import Filed, Rebuilds
from mailhub.letter import Letter
from mailhub.mbox import Archived
from mailhub.models import Address, Community, Inbound, Outcome, Person, RawMail
from mailhub.search import Entry
from mailhub.site import Site

MAX_PROBLEMS = 20
WHAT = "imported"

_INBOUND = Inbound.metadata.tables[Inbound.__tablename__]
_INSERT_INBOUND = insert(_INBOUND).returning(_INBOUND.c.id, sort_by_parameter_order=True)
_INSERT_RAW = insert(RawMail)
_INSERT_OUTCOME = insert(Outcome)


@dataclass(slots=True)
class Figures:
    """How far an import has come: mails that are posts now, that were there, that could not be
    filed."""

    added: int = 0
    present: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """Mails that were looked at."""
        return self.added + self.present + self.failed


class Importing:
    """Moves mails into one community."""

    def __init__(
        self, database: Database, blobs: Blobs, site: Site, community: Community, now: datetime
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._community_id = community.id
        self._site = site
        self._recipient = site.address(community.slug)
        self._now = now
        self.figures = Figures()
        self.problems: list[str] = []  # the first of them, a line each

    def run(self, mails: Iterable[Archived], children: int) -> Generator[Figures, None, None]:
        """File them all; the figures after each batch. `children` processes help with reading."""
        self._database.close()
        known = Known(self._database, self._community_id)
        unknown = (self._left(known, batch) for batch in batches(mails))
        for batch, read in in_order(unknown, raws, self._blobs, self._site, children):
            try:
                self._file(batch, read)
            except Exception as error:
                if is_away(error) or is_full(error):
                    raise
                self._file_each(batch, read)
            yield self.figures

    def _left(self, known: Known, batch: list[Archived]) -> list[Archived]:
        unknown = known.without(batch)
        self.figures.present += len(batch) - len(unknown)
        return unknown

    def _file_each(self, batch: Sequence[Archived], read: Sequence[Understood]) -> None:
        """Each alone, so that one mail that cannot be filed does not keep the others out."""
        for mail, one in zip(batch, read, strict=True):
            try:
                self._file([mail], [one])
            except Exception as error:
                if is_away(error) or is_full(error):
                    raise
                self.figures.failed += 1
                if len(self.problems) < MAX_PROBLEMS:
                    self.problems.append(f"<{one.letter.message_id}>: {cause_of(error)}".strip())

    def _file(self, batch: Sequence[Archived], read: Sequence[Understood]) -> None:
        if not batch:
            return
        times = [
            time_received(mail, one.letter, self._now)
            for mail, one in zip(batch, read, strict=True)
        ]
        with self._database.writing() as session:
            community = session.scalars(
                select(Community)
                .where(Community.id == self._community_id)
                .with_for_update(key_share=True)
            ).one()
            people = _people(session, [one.letter for one in read])
            ids = session.connection().scalars(
                _INSERT_INBOUND,
                [
                    self._inbound(mail, one.letter, at)
                    for mail, one, at in zip(batch, read, times, strict=True)
                ],
            )
            rebuilds = Rebuilds()
            filed = [
                (i, mail, one, self._post(session, community, one, i, at, people, rebuilds))
                for i, mail, one, at in zip(ids.all(), batch, read, times, strict=True)
            ]
            rebuilds.run(session, community)
            self._keep(session, filed)
            _index(session, community.id, filed, times)
        added = sum(one.is_new for *_, one in filed)
        self.figures.added += added
        self.figures.present += len(filed) - added

    def _inbound(self, mail: Archived, letter: Letter, at: datetime) -> dict[str, Any]:
        return {
            "received_at": at,
            "peer": "",
            "helo": "",
            "mail_from": mail.sender,
            "recipients": [self._recipient],
            "size": len(mail.raw),
            "state": "done",
            "due_at": self._now,
            "tries": 0,
            "message_id": letter.message_id,
            "problem": "",
        }

    def _post(
        self,
        session: Session,
        community: Community,
        one: Understood,
        inbound_id: int,
        at: datetime,
        people: dict[str, Person],
        rebuilds: Rebuilds,
    ) -> Filed:
        letter = one.letter
        clear = len(letter.authors) == 1 and not letter.ambiguous_author
        author = people.get(addresses.fold(letter.author.address)) if clear else None
        filed = forum.file(
            session,
            community,
            letter,
            inbound_id=inbound_id,
            received_at=at,
            author_id=author.id if author else None,
            rebuilds=rebuilds,
        )
        if filed.is_new and one.prepared:
            library.file(
                session,
                one.prepared,
                community=community,
                post_id=filed.post_id,
                person=author,
                now=at,
            )
        return filed

    def _keep(
        self, session: Session, filed: Sequence[tuple[int, Archived, Understood, Filed]]
    ) -> None:
        """What goes in together: the bytes of those on which a post stands, and the bodies of those
        that are new. A copy of what is there leaves nothing behind."""
        connection = session.connection()
        kept = [one for one in filed if one[-1].is_new or one[-1].is_earlier]
        copies = {inbound_id for inbound_id, *_ in filed} - {inbound_id for inbound_id, *_ in kept}
        if copies:
            connection.execute(delete(_INBOUND).where(_INBOUND.c.id.in_(copies)))
        if not kept:
            return
        connection.execute(
            _INSERT_RAW, [{"inbound_id": i, "raw": mail.raw} for i, mail, *_ in kept]
        )
        connection.execute(
            _INSERT_OUTCOME,
            [
                {
                    "inbound_id": inbound_id,
                    "recipient": self._recipient,
                    "what": WHAT,
                    "post_id": post.post_id,
                    "detail": {},
                    "at": self._now,
                }
                for inbound_id, _, _, post in kept
            ],
        )
        new = [(post.post_id, one.letter) for _, _, one, post in filed if post.is_new]
        forum.keep_bodies(session, new)


def _index(
    session: Session,
    community_id: int,
    filed: Sequence[tuple[int, Archived, Understood, Filed]],
    times: Sequence[datetime],
) -> None:
    """The words of those that are new, or that a post stands on now; of one post the last."""
    entries: dict[int, Entry] = {}
    for (_, _, one, post), at in zip(filed, times, strict=True):
        if post.is_earlier and post.post_id not in entries:
            search.drop(session, "post", post.post_id)
        if post.is_new or post.is_earlier:
            entries[post.post_id] = Entry(
                "post",
                post.post_id,
                community_id,
                one.letter.subject,
                forum.searchable(one.letter),
                at,
            )
    search.add(session, list(entries.values()))


def _people(session: Session, letters: Iterable[Letter]) -> dict[str, Person]:
    folded = {addresses.fold(letter.author.address) for letter in letters}
    rows = session.execute(
        select(Address.address, Person)
        .join(Person, Person.id == Address.person_id)
        .where(Address.address.in_(folded))
    )
    return {address: person for address, person in rows}  # noqa: C416 (rows, no pairs)
