"""Mails, ready for their copies: each is composed and signed once, and remembered for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from mailhub.addresses import HUB
from mailhub.compose import delivered, encoding, invited, newsletters
from mailhub.compose.footer import WANTED
from mailhub.compose.origin import From, Origin, Paper
from mailhub.compose.own import Templates
from mailhub.courier import Courier, RelayAway, SharedMail
from mailhub.database import Database
from mailhub.dispatch.ready import NOTHING, Mail, Ready
from mailhub.models import Community, Inbound, Outgoing, Post, RawMail
from mailhub.outbox import Claimed
from mailhub.signing import Sealed, Signer
from mailhub.site import Site

REMEMBERED_MAILS = 16

log = structlog.get_logger()

# Composes digests by their Outgoings: (slug of the return address, octets) of each.
Digests = Callable[[Session, Sequence[int]], Mapping[int, tuple[str, bytes]]]


class Mails:
    """Makes mails ready. One may be used by several threads."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        site: Site,
        templates: Templates,
        signer: Signer | None,
        clock: Callable[[], datetime],
        digests: Digests | None = None,
    ) -> None:
        self._database = database
        self._courier = courier
        self._site = site
        self._templates = templates
        self._signer = signer
        self._clock = clock
        self._digests = digests
        self._mails: OrderedDict[int, Mail] = OrderedDict()
        self._lock = Lock()

    def ready(self, batch: Sequence[Claimed]) -> Ready:
        """A batch, made ready for the courier. Where the relay must be asked what it takes, and is away,
        nothing is."""
        try:
            mails = self._composed({one.outgoing_id for one in batch})
        except RelayAway as away:
            return Ready(self._site, batch, {}, {}, (), str(away))
        heads: dict[int, bytes] = {}
        ids: list[int] = []
        unsigned: list[tuple[Sealed, bytes]] = []
        whole: dict[int, tuple[bytes, bytes]] = {}
        for one in batch:
            mail = mails.get(one.outgoing_id)
            if mail is None:
                continue
            if mail.personal is not None:
                whole[one.id] = mail.personal.copy(
                    self._site, one.membership_id, one.person_id, one.address
                )
                continue
            head = b""
            if mail.is_post and one.membership_id and one.person_id:
                head = delivered.personal(mail.slug, self._site, one.membership_id, one.person_id)
            if mail.sealed is not None:
                ids.append(one.id)
                unsigned.append((mail.sealed, head))
            else:
                heads[one.id] = head
        signed = self._signer.heads(ids, unsigned) if self._signer else []
        if self._signer is not None and whole:
            signed = [*signed, *self._signer.wholes(whole, self._clock())]
        else:
            heads |= {one: head for one, (head, _) in whole.items()}
        return Ready(self._site, batch, mails, heads, signed, "")

    def _composed(self, ids: set[int]) -> dict[int, Mail]:
        """These mails. One that cannot be composed is left out: it must not hold up the others."""
        with self._lock:
            mails = {i: self._mails[i] for i in ids if i in self._mails}
        missing = [i for i in ids if i not in mails]
        if missing:
            with self._database.reading() as session:
                rows = session.connection().execute(_OUTGOING, {"ids": missing}).all()
                digests = [row.id for row in rows if row.digest_id is not None]
                if digests and self._digests is not None:
                    made = self._digests(session, digests)
                    for i in digests:
                        mails[i] = self._digest(*made[i]) if i in made else NOTHING
            for row in rows:
                if row.digest_id is not None:
                    continue
                try:
                    mails[row.id] = self._made(row)
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

    def _made(self, row: Row[*tuple[Any, ...]]) -> Mail:
        if row.event_id is not None:
            found = invited.of_raw(row.own_raw or b"", row.slug, row.community, row.event_id)
            rest = SharedMail(found.pieces[-1])
            return Mail(row.slug, rest, is_post=False, automatic=row.automatic, personal=found)
        if row.bulletin_id is not None:
            return self._newsletter(row)
        return self._own(row) if row.post_id is None else self._post(row)

    def _own(self, row: Row[*tuple[Any, ...]]) -> Mail:
        """A mail of ours, or one that is passed on privately, all of whose copies are alike."""
        raw = encoding.with_crlf(row.own_raw or b"")
        octets = encoding.fit(raw, eight_bit=self._takes_eight_bit(raw))
        if self._signer is not None:
            octets = self._signer.own(octets, self._clock())
        return Mail(row.slug or HUB, SharedMail(octets), is_post=False, automatic=row.automatic)

    def _newsletter(self, row: Row[*tuple[Any, ...]]) -> Mail:
        platform = self._templates.line("platform.txt")
        found = newsletters.Newsletter(row.bulletin_id, platform, row.own_raw or b"")
        return Mail(HUB, SharedMail(found.shared), is_post=False, automatic=False, personal=found)

    def _digest(self, slug: str, octets: bytes) -> Mail:
        """A digest, as ready as any relay takes it."""
        if self._signer is not None:
            octets = self._signer.own(octets, self._clock())
        return Mail(slug, SharedMail.ready(octets), is_post=False, automatic=False)

    def _post(self, row: Row[*tuple[Any, ...]]) -> Mail:
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
            author_from=From(row.author_from),
            results=row.results,
            subject=row.subject,
        )
        name = row.author_name or row.author_address.partition("@")[0]
        octets = delivered.shared(
            row.raw,
            origin,
            self._site,
            footer_words=self._templates.line("footer.txt", community=row.community),
            by_mail_words=self._templates.line(
                "by_mail.txt", wanted=WANTED, address=self._site.address(row.slug, "settings")
            ),
            via_words=self._templates.line("via.txt", name=name, community=row.community),
            eight_bit=self._takes_eight_bit(row.raw),
        )
        if self._signer is None:
            return Mail(row.slug, SharedMail(octets), is_post=True, automatic=False)
        sealed = self._signer.sealed(
            octets,
            self._clock(),
            results=row.results or f"{self._site.domain}; none",
            holds=row.chain_holds,
        )
        shared = SharedMail(sealed.octets)
        return Mail(row.slug, shared, is_post=True, automatic=False, sealed=sealed)

    def _takes_eight_bit(self, raw: bytes) -> bool:
        """Whether it may go as it is; RelayAway where the relay must be asked and cannot be."""
        return raw.isascii() or self._courier.features().eight_bit


# All that composing needs of some mails, in one query: of a post its raw mail, of any other its own.
_OUTGOING = (
    select(
        Outgoing.id,
        Outgoing.post_id,
        Outgoing.digest_id,
        Outgoing.automatic,
        Outgoing.papers,
        Outgoing.author_from,
        Outgoing.results,
        Outgoing.chain_holds,
        Outgoing.subject,
        Outgoing.event_id,
        Outgoing.bulletin_id,
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
