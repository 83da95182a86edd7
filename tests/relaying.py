"""What tests of the way out have in common: copies to send, a Relay to send them by."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mailhub.courier import Copy, Courier, Outcome, SharedMail, Timeouts, relay_url
from mailhub.courier.relay import Relay
from tests.fake_relay import OFFERS

SHARED = SharedMail(b"Subject: Indicator 6\r\n\r\nHow do you count it?\r\n")
NO_PIPELINING = tuple(offer for offer in OFFERS if offer != "PIPELINING")


def copies(count: int, shared: SharedMail = SHARED) -> list[Copy]:
    """As many copies of one mail, to jane0, jane1 …"""
    return [
        Copy(
            delivery_id=i,
            sender=f"policy+b{i}@lists.example.org",
            recipient=f"jane{i}@council.example",
            head=b"List-Unsubscribe: <mailto:policy+u%d@lists.example.org>\r\n" % i,
            shared=shared,
        )
        for i in range(count)
    ]


@contextmanager
def relay_to(url: str, connections: int = 2, **more: Any) -> Iterator[Relay]:
    """A Relay with short times, closed at the end."""
    more.setdefault("timeouts", Timeouts(connect=2, command=2, data=2))
    more.setdefault("clock", time.monotonic)
    relay = Relay(
        relay_url.read(url),
        name="lists.example.org",
        connections=connections,
        **more,
    )
    try:
        yield relay
    finally:
        relay.close()


def sent_by(relay: Courier, some: Sequence[Copy]) -> dict[int, Outcome]:
    """Each copy's outcome; fails where one has none or two."""
    reported = list(relay.send(some))
    assert sorted(i for i, _ in reported) == [copy.delivery_id for copy in some]
    return dict(reported)


def kinds(outcomes: dict[int, Outcome]) -> Counter[type[Outcome]]:
    return Counter(type(outcome) for outcome in outcomes.values())
