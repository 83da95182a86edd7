"""One Postfix for the tests of this folder, between a hub and the world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Certificate, make_certificate
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
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What Postfix shows who speaks TLS."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="package")
def postfix(world: Sink, hub_port: int, certificate: Certificate) -> Iterator[Postfix]:
    """Postfix as docker-compose.yml runs it."""
    chain = certificate.cert.with_name("chain.pem")
    chain.write_bytes(certificate.key.read_bytes() + certificate.cert.read_bytes())
    server = Postfix(
        domain=DOMAIN,
        hub_port=hub_port,
        relay_port=world.port,
        max_bytes=MAX_BYTES,
        tls_chain=chain,
    )
    yield server
    server.stop()


@pytest.fixture
def hub(tmp_path: Path, hub_port: int) -> Iterator[Hub]:
    """A hub that is up and knows nobody yet."""
    hub = Hub(tmp_path, hub_port)
    hub.start()
    yield hub
    hub.stop()
