"""What the hub signs still verifies when Postfix has carried it."""

from __future__ import annotations

import pytest

from mailhub.courier import Copy, Sent, SharedMail
from mailhub.signing import Key, Signer, keys
from tests.relaying import kinds, relay_to, sent_by
from tests.sealed.conftest import chain, dkimpy
from tests.sealed.test_verified import MAILS, NOW, OWN, RESULTS
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink


@pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS.keys())
def test_a_signature_outlasts_postfix(postfix: Postfix, world: Sink, raw: bytes) -> None:
    key = Key.read(keys.made(), "lists.example.org", "2026a")
    signer = Signer(key, threads=1)
    sealed = signer.sealed(raw.replace(b"\n", b"\r\n"), NOW, results=RESULTS, holds=False)
    signer.close()
    head, shared = sealed.signed(OWN), SharedMail(sealed.octets)
    copy = Copy(1, "policy+b@lists.example.org", "jane@council.example", head, shared)
    before = len(world.mails())
    with relay_to(f"smtp://127.0.0.1:{postfix.out_port}") as relay:
        assert kinds(sent_by(relay, [copy])) == {Sent: 1}
    came = world.mails(at_least=before + 1)[-1].raw.replace(b"\n", b"\r\n")

    def ask(name: bytes, timeout: float = 5) -> bytes | None:
        return key.record.encode() if name.startswith(b"2026a.") else None

    assert dkimpy(came, ask)[:2] == [True, True]
    assert chain(came, ask) == "pass"
