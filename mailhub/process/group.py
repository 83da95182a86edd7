"""A group of mails, one transaction; a mail that spoils it is found by trying each alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, bindparam, select, update

from mailhub import addresses, library
from mailhub.blobs import CannotKeep
from mailhub.compose import private
from mailhub.database import Database, is_away, is_full
from mailhub.letter import Letter
from mailhub.library import Prepared
from mailhub.models import Inbound, RawMail
from mailhub.process import going_on, proving, tooling
from mailhub.process.arriving import arrive
from mailhub.process.late import MAX_BEGUN, beginning
from mailhub.process.work import Mail, Manner, Tools, Work
from mailhub.proof import Proof

MAX_TRIES = 12
LONGEST_WAIT = timedelta(hours=1)

_RAWS = (
    select(
        RawMail.inbound_id,
        RawMail.raw,
        Inbound.recipients,
        Inbound.peer,
        Inbound.helo,
        Inbound.protocol,
        Inbound.mail_from,
        Inbound.proof,
    )
    .join(Inbound, Inbound.id == RawMail.inbound_id)
    .where(
        RawMail.inbound_id.in_(bindparam("ids", expanding=True)),
        Inbound.state == "waiting",
        Inbound.begun <= bindparam("begun"),
    )
)
_WAITING = (
    select(Inbound)
    .where(Inbound.id.in_(bindparam("ids", expanding=True)), Inbound.state == "waiting")
    .order_by(Inbound.id)
)
# The bare table: one statement for the group.
_inbound = Inbound.metadata.tables[Inbound.__tablename__]
_DONE = (
    update(_inbound)
    .where(_inbound.c.id == bindparam("inbound"))
    .values(state="done", message_id=bindparam("claimed"), proof=bindparam("found_out", type_=JSON))
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail of which all is known that can be known outside of a transaction; fields as of `Mail`."""

    letter: Letter
    prepared: tuple[Prepared, ...]
    suspicions: tuple[str, ...]
    proof: Proof
    manner: Manner
    by_tools: dict[str, Any]

    def mail(self, inbound: Inbound, work: Work) -> Mail:
        """It inside of one."""
        return Mail(
            inbound,
            self.letter,
            self.prepared,
            self.suspicions,
            work.author(self.letter),
            self.proof,
            self.manner,
            self.by_tools,
        )


@dataclass(slots=True)
class Followed:
    """What came of a group of mails: what is to be sent and indexed now, and each one's fate as
    (inbound, what, what it sends)."""

    outgoing: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    derived: list[int] = field(default_factory=list)
    outcomes: list[tuple[int, str, list[int]]] = field(default_factory=list)


def process(tools: Tools, ids: Sequence[int], now: datetime, *, late: bool = False) -> Followed:
    """Process these mails, as far as they wait; one transaction for all of them.

    If that fails, each is tried alone, and one that fails alone is due again later, each time after
    twice as long; after MAX_TRIES it is `failed` and an operator must look. None is lost. What fails
    because the database is away raises at once: that is no mail's fault and no try of its own.

    `late`: no job has done them in time, see `mailhub.process.late`.
    """
    if not late:
        return _process(tools, ids, now, 0)
    with beginning(tools.database, ids, now) as begun:
        return _process(tools, begun, now, MAX_BEGUN)


def _process(tools: Tools, ids: Sequence[int], now: datetime, most_begun: int) -> Followed:
    try:
        return _together(tools, ids, now, most_begun)
    except Exception as error:
        if is_away(error):
            raise
        if len(ids) == 1:
            _put_off(tools.database, ids[0], error, now)
            raise
    followed = Followed()
    for inbound_id in ids:
        try:
            one = _together(tools, [inbound_id], now, most_begun)
        except Exception as error:
            if is_away(error):
                raise
            _put_off(tools.database, inbound_id, error, now)
            followed.outcomes.append((inbound_id, f"put off: {type(error).__name__}", []))
            continue
        followed.outgoing += one.outgoing
        followed.versions += one.versions
        followed.derived += one.derived
        followed.outcomes += one.outcomes
    return followed


def _ready(tools: Tools, ids: Sequence[int], now: datetime, most_begun: int) -> dict[int, Ready]:
    """What takes time: it is done before the transaction, in which every other writer waits."""
    with tools.database.reading() as session:
        raws = session.execute(_RAWS, {"ids": list(ids), "begun": most_begun}).all()
    read = tools.read([mail.raw for mail in raws])
    letters = {mail.inbound_id: letter for mail, letter in zip(raws, read, strict=True)}
    proofs = proving.proofs(tools, raws, letters)
    manners = going_on.manners(tools, raws, letters, proofs)
    found: dict[int, Ready] = {}
    for mail in raws:
        letter = letters[mail.inbound_id]
        for_others = private.letter(letter, tools.site)
        found[mail.inbound_id] = Ready(
            letter,
            _prepared(tools, for_others, mail.recipients),
            tuple(filter(None, map(library.suspicious, letter.attachments))),
            proofs[mail.inbound_id],
            manners[mail.inbound_id],
            tooling.prepared(tools, for_others, mail.recipients, now),
        )
    return found


def _together(tools: Tools, ids: Sequence[int], now: datetime, most_begun: int) -> Followed:
    ready = _ready(tools, ids, now, most_begun)
    if not ready:
        return Followed()
    with tools.database.writing() as session:
        work = Work(tools, session, now)
        statement = _WAITING
        if not tools.database.is_sqlite:
            statement = statement.with_for_update(skip_locked=True)
        waiting = session.scalars(statement, {"ids": list(ready)}).all()
        work.look_up([(inbound, ready[inbound.id].letter) for inbound in waiting])
        for inbound in waiting:
            arrive(work, ready[inbound.id].mail(inbound, work))
        if waiting:
            done = [(inbound.id, ready[inbound.id]) for inbound in waiting]
            session.connection().execute(
                _DONE,
                [
                    {"inbound": i, "claimed": one.letter.message_id, "found_out": one.proof.kept()}
                    for i, one in done
                ],
            )
        work.finish()
    return Followed(
        work.outgoing,
        work.versions,
        work.derived,
        [(o["inbound_id"], o["what"], o["detail"]["outgoing"]) for o in work.outcomes],
    )


def _prepared(tools: Tools, letter: Letter, recipients: Sequence[str]) -> tuple[Prepared, ...]:
    """A letter's papers, kept, and compared with those of the communities that it is for."""
    papers = library.prepare(tools.blobs, letter)
    slugs = {
        destination.slug
        for recipient in recipients
        for destination in addresses.destinations(recipient, tools.site.domain, tools.site.tokens)
    }
    return library.compare(tools.database, tools.blobs, slugs, papers) if papers else ()


def _put_off(database: Database, inbound_id: int, error: Exception, now: datetime) -> None:
    no_space = is_full(error) or isinstance(error, CannotKeep)  # it goes on once there is some
    with database.writing() as session:
        tries = session.scalar(
            select(Inbound.tries).where(Inbound.id == inbound_id, Inbound.state == "waiting")
        )
        if tries is None:
            return
        session.execute(
            update(Inbound)
            .where(Inbound.id == inbound_id)
            .values(
                tries=tries + 1,
                state="failed" if tries + 1 >= MAX_TRIES and not no_space else "waiting",
                due_at=now + min(timedelta(seconds=5 * 2 ** min(tries, 12)), LONGEST_WAIT),
                problem=f"{type(error).__name__}: {error}"[:500],
            )
        )
