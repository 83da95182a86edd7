"""A digest as it goes: the pieces of one reader joined into a mail, when it is sent.

What its reader may not read any more is left out then. Nothing is rendered here: numbers and reasons are put
into pieces that are remembered as octets, so that a digest of thirty things costs a fraction of a
millisecond.
"""

from __future__ import annotations

import binascii
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from digests import mime
from digests.bodies import Entry, Frame, body, together
from digests.bulletins.writing import Piece as Bulletin
from digests.bulletins.writing import piece as bulletin_of
from digests.heads import header, heading
from digests.layout import layout
from digests.pieces import Piece, Pieces
from mailhub import models
from mailhub.models import Community, Delivery, Digest, Membership, Outgoing, Person
from mailhub.site import Site

_DIGESTS = (
    select(
        Outgoing.id.label("outgoing_id"),
        Outgoing.created_at,
        Outgoing.message_id,
        Digest.id,
        Digest.person_id,
        Digest.frequency,
        Digest.community_id,
        Digest.since,
        Digest.until,
        Digest.form,
        Digest.language,
        Digest.entries,
        Digest.bulletin_id,
        Person.name,
        Person.organisation,
        Person.zone,
        Delivery.address,
    )
    .join(Digest, Digest.id == Outgoing.digest_id)
    .join(Person, Person.id == Digest.person_id)
    .join(Delivery, Delivery.outgoing_id == Outgoing.id)
    .where(Outgoing.id.in_(bindparam("ids", expanding=True)))
)
_MEMBERSHIPS = (
    select(Membership.person_id, Community.id, Community.slug, Community.name)
    .join(Community, Community.id == Membership.community_id)
    .where(Membership.person_id.in_(bindparam("people", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished digest: the slug of its return address, its subject, its octets; and its two bodies as
    they stand in it."""

    slug: str
    subject: str
    octets: bytes
    html_octets: bytes
    text_octets: bytes

    @property
    def html(self) -> str:
        """Its HTML, with plain line ends."""
        return self.html_octets.decode("ascii").replace("\r\n", "\n")

    @property
    def text(self) -> str:
        """Its plain text."""
        return binascii.a2b_qp(self.text_octets).decode("utf-8").replace("\r\n", "\n")


class Composer:
    """Composes digests; one may be used by several threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pieces = Pieces()
        self._frames: dict[str, Frame] = {}

    def mails(self, session: Session, outgoing_ids: Sequence[int]) -> dict[int, Composed]:
        """These digests, by their Outgoings. One of which nothing may be read any more is left out."""
        rows = session.connection().execute(_DIGESTS, {"ids": list(outgoing_ids)}).all()
        readers = {row.person_id for row in rows}
        places: dict[int, dict[int, Any]] = {}
        for one in session.connection().execute(_MEMBERSHIPS, {"people": list(readers)}):
            places.setdefault(one.person_id, {})[one.id] = one
        pieces = self._pieces.of(session, {entry[0] for row in rows for entry in row.entries})
        wanted = {entry[0] for row in rows if row.form == mime.FORM for entry in row.entries}
        posts = {post for i in wanted if i in pieces for post in pieces[i].posts}
        as_mails = mime.of_posts(session, self._site, posts) if posts else {}
        on_top = _bulletins(session, {row.bulletin_id for row in rows if row.bulletin_id})
        found = {}
        for row in rows:
            theirs = places.get(row.person_id, {})
            made = self.composed(row, pieces, theirs, as_mails, on_top.get(row.bulletin_id))
            if made is not None:
                found[row.outgoing_id] = made
        return found

    def octets(self, session: Session, outgoing_ids: Sequence[int]) -> dict[int, tuple[str, bytes]]:
        """These digests as the dispatch wants them: (slug of the return address, octets)."""
        made = self.mails(session, outgoing_ids)
        return {i: (composed.slug, composed.octets) for i, composed in made.items()}

    def composed(
        self,
        row: Any,
        pieces: Mapping[int, Piece],
        places: Mapping[int, Any],
        posts: Mapping[int, mime.Mail],
        on_top: Bulletin | None = None,
    ) -> Composed | None:
        """One digest of these pieces, for somebody who is in these places (with id, slug and name); None
        where nothing of it is in them. `row` is one of _DIGESTS; `posts` are there for those who want
        them as mails; `on_top` is what the stewards say."""
        entries: list[Entry] = [
            (number, pieces[piece_id], section, why, full)
            for number, (piece_id, section, why, full) in enumerate(row.entries, 1)
            if piece_id in pieces and pieces[piece_id].community_id in places
        ]
        if not entries:
            return None
        frame = self._frame(row.language)
        said = heading(self._site, row, frame.words, entries, places)
        html = body(frame, entries, said.frame, row.organisation, on_top, is_html=True)
        text = body(frame, entries, said.frame, row.organisation, on_top, is_html=False)
        if row.form == mime.FORM:
            rest = mime.body(self._site, row, text, entries, places, posts)
        else:
            rest = together(row.id, html, text, row.form)
        octets = header(self._site, row, said) + rest
        return Composed(said.slug, said.subject, octets, html, text)

    def _frame(self, language: str) -> Frame:
        frame = self._frames.get(language)
        if frame is None:
            frame = self._frames[language] = Frame(layout(language))
        return frame


def _bulletins(session: Session, ids: Collection[int]) -> dict[int, Bulletin]:
    """What the stewards say in these digests, but for what they have taken back; for most nothing."""
    if not ids:
        return {}
    of = models.Bulletin
    rows = session.scalars(select(of).where(of.id.in_(ids), of.state != "withdrawn"))
    return {one.id: bulletin_of(one) for one in rows}
