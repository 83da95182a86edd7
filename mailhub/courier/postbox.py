"""The Postbox courier: every copy goes into its recipient's local mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from mailhub.courier.copies import Copy, sound_address
from mailhub.courier.outcomes import Deferred, Features, Outcome, Refused, Sent
from mailhub.postbox import NoMailbox, Postbox


class PostboxCourier:
    """The way out where there is no relay."""

    def __init__(self, postbox: Postbox, now: Callable[[], datetime]) -> None:
        self._postbox = postbox
        self._now = now

    def send(self, copies: Sequence[Copy]) -> Iterator[tuple[int, Outcome]]:
        """See `Courier.send`. A full disk defers."""
        for copy in copies:
            yield copy.delivery_id, self._keep(copy)

    def features(self) -> Features:
        """See `Courier.features`."""
        return Features(eight_bit=True, smtputf8=True)

    def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, copy: Copy) -> Outcome:
        if not sound_address(copy.sender):
            return Refused("5.1.7 the sender's address cannot stand in a header")
        # Who delivers last writes down the envelope (RFC 5321 4.4).
        parts = (
            f"Return-Path: <{copy.sender}>\r\n".encode(),
            copy.head,
            copy.shared.unstuffed(),
        )
        name = f"{self._now():%Y%m%dT%H%M%S.%f}-{copy.delivery_id}.eml"
        try:
            self._postbox.keep(copy.recipient, name, parts)
        except NoMailbox as trouble:
            return Refused(f"5.1.3 {trouble}")
        except OSError as trouble:
            return Deferred(f"4.3.0 {trouble.strerror}")
        return Sent(f"250 2.0.0 in the postbox as {name}")
