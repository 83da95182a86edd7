"""Dispatch: what is claimed in the outbox is composed once per mail, spliced per member and given to
the courier, and what the relay said is kept. One commit for each hundred copies."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.compose import delivered
from mailhub.compose.delivered import Origin, Paper
from mailhub.compose.own import Templates
from mailhub.courier import Copy, Courier, Deferred, Outcome, RelayAway, SharedMail
from mailhub.database import Database
from mailhub.models import Community, Inbound, Outgoing, Post, RawMail
from mailhub.outbox import Claimed
from mailhub.site import Site

CLAIM = 1_000
BATCH = 100
REMEMBERED_MAILS = 8


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
        owner: str,
        clock: Callable[[], datetime],
        dice: random.Random,
    ) -> None:
        self._database = database
        self._courier = courier
        self._site = site
        self._templates = templates
        self._owner = owner
        self._clock = clock
        self._dice = dice
        self._mails: OrderedDict[int, _Mail] = OrderedDict()
        self._lock = Lock()
        self._stopping = Event()

    def stop(self) -> None:
        """Begin no further batch; what is claimed and not begun is handed back."""
        self._stopping.set()
        with self._database.writing() as session:
            outbox.hand_back(session, self._owner)

    def deliver(self, outgoing_id: int | None = None) -> int:
        """Send all that is due; how many outcomes there were.

        Woken for one mail, it sends whatever else is due with it, so that the next call finds
        nothing and costs nothing.
        """
        if outgoing_id is not None:
            with self._database.reading() as session:
                if not outbox.has_due(session, outgoing_id, self._clock()):
                    return 0
        count = 0
        while not self._stopping.is_set():
            with self._database.writing() as session:
                claimed = outbox.claim(session, self._owner, self._clock(), CLAIM)
                batches = list(_batched(claimed, BATCH))
                mine = self._begin(session, batches[0]) if batches else set()
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
            outcomes = self._hand_over([one for one in batch if one.id in mine])
            count += len(outcomes)
            following = batches[number + 1] if number + 1 < len(batches) else []
            if self._stopping.is_set():
                following = []
            with self._database.writing() as session:
                outbox.record(session, outcomes, self._clock(), self._dice)
                mine = self._begin(session, following) if following else set()
            if not following:
                break
        return count

    def _begin(self, session: Session, batch: list[Claimed]) -> set[int]:
        return outbox.begin(session, [one.id for one in batch], self._owner, self._clock())

    def _hand_over(self, batch: list[Claimed]) -> list[tuple[int, Outcome]]:
        try:
            return list(self._courier.send([self._copy(one) for one in batch]))
        except RelayAway as away:
            return [(one.id, Deferred(str(away))) for one in batch]

    def _copy(self, claimed: Claimed) -> Copy:
        mail = self._mail(claimed.outgoing_id)
        sender, head = "", b""
        if not mail.automatic:
            sender = self._site.return_address(mail.slug, claimed.id)
        if mail.is_post and claimed.membership_id and claimed.person_id:
            head = delivered.personal(
                mail.slug, self._site, claimed.membership_id, claimed.person_id
            )
        return Copy(claimed.id, sender, claimed.address, head, mail.shared)

    def _mail(self, outgoing_id: int) -> _Mail:
        with self._lock:
            mail = self._mails.get(outgoing_id)
            if mail is None:
                with self._database.reading() as session:
                    mail = self._composed(session, outgoing_id)
                self._mails[outgoing_id] = mail
                while len(self._mails) > REMEMBERED_MAILS:
                    self._mails.popitem(last=False)
            return mail

    def _composed(self, session: Session, outgoing_id: int) -> _Mail:
        outgoing = session.get_one(Outgoing, outgoing_id)
        community = (
            session.get_one(Community, outgoing.community_id) if outgoing.community_id else None
        )
        slug = community.slug if community else ""
        if outgoing.post_id is None or community is None:
            shared = SharedMail(outgoing.raw or b"")
            return _Mail(slug, shared, is_post=False, automatic=outgoing.automatic)
        origin, raw = _origin(session, outgoing, community)
        words = self._templates.line("footer.txt", community=community.name)
        eight_bit = raw.isascii() or self._courier.features().eight_bit
        octets = delivered.shared(raw, origin, self._site, footer_words=words, eight_bit=eight_bit)
        return _Mail(slug, SharedMail(octets), is_post=True, automatic=False)


def _origin(session: Session, outgoing: Outgoing, community: Community) -> tuple[Origin, bytes]:
    post, inbound, raw = session.execute(
        select(Post, Inbound, RawMail.raw)
        .join(Inbound, Inbound.id == Post.inbound_id)
        .join(RawMail, RawMail.inbound_id == Inbound.id)
        .where(Post.id == outgoing.post_id)
    ).one()
    return (
        Origin(
            slug=community.slug,
            community=community.name,
            post_id=post.id,
            message_id=post.message_id,
            id_is_ours=bool(post.claimed_message_id) or post.id_is_made,
            author_name=post.author_name,
            author_address=post.author_address,
            received_at=inbound.received_at,
            peer=inbound.peer,
            helo=inbound.helo,
            inbound_id=inbound.id,
            footer=community.footer,
            replies=community.replies,
            papers=tuple(Paper(**paper) for paper in outgoing.papers),
        ),
        raw,
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
