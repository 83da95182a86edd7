"""Claimed in the outbox, given to the courier, and what the relay said kept: one commit for each
hundred copies. While the database is away, what was said waits here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from threading import Event, Lock

import structlog
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.compose.own import Templates
from mailhub.courier import Courier, Deferred, Outcome, Sent
from mailhub.database import Database, cause_of, is_away, is_full
from mailhub.dispatch.mails import Digests, Mails
from mailhub.dispatch.ready import Ready
from mailhub.logbook import Logbook
from mailhub.outbox import Claimed
from mailhub.signing import Signer
from mailhub.site import Site

CLAIM = 1_000
BATCH = 100
AWAY_SECONDS = 2.0  # until outcomes are brought to the database again

log = structlog.get_logger()


class Dispatch:
    """Sends what is due. One may be used by several threads; each call claims for itself."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        site: Site,
        templates: Templates,
        *,
        logbook: Logbook,
        clock: Callable[[], datetime],
        dice: random.Random,
        signer: Signer | None = None,
        digests: Digests | None = None,
    ) -> None:
        """`signer` is None where the relay signs; else it ends with this. `digests` composes them."""
        self._database = database
        self._courier = courier
        self._mails = Mails(database, courier, site, templates, signer, clock, digests)
        self._signer = signer
        self._logbook = logbook
        self.owner = logbook.owner  # no other process has this name
        self._clock = clock
        self._dice = dice
        self._in_hand: Counter[int] = Counter()  # deliveries begun, whose outcomes are not kept yet
        self._hands = (
            Lock()
        )  # around no statement: a transaction may wait for one that waits for it
        self._owes = False  # something of ours may lie claimed that no thread has
        self._stopping = Event()

    def stop(self) -> None:
        """Begin no further batch; what is claimed and not begun is handed back."""
        self._stopping.set()
        self._hand_back()

    def close(self) -> None:
        """Once nothing sends any more: hand back what was claimed meanwhile, and be forgotten. Where
        that fails the logbook stays, and the sweep does it."""
        self.stop()
        if self._signer is not None:
            self._signer.close()
        with self._database.reading() as session:
            if outbox.has_begun(session, self.owner):
                return
        self._logbook.close()

    def deliver(self, outgoing_id: int | None = None) -> int:
        """Send all that is due; how many outcomes there were.

        Woken for one mail, it sends whatever else is due with it, so that the next call finds
        nothing and costs nothing.
        """
        if outgoing_id is not None:
            with self._database.reading() as session:
                if not outbox.has_due(session, outgoing_id, self._clock()):
                    return 0
        try:
            return self._deliver()
        except Exception:
            self._owes = True  # a commit that failed may have come through all the same
            raise
        finally:
            while self._owes and not self._stopping.is_set():
                self._try_to_hand_back()

    def _try_to_hand_back(self) -> None:
        try:
            self._hand_back()
        except Exception as error:
            if not (is_away(error) or is_full(error)):
                raise
            self._stopping.wait(AWAY_SECONDS)

    def _hand_back(self) -> None:
        """What is claimed and not begun is queued again. What was begun and is not in hand was begun by
        a commit that is believed to have failed: that was not sent either."""
        with self._database.writing() as session:
            held = outbox.held(session, self.owner)
            with self._hands:
                begun = set(self._in_hand)
            left = [i for i, state in held.items() if state == "claimed" or i not in begun]
            outbox.hand_back(session, left)
        self._owes = False

    def _deliver(self) -> int:
        count = 0
        while not self._stopping.is_set():
            mine: set[int] = set()
            try:
                with self._database.writing() as session:
                    claimed = outbox.claim(session, self.owner, self._clock(), CLAIM)
                    batches = list(_batched(claimed, BATCH))
                    if batches:
                        mine = self._begin(session, batches[0])
            except Exception:
                self._let_go(mine)
                raise
            if not claimed:
                break
            count += self._send(batches, mine)
            if len(claimed) < CLAIM:
                break  # what has come meanwhile has a job of its own
        return count

    def _send(self, batches: list[list[Claimed]], mine: set[int]) -> int:
        """Send batch by batch; the commit that keeps the outcomes of one begins the next, whose copies
        are signed while this one is sent."""
        count = 0
        coming = self._ready(batches[0], mine)
        for number in range(len(batches)):
            ready, following = coming, batches[number + 1] if number + 1 < len(batches) else []
            if following:
                coming = self._ready(following, mine)
            with self._logbook.batch() as taken:
                outcomes = self._hand_over(ready, mine, taken)
                if self._stopping.is_set():
                    following = []
                mine = self._record(outcomes, following)
            count += len(outcomes)
            if not following:
                break
        return count

    def _record(self, outcomes: list[tuple[int, Outcome]], following: list[Claimed]) -> set[int]:
        """Keep what the relay said and begin the next batch. While the database is away or full this
        waits: forgotten, the same copies would go out again."""
        mine: set[int] = set()
        while True:
            try:
                with self._database.writing() as session:
                    outbox.record(session, outcomes, self._clock(), self._dice)
                    mine = self._begin(session, following) if following else set()
                self._let_go(delivery_id for delivery_id, _ in outcomes)
                return mine
            except Exception as error:
                if not (is_away(error) or is_full(error)) or self._stopping.is_set():
                    raise
                log.warning("outcomes-wait", count=len(outcomes), reason=str(cause_of(error)))
                # Whether the next batch was begun is not known now: it is left to the next call.
                self._let_go(mine)
                following, mine, self._owes = [], set(), True
                self._stopping.wait(AWAY_SECONDS)

    def _begin(self, session: Session, batch: list[Claimed]) -> set[int]:
        mine = outbox.begin(session, [one.id for one in batch], self.owner, self._clock())
        with self._hands:
            self._in_hand.update(mine)
        return mine

    def _let_go(self, ids: Iterable[int]) -> None:
        with self._hands:
            self._in_hand -= Counter(ids)

    def _ready(self, batch: list[Claimed], mine: set[int]) -> Ready:
        try:
            return self._mails.ready(batch)
        except Exception:
            self._let_go(mine)  # nothing has gone: it is handed back
            raise

    def _hand_over(
        self, ready: Ready, mine: set[int], taken: Callable[[int], None]
    ) -> list[tuple[int, Outcome]]:
        try:
            copies, outcomes = ready.copies(mine)
        except Exception:
            self._let_go(mine)
            raise
        left = {copy.delivery_id for copy in copies}
        try:
            for delivery_id, outcome in self._courier.send(copies):
                if isinstance(outcome, Sent):
                    taken(delivery_id)
                outcomes.append((delivery_id, outcome))
                left.discard(delivery_id)
        except Exception:
            # A fault of ours. What the relay has said is kept; it may have more, and is asked later.
            log.exception("not-sent", copies=len(left))
        return outcomes + [(one, Deferred("4.3.0 the hub failed as it sent this")) for one in left]


def _batched(claimed: Iterable[Claimed], size: int) -> Iterator[list[Claimed]]:
    group: list[Claimed] = []
    for one in claimed:
        group.append(one)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
