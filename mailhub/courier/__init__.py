"""The way out: finished copies go to the relay, and each comes back Sent, Deferred or Refused.

`courier(url, …)` gives the Courier that a relay URL names: `postbox:` keeps mail in local mailboxes,
`smtp://`, `smtps://` and `lmtp://` speak to a relay. It composes nothing, signs nothing, and knows no
table: what to try again, and when, is the outbox's matter.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mailhub.courier import relay_url
from mailhub.courier.connection import Timeouts
from mailhub.courier.copies import Copy, SharedMail
from mailhub.courier.outcomes import (
    Courier,
    Deferred,
    Features,
    Outcome,
    Refused,
    RelayAway,
    Sent,
)
from mailhub.courier.postbox import PostboxCourier
from mailhub.courier.relay import Relay
from mailhub.courier.relay_url import WrongRelay
from mailhub.postbox import Postbox

__all__ = [
    "Copy",
    "Courier",
    "Deferred",
    "Features",
    "Outcome",
    "Refused",
    "RelayAway",
    "Sent",
    "SharedMail",
    "Timeouts",
    "WrongRelay",
    "courier",
]


def courier(
    url: str,
    *,
    name: str,
    postbox: Path,
    clock: Callable[[], float],
    now: Callable[[], datetime],
    connections: int = 8,
    timeouts: Timeouts | None = None,
    patience: float = 300,
    tls: ssl.SSLContext | None = None,
) -> Courier:
    """The Courier for `MAILHUB_RELAY_URL`; WrongRelay where the URL is none.

    `name` is what we call ourselves (EHLO); `postbox` the folder of the local mailboxes; `clock` a
    stopwatch in seconds (`time.monotonic`); `now` the time of day, aware; `patience` bounds one `send`,
    in seconds: a lease on what is being sent must be longer. For the rest see `Relay`.
    """
    if url == "postbox:":
        return PostboxCourier(Postbox(postbox), now)
    return Relay(
        relay_url.read(url),
        name=name,
        clock=clock,
        connections=connections,
        timeouts=timeouts,
        patience=patience,
        tls=tls,
    )
