"""One Postfix for the tests of this folder, between a hub and the world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postfix.hub import DOMAIN, MAX_BYTES, Hub
from tests.servers.postfix import Postfix
from tests.servers.running import free_port
from tests.servers.sink import Sink


@pytest.fixture(scope="package")
def world() -> Iterator[Sink]:
    """Where all mail goes that leaves."""
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture(scope="package")
def hub_port() -> int:
    """Where Postfix looks for the hub, whether one is there or not."""
    return free_port()


@pytest.fixture(scope="package")
def postfix(world: Sink, hub_port: int) -> Iterator[Postfix]:
    """Postfix as docker-compose.yml runs it."""
    server = Postfix(domain=DOMAIN, hub_port=hub_port, relay_port=world.port, max_bytes=MAX_BYTES)
    yield server
    server.stop()


@pytest.fixture
def hub(tmp_path: Path, hub_port: int) -> Iterator[Hub]:
    """A hub that is up and knows nobody yet."""
    hub = Hub(tmp_path, hub_port)
    hub.start()
    yield hub
    hub.stop()
