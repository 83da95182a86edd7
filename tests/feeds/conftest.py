"""A server that serves feeds and rubbish, and the way to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from mailhub.feeds.fetching import Web
from mailhub.feeds.reach import Reach
from tests.feeds.servers import Server, serving

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    """One server on this machine."""
    with serving() as started:
        yield started


@pytest.fixture
def web() -> Web:
    """A way that leads to 127.0.0.1 alone of all that is inside, and waits for two seconds."""
    reach = Reach(lambda name, kind: (), [ip_network("127.0.0.1/32")])
    return Web(
        reach,
        clock=time.monotonic,
        now=lambda: NOW,
        agent="mailhub/test",
        seconds=2.0,
        largest=2 << 20,
    )
