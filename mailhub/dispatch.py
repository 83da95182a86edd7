"""Dispatch: what is claimed in the outbox is composed once per mail, spliced per member and given to
the courier, and what the relay said is kept. One commit for each hundred copies; while the database
is away, what was said waits here."""

from __future__ import annotations

import random
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.compose import delivered
from mailhub.compose.delivered import Origin, Paper
from mailhub.compose.own import Templates
from mailhub.courier import Copy, Courier, Deferred, Outcome, RelayAway, Sent, SharedMail
from mailhub.database import Database, cause_of, is_away, is_full
from mailhub.logbook import Logbook
from mailhub.models import Community, Inbound, Outgoing, Post, RawMail
from mailhub.outbox import Claimed
from mailhub.site import Site

CLAIM = 1_000
BATCH = 100
REMEMBERED_MAILS = 16
AWAY_SECONDS = 2.0  # until outcomes are brought to the database again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Mail:
    """One Outgoing, ready for its copies."""

    slug: str
    shared: SharedMail
    is_post: bool
    automatic: bool


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
    ) -> None:
        self._database = database
        self._courier = courier
        self._site = site
        self._templates = templates
        self._logbook = logbook
        self._owner = logbook.owner
        self._clock = clock
        self._dice = dice
        self._mails: OrderedDict[int, _Mail] = OrderedDict()
        self._lock = Lock()
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
        with self._database.reading() as session:
            if outbox.has_begun(session, self._owner):
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
            held = outbox.held(session, self._owner)
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
                    claimed = outbox.claim(session, self._owner, self._clock(), CLAIM)
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
        """Send batch by batch; the commit that keeps the outcomes of one begins the next."""
        count = 0
        for number, batch in enumerate(batches):
            following = batches[number + 1] if number + 1 < len(batches) else []
            with self._logbook.batch() as taken:
                outcomes = self._hand_over([one for one in batch if one.id in mine], taken)
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
        mine = outbox.begin(session, [one.id for one in batch], self._owner, self._clock())
        with self._hands:
            self._in_hand.update(mine)
        return mine

    def _let_go(self, ids: Iterable[int]) -> None:
        with self._hands:
            self._in_hand -= Counter(ids)

    def _hand_over(
        self, batch: list[Claimed], taken: Callable[[int], None]
    ) -> list[tuple[int, Outcome]]:
        try:
            mails = self._composed({one.outgoing_id for one in batch})
        except RelayAway as away:
            return [(one.id, Deferred(str(away))) for one in batch]
        except Exception:
            self._let_go(one.id for one in batch)  # nothing has gone: it is handed back
            raise
        outcomes: list[tuple[int, Outcome]] = []
        copies = []
        for one in batch:
            mail = mails.get(one.outgoing_id)
            if mail:
                copies.append(self._copy(one, mail))
            else:
                outcomes.append((one.id, Deferred("4.3.0 the hub could not compose this mail")))
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

    def _copy(self, claimed: Claimed, mail: _Mail) -> Copy:
        sender, head = "", b""
        if not mail.automatic:
            sender = self._site.return_address(mail.slug, claimed.id)
        if mail.is_post and claimed.membership_id and claimed.person_id:
            head = delivered.personal(
                mail.slug, self._site, claimed.membership_id, claimed.person_id
            )
        return Copy(claimed.id, sender, claimed.address, head, mail.shared)

    def _composed(self, ids: set[int]) -> dict[int, _Mail]:
        """These mails, ready for their copies; each is composed once and remembered for a while. One
        that cannot be composed is left out: it must not hold up the others."""
        with self._lock:
            mails = {i: self._mails[i] for i in ids if i in self._mails}
        missing = [i for i in ids if i not in mails]
        if missing:
            with self._database.reading() as session:
                rows = session.connection().execute(_OUTGOING, {"ids": missing}).all()
            for row in rows:
                try:
                    mails[row.id] = self._compose(row)
                except RelayAway:
                    raise
                except Exception:
                    log.exception("not-composed", outgoing=row.id)
            with self._lock:
                for i in mails.keys() & set(missing):
                    self._mails[i] = mails[i]
                while len(self._mails) > REMEMBERED_MAILS:
                    self._mails.popitem(last=False)
        return mails

    def _compose(self, row: Row[*tuple[Any, ...]]) -> _Mail:
        if row.post_id is None:
            shared = SharedMail(row.own_raw or b"")
            return _Mail(row.slug or "", shared, is_post=False, automatic=row.automatic)
        origin = Origin(
            slug=row.slug,
            community=row.community,
            post_id=row.post_id,
            message_id=row.message_id,
            id_is_ours=bool(row.claimed_message_id) or row.id_is_made,
            author_name=row.author_name,
            author_address=row.author_address,
            received_at=row.received_at,
            peer=row.peer,
            helo=row.helo,
            inbound_id=row.inbound_id,
            footer=row.footer,
            replies=row.replies,
            papers=tuple(Paper(**paper) for paper in row.papers),
        )
        words = self._templates.line("footer.txt", community=row.community)
        eight_bit = row.raw.isascii() or self._courier.features().eight_bit
        octets = delivered.shared(
            row.raw, origin, self._site, footer_words=words, eight_bit=eight_bit
        )
        return _Mail(row.slug, SharedMail(octets), is_post=True, automatic=False)


# All that composing needs of some mails, in one query: of a post its raw mail, of any other its own.
_OUTGOING = (
    select(
        Outgoing.id,
        Outgoing.post_id,
        Outgoing.automatic,
        Outgoing.papers,
        Outgoing.raw.label("own_raw"),
        Community.slug,
        Community.name.label("community"),
        Community.footer,
        Community.replies,
        Post.message_id,
        Post.claimed_message_id,
        Post.id_is_made,
        Post.author_name,
        Post.author_address,
        Inbound.id.label("inbound_id"),
        Inbound.received_at,
        Inbound.peer,
        Inbound.helo,
        RawMail.raw,
    )
    .outerjoin(Community, Community.id == Outgoing.community_id)
    .outerjoin(Post, Post.id == Outgoing.post_id)
    .outerjoin(Inbound, Inbound.id == Post.inbound_id)
    .outerjoin(RawMail, RawMail.inbound_id == Inbound.id)
    .where(Outgoing.id.in_(bindparam("ids", expanding=True)))
)


def _batched(claimed: Iterable[Claimed], size: int) -> Iterator[list[Claimed]]:
    group: list[Claimed] = []
    for one in claimed:
        group.append(one)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
