"""What a person leaves behind in small rows: requests, hints, returns, decisions, digests, their names in the trail."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.models import (
    Bulletin,
    Change,
    Decision,
    Digest,
    DigestPiece,
    Hint,
    Hold,
    Notice,
    Outgoing,
    Request,
    Return,
    Standing,
)
from mailhub.privacy.left_behind import Theirs

_TOLD = ("person", "address", "steward")  # what the trail keeps of these names people


def small_rows(session: Session, theirs: Theirs, request_id: int) -> None:
    """What is left: requests, hints, returns, and their names in the trail."""
    before = Request.asked_at <= theirs.at
    mine = or_(Request.address.in_(theirs.addresses), Request.person_id.in_(theirs.people))
    session.execute(delete(Request).where(mine, before, Request.id != request_id))
    session.execute(
        delete(Hint).where(Hint.address.in_(theirs.addresses), Hint.last_at <= theirs.at)
    )
    session.execute(
        delete(Return).where(
            or_(Return.person_id.in_(theirs.people), Return.address.in_(theirs.addresses)),
            Return.at <= theirs.at,
        )
    )
    known_as = [*theirs.names, *theirs.addresses]
    session.execute(update(Request).where(Request.settled_by.in_(known_as)).values(settled_by=""))
    session.execute(
        update(Hold)
        .where(or_(Hold.decided_by.in_(known_as), Hold.decided_by_id.in_(theirs.people)))
        .values(decided_by="", decided_by_id=None)
    )
    session.execute(
        update(Decision)
        .where(or_(Decision.by.in_(theirs.addresses), Decision.by_id.in_(theirs.people)))
        .values(by="", by_id=None)
    )
    session.execute(
        update(Notice)
        .where(or_(Notice.address.in_(theirs.addresses), Notice.person_id.in_(theirs.people)))
        .values(address="", person_id=None)
    )
    session.execute(
        update(Bulletin).where(Bulletin.asked_by.in_(theirs.addresses)).values(asked_by="")
    )
    session.execute(delete(Standing).where(Standing.address.in_(theirs.addresses)))
    _digests(session, theirs)
    for change in session.scalars(
        select(Change).where(
            Change.of.in_(_TOLD),
            Change.at <= theirs.at,
            or_(Change.person_id.in_(theirs.people), Change.of == "steward"),
        )
    ):
        if change.of != "steward" or _names(change, theirs):
            change.before, change.after = None, None


def _digests(session: Session, theirs: Theirs) -> None:
    """Theirs, and what digests of others were told in their name."""
    mine = select(Digest.id).where(Digest.person_id.in_(theirs.people))
    session.execute(
        update(Outgoing)
        .where(Outgoing.digest_id.in_(mine))
        .values(digest_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(Digest)
        .where(Digest.person_id.in_(theirs.people))
        .execution_options(synchronize_session=False)
    )
    told = [DigestPiece.text.contains(name, autoescape=True) for name in theirs.names if name]
    if told:
        session.execute(
            delete(DigestPiece).where(or_(*told)).execution_options(synchronize_session=False)
        )


def _names(change: Change, theirs: Theirs) -> bool:
    said = {**(change.before or {}), **(change.after or {})}
    return addresses.fold(str(said.get("address", ""))) in theirs.addresses
