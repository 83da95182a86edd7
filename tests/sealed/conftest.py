"""A key, a signer, and those who verify: dkimpy, OpenDKIM and rspamd, all with that key from DNS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dkim
import pytest

from mailhub.signing import Key, Signer, keys
from tests.servers.dns import Zones
from tests.servers.opendkim import OpenDkim
from tests.servers.rspamd import Rspamd

DOMAIN, SELECTOR = "lists.example.org", "2026a"
Ask = Callable[..., bytes | None]


@pytest.fixture(scope="session")
def key() -> Key:
    """A key as the hub makes it."""
    return Key.read(keys.made(), DOMAIN, SELECTOR)


@pytest.fixture(scope="session")
def signer(key: Key) -> Iterator[Signer]:
    """Signs with the key."""
    signer = Signer(key, threads=2)
    yield signer
    signer.close()


@pytest.fixture(scope="session")
def zones(key: Key) -> Iterator[Zones]:
    """A DNS server in which the key is published as `mailhub dkim show` prints it."""
    with Zones({key.name: {"TXT": [key.strings]}}) as zones:
        yield zones


@pytest.fixture(scope="session")
def ask(key: Key) -> Ask:
    """DNS as dkimpy asks it."""

    def answer(name: bytes, timeout: float = 5) -> bytes | None:
        return key.record.encode() if name.rstrip(b".").decode() == key.name else None

    return answer


@pytest.fixture(scope="session")
def opendkim(key: Key, tmp_path_factory: pytest.TempPathFactory) -> OpenDkim:
    """OpenDKIM."""
    return OpenDkim(tmp_path_factory.mktemp("opendkim"), {key.name: key.record})


@pytest.fixture(scope="session")
def rspamd(zones: Zones) -> Iterator[Rspamd]:
    """rspamd."""
    server = Rspamd(zones.port)
    yield server
    server.stop()


def dkimpy(raw: bytes, ask: Ask) -> list[bool]:
    """What dkimpy says of each DKIM-Signature, from top to bottom."""
    verifier = dkim.DKIM(raw)
    header = raw.partition(b"\r\n\r\n")[0].lower()
    count = (b"\r\n" + header).count(b"\r\ndkim-signature:")
    return [bool(_verified(verifier, number, ask)) for number in range(count)]


def _verified(verifier: dkim.DKIM, number: int, ask: Ask) -> bool:
    try:
        return bool(verifier.verify(idx=number, dnsfunc=ask))
    except dkim.DKIMException:
        return False


def chain(raw: bytes, ask: Ask) -> str:
    """What dkimpy says of the ARC chain: none, pass or fail."""
    status, _, _ = dkim.arc_verify(raw, dnsfunc=ask)
    return status.decode() if status else "fail"
