"""Held mail on its way through: who is told that it waits, and what the timers and the sweep have done
with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import commands, holds, membership, notes, reading
from mailhub.addresses import Purpose, Token
from mailhub.compose import private
from mailhub.holds import Acted, By, Came, Result
from mailhub.letter import Letter
from mailhub.models import Community, Hold, RawMail
from mailhub.notes import Desk
from mailhub.process import answering
from mailhub.process.work import Mail, Tools, Work

NO_ANSWER = frozenset(
    {"own-address", "unclear-author", "forged"}
)  # who is named may not have written


def held(work: Work, mail: Mail, community: Community, hold: Hold) -> None:
    """A mail waits from now on: those who decide are told, and its author, once."""
    desk = Desk(work.tools.site, work.tools.templates)
    stewards = membership.stewards(work.session, work.tools.stewards)
    work.outgoing += holds.tell(work.session, desk, hold, mail.letter, stewards, work.now)
    if hold.reason in NO_ANSWER:
        return
    asked = answering.asked_of(work, mail, community)
    if asked is None or not commands.may_know(asked):
        return
    known = mail.proof.proven or asked.membership() is not None
    note = asked.note(
        "held-waits",
        token=Token(Purpose.WITHDRAW, hold.id),
        once=str(hold.id) if known else "",  # in a stranger's name anybody can write
        held=hold,
        joining=community.joining,
        names=[reader_name(work, one) for one in holds.readers(work.session, community.id, ())]
        if asked.membership() is not None
        else [],
    )
    work.outgoing += notes.send(work.session, desk, [note], work.now)


def reader_name(work: Work, reader: holds.Reader) -> str:
    """Who looks after a community, by name."""
    person = membership.person_of(work.session, reader.address)
    return (person.name if person else "") or reader.address


def act(tools: Tools, now: datetime) -> Acted:
    """What was decided takes effect, as far as it is due."""
    return holds.act(tools.database, Desk(tools.site, tools.templates), now)


def escalate(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: who is reminded of what waits, and who is told next."""
    with tools.database.writing() as session:
        stewards = membership.stewards(session, tools.stewards)

        def letter_of(hold: Hold) -> Letter:
            raw = select(RawMail.raw).where(RawMail.inbound_id == hold.inbound_id)
            return private.letter(reading.read(session.scalars(raw).one()), tools.site)

        holds.escalate(session, Desk(tools.site, tools.templates), stewards, letter_of, now)


def morning(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: one mail with all that waits, to each who wants it at this hour."""
    with tools.database.writing() as session:
        holds.morning(session, Desk(tools.site, tools.templates), now)


def weekly(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer that runs daily: on Mondays, the week in figures, and who looks after nobody's community."""
    if now.weekday() != 0:
        return
    desk = Desk(tools.site, tools.templates)
    with tools.database.writing() as session:
        stewards = membership.stewards(session, tools.stewards)
        told = (*holds.weekly(session, stewards, now), *holds.nobody_there(session, stewards))
        notes.send(session, desk, told, now)


def told(
    tools: Tools, session: Session, hold_id: int, verb: str, argument: str, by: By, now: datetime
) -> None:
    """Those who were asked are told what was decided elsewhere, such as by the operator."""
    held = session.get_one(Hold, hold_id)
    result = Result(held, verb, argument, Came.DECIDED)
    desk = Desk(tools.site, tools.templates)
    notes.send(session, desk, holds.others(session, [result], by, now, to_by=True), now)
