"""Mails that are ready for their copies, and a batch of copies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from mailhub.compose.invited import Invitation
from mailhub.compose.newsletters import Newsletter
from mailhub.courier import Copy, Deferred, Outcome, Sent, SharedMail
from mailhub.outbox import Claimed
from mailhub.signing import Sealed
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Mail:
    """One Outgoing, ready for its copies. `sealed` is there where each of them is signed."""

    slug: str
    shared: SharedMail
    is_post: bool
    automatic: bool
    sealed: Sealed | None = None
    personal: Invitation | Newsletter | None = None  # then it makes each copy's own part


# A digest of which its reader may read nothing any more: it needs no copy.
NOTHING = Mail("", SharedMail(b""), is_post=False, automatic=True)


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch whose copies are made, or are being signed just now."""

    site: Site
    batch: Sequence[Claimed]
    mails: dict[int, Mail]
    heads: dict[int, bytes]  # of copies that are not signed one by one
    signed: Sequence[tuple[list[int], Future[list[bytes]]]]
    trouble: str  # why there is no mail at all

    def copies(self, mine: Collection[int]) -> tuple[list[Copy], list[tuple[int, Outcome]]]:
        """The copies of those deliveries of the batch that are `mine`, once all are signed, and what
        becomes of those that have none."""
        heads = dict(self.heads)
        for ids, future in self.signed:
            heads.update(zip(ids, future.result(), strict=True))
        copies, outcomes = [], list[tuple[int, Outcome]]()
        words = self.trouble or "4.3.0 the hub could not compose this mail"
        for one in self.batch:
            if one.id not in mine:
                continue
            if one.id not in heads:
                outcomes.append((one.id, Deferred(words)))
                continue
            mail = self.mails[one.outgoing_id]
            if mail is NOTHING:
                outcomes.append((one.id, Sent("nothing was left to be sent")))
                continue
            sender = "" if mail.automatic else self.site.return_address(mail.slug, one.id)
            copies.append(Copy(one.id, sender, one.address, heads[one.id], mail.shared))
        return copies, outcomes
