"""A digest as it goes: the pieces of one reader joined into a mail, when it is sent.

What its reader may not read any more is left out then. Nothing is rendered here: numbers and reasons are put
into pieces that are remembered, so that a digest of thirty things costs a fraction of a
millisecond. HTML is in ASCII and text in quoted-printable, which any relay takes.
"""

from __future__ import annotations

import binascii
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import format_datetime
from itertools import groupby
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from digests.layout import NUMBER, ORGANISATION, WHY, Layout, filled, html, layout
from digests.run import token
from mailhub.addresses import HUB, Purpose, Token
from mailhub.compose import headers
from mailhub.models import (
    Community,
    Delivery,
    Digest,
    DigestPiece,
    Membership,
    Outgoing,
    Person,
)
from mailhub.site import Site

REMEMBERED = 8_000  # pieces
_DIGESTS = (
    select(
        Outgoing.id.label("outgoing_id"),
        Outgoing.created_at,
        Outgoing.message_id,
        Digest.id,
        Digest.person_id,
        Digest.frequency,
        Digest.community_id,
        Digest.until,
        Digest.form,
        Digest.language,
        Digest.entries,
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
_PIECES = select(DigestPiece).where(DigestPiece.id.in_(bindparam("ids", expanding=True)))

_QP_TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_Entry = tuple[int, "Piece", str, str, bool]  # number, piece, section, why, whether in full


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it is remembered; the number and the reason are still open."""

    community_id: int
    title: str
    html: str
    text: str
    short_html: str
    short_text: str
    whys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished digest: the slug of its return address, its octets; and its two bodies as text, for a
    preview."""

    slug: str
    subject: str
    octets: bytes
    html: str
    text: str


class Composer:
    """Composes digests; one may be used by several threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pieces: OrderedDict[int, Piece] = OrderedDict()
        self._lock = Lock()

    def mails(self, session: Session, outgoing_ids: Sequence[int]) -> dict[int, Composed]:
        """These digests, by their Outgoings. One of which nothing may be read any more is left out."""
        rows = session.execute(_DIGESTS, {"ids": list(outgoing_ids)}).all()
        readers = {row.person_id for row in rows}
        places: dict[int, dict[int, Any]] = {}
        for one in session.execute(_MEMBERSHIPS, {"people": list(readers)}):
            places.setdefault(one.person_id, {})[one.id] = one
        pieces = self._known(session, {entry[0] for row in rows for entry in row.entries})
        found = {}
        for row in rows:
            made = self.composed(row, pieces, places.get(row.person_id, {}))
            if made is not None:
                found[row.outgoing_id] = made
        return found

    def octets(self, session: Session, outgoing_ids: Sequence[int]) -> dict[int, tuple[str, bytes]]:
        """These digests as the dispatch wants them: (slug of the return address, octets)."""
        made = self.mails(session, outgoing_ids)
        return {i: (composed.slug, composed.octets) for i, composed in made.items()}

    def _known(self, session: Session, ids: set[int]) -> dict[int, Piece]:
        with self._lock:
            known = {i: self._pieces[i] for i in ids if i in self._pieces}
        missing = sorted(ids - known.keys())
        for start in range(0, len(missing), 500):
            for row in session.scalars(_PIECES, {"ids": missing[start : start + 500]}):
                known[row.id] = piece_of(row)
        with self._lock:
            self._pieces.update({i: known[i] for i in missing if i in known})
            while len(self._pieces) > REMEMBERED:
                self._pieces.popitem(last=False)
        return known

    def composed(
        self, row: Any, pieces: Mapping[int, Piece], places: Mapping[int, Any]
    ) -> Composed | None:
        """One digest of these pieces, for somebody who is in these places (with id, slug and name); None
        where nothing of it is in them. `row` is one of _DIGESTS."""
        entries = [
            (number, pieces[piece_id], section, why, full)
            for number, (piece_id, section, why, full) in enumerate(row.entries, 1)
            if piece_id in pieces and pieces[piece_id].community_id in places
        ]
        if not entries:
            return None
        shown = layout(row.language)
        facts = self._facts(row, shown, entries, places)
        words, theirs = shown.words, row.organisation
        body_html = _joined(shown.html, entries, words, facts, theirs, is_html=True)
        body_text = _joined(shown.text, entries, words, facts, theirs, is_html=False)
        slug = places[row.community_id].slug if row.community_id in places else HUB
        head = self._head(row, slug, facts)
        octets = _mail(head, row.id, body_html, body_text, row.form)
        return Composed(slug, facts["subject"], octets, body_html, body_text)

    def _facts(
        self, row: Any, shown: Layout, entries: Sequence[_Entry], places: Mapping[int, Any]
    ) -> dict[str, str]:
        """What the frame says, as text."""
        words = shown.words
        day = row.until.astimezone(ZoneInfo(row.zone or self._site.zone)).date()
        where = {piece.community_id for _, piece, *_ in entries}
        one = places[row.community_id].name if row.community_id in places else ""
        names = {"period": words[row.frequency], "day": _day(day, words), "community": one}
        told_where = (
            words["places_one"].format(name=places[min(where)].name)
            if len(where) == 1
            else words["places"].format(count=len(where))
        )
        intro = words["intro_one"] if len(entries) == 1 else words["intro"]
        first = entries[0][1].title[:80]
        subject = words["subject"] if len(entries) == 1 else words["subject_more"]
        slug = places[row.community_id].slug if row.community_id in places else HUB
        mine = token(row.id, row.person_id)
        off = Token(Purpose.DIGESTS_OFF, row.id, row.person_id)
        me = self._site.tokens.address(slug, mine, self._site.domain)
        return {
            "heading": words["heading_one" if one else "heading"].format(**names),
            "subject": subject.format(first=first, count=len(entries) - 1, **names),
            "intro": intro.format(count=len(entries), places=told_where),
            "me": me,
            "sender": one or words["platform"],
            "off": f"{self._site.url}/u/{self._site.tokens.sign(off)}",
            "off_mail": self._site.tokens.address(slug, off, self._site.domain),
        }

    def _head(self, row: Any, slug: str, facts: dict[str, str]) -> bytes:
        address = self._site.address(slug, "" if slug == HUB else "notices")
        off = f"<{facts['off']}>,\r\n <mailto:{facts['off_mail']}?subject=unsubscribe>"
        lines = [
            headers.raw("From", headers.mailbox(facts["sender"], address)),
            headers.raw("To", headers.mailbox(row.name, row.address)),
            headers.raw("Reply-To", headers.mailbox(facts["sender"], facts["me"])),
            headers.field("Subject", facts["subject"]),
            headers.raw("Date", format_datetime(row.created_at)),
            headers.raw("Message-ID", f"<{row.message_id}>"),
            headers.list_id(facts["sender"], f"digests.{self._site.domain}"),
            f"List-Unsubscribe: {off}\r\n".encode("ascii"),
            headers.raw("Auto-Submitted", "auto-generated"),
            headers.raw("X-Auto-Response-Suppress", "All"),
            headers.raw("Precedence", "list"),
            headers.raw("Content-Language", row.language),
        ]
        if facts["off"].startswith("https://"):
            lines.append(headers.raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return b"".join(lines)


def _joined(
    parts: Mapping[str, str],
    entries: Sequence[_Entry],
    words: Mapping[str, Any],
    facts: Mapping[str, str],
    organisation: str,
    *,
    is_html: bool,
) -> str:
    """One body."""
    escaped = html if is_html else _as_it_is
    frame = {name: escaped(value) for name, value in facts.items()}
    out = [filled(parts["head"], **frame)]
    for section, group in groupby(entries, key=lambda entry: entry[2]):
        out.append(filled(parts["section"], section=escaped(words["sections"][section])))
        in_titles = False
        for number, piece, _, why, full in group:
            if not full and not in_titles:
                out.append(parts["titles"])
            if full:
                said = escaped(piece.whys[why].replace(ORGANISATION, organisation))
                body = piece.html if is_html else piece.text
                out.append(body.replace(NUMBER, str(number)).replace(WHY, said))
            else:
                body = piece.short_html if is_html else piece.short_text
                out.append(body.replace(NUMBER, str(number)))
            in_titles = not full
        if in_titles:
            out.append(parts["titles_end"])
    out.append(filled(parts["foot"], **frame))
    return "\n".join(out)


def _as_it_is(text: str) -> str:
    return text


def _mail(head: bytes, digest_id: int, body_html: str, body_text: str, form: str) -> bytes:
    """The whole mail, with CRLF line ends."""
    text = _QP_TEXT + _crlf(binascii.b2a_qp(body_text.encode("utf-8"), istext=True))
    if form == "text":
        return head + b"MIME-Version: 1.0\r\n" + text
    boundary = f"=_digest_{digest_id:x}".encode("ascii")
    return b"".join(
        [
            head,
            b"MIME-Version: 1.0\r\n",
            b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n',
            b"--" + boundary + b"\r\n",
            text,
            b"\r\n--" + boundary + b"\r\n",
            b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
            _crlf(body_html.encode("ascii")),
            b"\r\n--" + boundary + b"--\r\n",
        ]
    )


def _crlf(octets: bytes) -> bytes:
    return octets.replace(b"\n", b"\r\n")


def _day(day: date, words: Mapping[str, Any]) -> str:
    return f"{day.day} {words['months']['names'][day.month - 1]} {day.year}"


def piece_of(row: Any) -> Piece:
    """What is needed of a DigestPiece, or of what would be one."""
    return Piece(
        row.community_id,
        row.title,
        row.html,
        row.text,
        row.short_html,
        row.short_text,
        row.whys,
    )
