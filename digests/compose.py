"""A digest as it goes: the pieces of one reader joined into a mail, when it is sent.

What its reader may not read any more is left out then. Nothing is rendered here: numbers and reasons are put
into pieces that are remembered as octets, so that a digest of thirty things costs a fraction of a
millisecond.
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

from digests import cut
from digests.cut import Cut
from digests.layout import Layout, html, layout
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
_PIECES = select(
    DigestPiece.id,
    DigestPiece.community_id,
    DigestPiece.title,
    DigestPiece.html,
    DigestPiece.text,
    DigestPiece.short_html,
    DigestPiece.short_text,
    DigestPiece.whys,
).where(DigestPiece.id.in_(bindparam("ids", expanding=True)))
_TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_HTML = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
_Entry = tuple[int, "Piece", str, str, bool]  # number, piece, section, why, whether in full


@dataclass(frozen=True, slots=True)
class Side:
    """A piece in one of the two bodies."""

    full: Cut
    short: Cut
    whys: Mapping[str, Cut]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it is remembered; the number and the reason are still open."""

    community_id: int
    title: str
    html: Side
    text: Side


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


class Frame:
    """A layout as octets."""

    def __init__(self, shown: Layout) -> None:
        self.words = shown.words
        self.html = {
            name: cut.of_part(part, is_html=True)
            for name, part in shown.html.items()
            if name not in ("item", "title")
        }
        self.text = {
            name: cut.of_part(part, is_html=False)
            for name, part in shown.text.items()
            if name not in ("item", "title")
        }


class Composer:
    """Composes digests; one may be used by several threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pieces: OrderedDict[int, Piece] = OrderedDict()
        self._frames: dict[str, Frame] = {}
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
            for row in session.execute(_PIECES, {"ids": missing[start : start + 500]}):
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
        entries: list[_Entry] = [
            (number, pieces[piece_id], section, why, full)
            for number, (piece_id, section, why, full) in enumerate(row.entries, 1)
            if piece_id in pieces and pieces[piece_id].community_id in places
        ]
        if not entries:
            return None
        frame = self._frame(row.language)
        facts = self._facts(row, frame.words, entries, places)
        body_html = _body(frame, entries, facts, row.organisation, is_html=True)
        body_text = _body(frame, entries, facts, row.organisation, is_html=False)
        octets = _mail(self._head(row, facts), row.id, body_html, body_text, row.form)
        return Composed(facts["slug"], facts["subject"], octets, body_html, body_text)

    def _frame(self, language: str) -> Frame:
        frame = self._frames.get(language)
        if frame is None:
            frame = self._frames[language] = Frame(layout(language))
        return frame

    def _facts(
        self,
        row: Any,
        words: Mapping[str, Any],
        entries: Sequence[_Entry],
        places: Mapping[int, Any],
    ) -> dict[str, str]:
        """What the frame says, as text."""
        day = row.until.astimezone(ZoneInfo(row.zone or self._site.zone)).date()
        where = {piece.community_id for _, piece, *_ in entries}
        here = places.get(row.community_id)
        slug = here.slug if here else HUB
        names = {
            "period": words[row.frequency],
            "day": _day(day, words),
            "community": here.name if here else "",
        }
        told_where = (
            words["places_one"].format(name=places[min(where)].name)
            if len(where) == 1
            else words["places"].format(count=len(where))
        )
        alone = len(entries) == 1
        subject = words["subject" if alone else "subject_more"]
        off = Token(Purpose.DIGESTS_OFF, row.id, row.person_id)
        sign, domain = self._site.tokens, self._site.domain
        return {
            "slug": slug,
            "heading": words["heading_one" if here else "heading"].format(**names),
            "subject": subject.format(
                first=entries[0][1].title[:80], count=len(entries) - 1, **names
            ),
            "intro": words["intro_one" if alone else "intro"].format(
                count=len(entries), places=told_where
            ),
            "me": sign.address(slug, token(row.id, row.person_id), domain),
            "sender": here.name if here else words["platform"],
            "off": f"{self._site.url}/u/{sign.sign(off)}",
            "off_mail": sign.address(slug, off, domain),
        }

    def _head(self, row: Any, facts: Mapping[str, str]) -> bytes:
        slug, sender = facts["slug"], facts["sender"]
        address = self._site.address(slug, "" if slug == HUB else "notices")
        off = f"<{facts['off']}>,\r\n <mailto:{facts['off_mail']}?subject=unsubscribe>"
        name = headers.mailbox(sender, "x@x").removesuffix("<x@x>")
        subject = facts["subject"]
        lines = [
            headers.raw("From", f"{name}<{address}>"),
            headers.raw("To", headers.mailbox(row.name, row.address)),
            headers.raw("Reply-To", f"{name}<{facts['me']}>"),
            headers.raw("Subject", subject)
            if subject.isascii() and subject.isprintable()
            else headers.field("Subject", subject),
            headers.raw("Date", format_datetime(row.created_at)),
            headers.raw("Message-ID", f"<{row.message_id}>"),
            headers.raw("List-Id", f"<digests.{self._site.domain}>"),
            f"List-Unsubscribe: {off}\r\n".encode("ascii"),
            headers.raw("Auto-Submitted", "auto-generated"),
            headers.raw("X-Auto-Response-Suppress", "All"),
            headers.raw("Precedence", "list"),
            headers.raw("Content-Language", row.language),
            headers.raw("MIME-Version", "1.0"),
        ]
        if facts["off"].startswith("https://"):
            lines.append(headers.raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return b"".join(lines)


def _body(
    frame: Frame,
    entries: Sequence[_Entry],
    facts: Mapping[str, str],
    organisation: str,
    *,
    is_html: bool,
) -> bytes:
    """One of the two bodies."""
    parts = frame.html if is_html else frame.text
    values = {name: cut.value(text, is_html=is_html) for name, text in facts.items()}
    theirs = {"organisation": cut.value(organisation, is_html=is_html)}
    out = [parts["head"].filled(values)]
    for section, group in groupby(entries, key=lambda entry: entry[2]):
        heading = cut.value(frame.words["sections"][section], is_html=is_html)
        out.append(parts["section"].filled({"section": heading}))
        in_titles = False
        for number, piece, _, why, full in group:
            side = piece.html if is_html else piece.text
            if not full and not in_titles:
                out.append(parts["titles"].filled({}))
            if full:
                said = side.whys[why].filled(theirs)
                out.append(side.full.filled({"n": b"%d" % number, "why": said}))
            else:
                out.append(side.short.filled({"n": b"%d" % number}))
            in_titles = not full
        if in_titles:
            out.append(parts["titles_end"].filled({}))
    out.append(parts["foot"].filled(values))
    return b"\r\n".join(out)


def _mail(head: bytes, digest_id: int, body: bytes, text: bytes, form: str) -> bytes:
    """The whole mail."""
    if form == "text":
        return b"".join([head, _TEXT, text, b"\r\n"])
    mark = b"--=_digest_%x" % digest_id
    kind = b'Content-Type: multipart/alternative; boundary="' + mark[2:] + b'"\r\n\r\n'
    return b"".join(
        [
            head,
            kind,
            mark,
            b"\r\n",
            _TEXT,
            text,
            b"\r\n",
            mark,
            b"\r\n",
            _HTML,
            body,
            b"\r\n",
            mark,
            b"--\r\n",
        ]
    )


def _day(day: date, words: Mapping[str, Any]) -> str:
    return f"{day.day} {words['months']['names'][day.month - 1]} {day.year}"


def piece_of(row: Any) -> Piece:
    """What is needed of a DigestPiece, or of what would be one."""
    return Piece(
        row.community_id,
        row.title,
        Side(
            cut.of_html(row.html),
            cut.of_html(row.short_html),
            {why: cut.of_html(html(said)) for why, said in row.whys.items()},
        ),
        Side(
            cut.of_text(row.text),
            cut.of_text(row.short_text),
            {why: cut.of_text(said) for why, said in row.whys.items()},
        ),
    )
