"""The spool: a mail is committed here before anyone is told that we have it.

One thread writes. Whoever brings a mail waits for it, and all that wait together are committed
together: a sync of the disk costs the same for one mail as for two hundred. A mail that spoils its
group is found by trying each alone. What could not be committed is never called kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import insert

from mailhub.database import Database, cause_of, is_away, is_full
from mailhub.models import Inbound, RawMail

MAX_GROUP = 200  # mails
MAX_GROUP_BYTES = 16 * 1024 * 1024

log = structlog.get_logger()


class SpoolFailed(Exception):
    """The mail was not kept, for a reason of ours; its sender must keep it."""


class SpoolFull(SpoolFailed):
    """There is no space for it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who brought a mail, from whom, and for whom. Every string is clean: no control characters,
    nothing that UTF-8 cannot say. `mail_from` is "" for the null sender."""

    peer: str
    helo: str
    mail_from: str
    recipients: tuple[str, ...]
    received_at: datetime
    protocol: str = "ESMTP"  # or LMTP: then the peer is a mail server of ours


@dataclass(slots=True)
class _Waiting:
    envelope: Envelope
    raw: bytes
    kept: Future[int]


class Spool:
    """Keeps mails in groups.

    `on_kept(ids)` is called after each commit, before the senders know: it wakes the work, and may
    fail without harm, since the work is found in the database. `on_group(mails, seconds)` is told how
    long each commit took. Both run in the writer's thread.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        on_kept: Callable[[list[int]], None] | None = None,
        on_group: Callable[[int, float], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_kept = on_kept
        self._on_group = on_group
        self._waiting: deque[_Waiting] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="spool", daemon=True)
        self._writer.start()

    def keep(self, envelope: Envelope, raw: bytes) -> Future[int]:
        """Commit a mail, its bytes exactly as they came. The future gives the id of its Inbound, or
        raises SpoolFull or SpoolFailed; it cannot be cancelled, for the mail may be kept already."""
        waiting = _Waiting(envelope, raw, Future())
        waiting.kept.set_running_or_notify_cancel()
        with self._change:
            if self._closed:
                waiting.kept.set_exception(SpoolFailed("the spool is closed"))
            else:
                self._waiting.append(waiting)
                self._change.notify()
        return waiting.kept

    def close(self) -> None:
        """Keep what waits, then end. A mail brought later fails."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._writer.join()

    def _write(self) -> None:
        while group := self._next_group():
            try:
                self._keep(group)
            except Exception as error:
                if len(group) > 1:
                    self._keep_each(group)
                else:
                    _refuse(group, error)

    def _next_group(self) -> list[_Waiting]:
        """All that wait, up to the limits, at least one; empty once the spool is closed."""
        with self._change:
            while not self._waiting and not self._closed:
                self._change.wait()
            group: list[_Waiting] = []
            size = 0
            while self._waiting and len(group) < MAX_GROUP:
                size += len(self._waiting[0].raw)
                if group and size > MAX_GROUP_BYTES:
                    break
                group.append(self._waiting.popleft())
            return group

    def _keep_each(self, group: list[_Waiting]) -> None:
        """Each alone, once, so that one bad mail does not cost the others. Where the database
        itself cannot be had, the rest are not tried: every try would wait as long again."""
        for number, waiting in enumerate(group):
            try:
                self._keep([waiting])
            except Exception as error:
                if is_away(error):
                    _refuse(group[number:], error)
                    return
                _refuse([waiting], error)

    def _keep(self, group: list[_Waiting]) -> None:
        began = self._clock()
        ids = self._commit(group, began)
        # It is kept now: nothing that fails from here on may say otherwise.
        try:
            if self._on_group:
                self._on_group(len(group), (self._clock() - began).total_seconds())
            if self._on_kept:
                self._on_kept(ids)
        except Exception:
            log.warning("wake-failed", inbound=ids[0], exc_info=True)
        for waiting, id_ in zip(group, ids, strict=True):
            waiting.kept.set_result(id_)

    def _commit(self, group: list[_Waiting], now: datetime) -> list[int]:
        rows = [
            {
                "received_at": waiting.envelope.received_at,
                "peer": waiting.envelope.peer,
                "helo": waiting.envelope.helo,
                "protocol": waiting.envelope.protocol,
                "mail_from": waiting.envelope.mail_from,
                "recipients": list(waiting.envelope.recipients),
                "size": len(waiting.raw),
                "state": "waiting",
                "due_at": now,
                "tries": 0,
                "message_id": "",
                "problem": "",
                "proof": {},
            }
            for waiting in group
        ]
        with self._database.writing() as session:
            connection = session.connection()
            ids = list(connection.scalars(_INSERT_INBOUND, rows))
            connection.execute(
                _INSERT_RAW,
                [
                    {"inbound_id": id_, "raw": waiting.raw}
                    for id_, waiting in zip(ids, group, strict=True)
                ],
            )
        return ids


# The bare tables: rows go in as rows, without an object for each.
_INBOUND = Inbound.metadata.tables[Inbound.__tablename__]
_INSERT_INBOUND = insert(_INBOUND).returning(_INBOUND.c.id, sort_by_parameter_order=True)
_INSERT_RAW = insert(RawMail.metadata.tables[RawMail.__tablename__])


def _refuse(group: list[_Waiting], error: Exception) -> None:
    cause = cause_of(error)
    log.error("not-kept", mails=len(group), reason=f"{type(cause).__name__}: {cause}")
    kind = SpoolFull if is_full(error) else SpoolFailed
    for waiting in group:
        waiting.kept.set_exception(kind(str(cause)))
