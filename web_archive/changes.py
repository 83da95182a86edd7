"""What changed between two versions of a paper: word by word where both have words that can be read, else in what they
are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import Connection, bindparam
from werkzeug.exceptions import NotFound, ServiceUnavailable

from mailhub.differences import Change, Piece, differences
from mailhub.library import versions
from mailhub.library.tables import Document, Version
from web_archive.current import hub, reading, viewer
from web_archive.discretion import hide_across
from web_archive.paper_words import Busy
from web_archive.peers import bound
from web_archive.places import readable
from web_archive.queries import Record, Statement, many, once

AGAIN_IN = 10  # seconds, where other papers are being read

views = Blueprint("changes", __name__)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions beside each other. `changes` is None where their words cannot be compared; `same` where their
    octets are the same."""

    changes: tuple[Change, ...] | None
    same: bool


@views.get("/c/<slug:slug>/library/<number:document_id>/changes/<number:number>")
def changes(slug: str, document_id: int, number: int) -> str:
    """What a version changed in the one before it."""
    with reading() as db:
        place = readable(db, slug, viewer())
        pair = _pair(db, place.id, document_id, number)
    if len(pair) < 2 or pair[0].number != number:
        raise NotFound
    new, old = pair
    bound(hub().limits.downloading, except_near=True)
    return render_template(
        "changes.html", place=place, old=old, new=new, compared=_compared(old, new)
    )


def _pair(db: Connection, community: int, document_id: int, number: int) -> Sequence[Record]:
    return many(db, _versions(), community=community, document=document_id, number=number)


def _compared(old: Record, new: Record) -> Compared:
    if old.sha256 == new.sha256:
        return Compared((), True)
    try:
        before, after = hub().paper_words.of(old), hub().paper_words.of(new)
    except Busy:
        raise ServiceUnavailable(retry_after=AGAIN_IN) from None
    if before is None or after is None:
        return Compared(None, False)
    found = differences(before, after)
    return Compared(None if found is None else tuple(map(_discreet, found)), False)


def _discreet(change: Change) -> Change:
    """Without addresses, also of such as are partly old and partly new. In the order of either text, since a
    reader puts together what is on one side."""
    texts = [piece.text for piece in change.pieces]
    for side in ("out", "in"):
        at = [n for n, piece in enumerate(change.pieces) if piece.kind in ("same", side)]
        for n, text in zip(at, hide_across([texts[n] for n in at]), strict=True):
            texts[n] = text
    pieces = (Piece(piece.kind, text) for piece, text in zip(change.pieces, texts, strict=True))
    return Change(change.skipped, tuple(piece for piece in pieces if piece.text))


@once
def _versions() -> Statement:
    """A version and the one before it."""
    return (
        versions()
        .add_columns(Version.text_state)
        .where(
            Document.id == bindparam("document"),
            Document.community_id == bindparam("community"),
            Version.number <= bindparam("number"),
        )
        .order_by(Version.number.desc())
        .limit(2)
    )
