"""Bulletins, from the first word to the last: who may do what to one is asked elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.addresses import Purpose, Token
from mailhub.membership import By, Unusable, trail
from mailhub.models import Bulletin, Digest

NEWSLETTER, PIECE = "newsletter", "piece"
FORM = {"newsletter": NEWSLETTER, "bulletin": PIECE}  # by what stands behind the platform's name
LONGEST = {NEWSLETTER: 20_000, PIECE: 1_200}  # characters
LONGEST_SUBJECT = 150
UNDO = timedelta(minutes=15)  # from the yes until it goes
ANSWERED = timedelta(days=7)  # within which it must be said yes to
LASTS = timedelta(days=35)  # a piece, so that digests by the month have it too
UNDECIDED = ("begun", "asked")
UNDER_WAY = ("queued", "going")


def begin(
    session: Session,
    form: str,
    subject: str,
    text: str,
    now: datetime,
    *,
    state: str,
    asked_by: str = "",
    by: By,
) -> Bulletin:
    """A new one, of which nothing comes yet. Unusable where it is empty or too long."""
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text:
        raise Unusable("bulletin-empty", form)
    if len(text) > LONGEST[form] or len(subject) > LONGEST_SUBJECT:
        raise Unusable(f"bulletin-{form}-length", str(len(text)))
    bulletin = Bulletin(
        form=form,
        state=state,
        subject=subject,
        text=text,
        asked_by=asked_by,
        inbound_id=by.inbound_id,
        asked_at=now,
    )
    session.add(bulletin)
    session.flush()
    _trail(session, bulletin, "asked", now, by)
    return bulletin


def locked(session: Session, bulletin_id: int) -> Bulletin | None:
    """One as it is now, and nobody else's until this transaction ends."""
    return session.get(Bulletin, bulletin_id, with_for_update=True, populate_existing=True)


def queue(session: Session, bulletin: Bulletin, now: datetime, *, by: By) -> None:
    """It goes, once there was time to think again."""
    bulletin.state = "queued"
    bulletin.goes_at = now + UNDO
    bulletin.ends_at = bulletin.goes_at + LASTS
    _trail(session, bulletin, "queued", now, by)


def decline(session: Session, bulletin: Bulletin, now: datetime, *, by: By) -> None:
    """Whoever wrote it says no to it."""
    bulletin.state = "declined"
    _trail(session, bulletin, "declined", now, by)


def withdraw(session: Session, bulletin: Bulletin, now: datetime, *, by: By) -> bool:
    """Take one back: what has not gone out yet does not go. False where there is nothing to take back."""
    if bulletin.state not in (*UNDER_WAY, "gone"):
        return False
    bulletin.state = "withdrawn"
    _trail(session, bulletin, "withdrawn", now, by)
    return True


def known(session: Session, bulletin_id: int) -> Bulletin:
    """The one of this number, locked; Unusable where there is none."""
    bulletin = locked(session, bulletin_id)
    if bulletin is None:
        raise Unusable("unknown-bulletin", str(bulletin_id))
    return bulletin


def latest(session: Session, limit: int = 100) -> Sequence[Bulletin]:
    """Those of late, the newest first."""
    return session.scalars(select(Bulletin).order_by(Bulletin.id.desc()).limit(limit)).all()


def for_stewards(bulletin: Bulletin, now: datetime) -> Token:
    """What a mail about it to a steward carries."""
    return Token(Purpose.BULLETIN, bulletin.id, 0, (now + ANSWERED).date())


def readers(session: Session, now: datetime) -> int:
    """How many people a newsletter would go to now."""
    return outbox.everybody(session, now)


def under_way(session: Session) -> dict[str, int]:
    """How many are queued or going, by their form."""
    rows = session.execute(
        select(Bulletin.form, func.count().label("number"))
        .where(Bulletin.state.in_(UNDER_WAY))
        .group_by(Bulletin.form)
    )
    return {NEWSLETTER: 0, PIECE: 0} | {row.form: row.number for row in rows}


def pieces(session: Session, at: datetime) -> list[int]:
    """Those that stand in digests at that time, the oldest first."""
    return list(
        session.scalars(
            select(Bulletin.id)
            .where(
                Bulletin.form == PIECE,
                Bulletin.state.in_(UNDER_WAY),
                Bulletin.goes_at <= at,
                Bulletin.ends_at > at,
            )
            .order_by(Bulletin.id)
        )
    )


def had(session: Session, people: Collection[int], some: Collection[int]) -> set[tuple[int, int]]:
    """Which of these people have had which of these pieces, as (person, bulletin)."""
    rows = session.execute(
        select(Digest.person_id, Digest.bulletin_id).where(
            Digest.person_id.in_(people), Digest.bulletin_id.in_(some)
        )
    )
    return {(person_id, bulletin_id) for person_id, bulletin_id in rows if bulletin_id}


def _trail(session: Session, bulletin: Bulletin, what: str, now: datetime, by: By) -> None:
    said = {"bulletin": bulletin.id, "form": bulletin.form, "subject": bulletin.subject}
    trail.keep(session, by, now, of="bulletin", what=what, after=said)
