"""The way out of one hub and the way into another understand each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailhub.courier import Copy, Refused, Sent, SharedMail
from tests.front_door import front_door
from tests.relaying import kinds, relay_to, sent_by

MAIL = SharedMail(b"From: jane@council.example\r\nSubject: dots\r\n\r\n.\r\n..\r\nca\xc3\xb1a\r\n")


@pytest.mark.parametrize("scheme", ["smtp", "lmtp"])
def test_a_hub_relays_to_a_hub(scheme: str, tmp_path: Path) -> None:
    some = [
        Copy(
            i,
            f"policy+v{i}@elsewhere.example",
            "unknown@lists.localhost" if i % 4 == 3 else "policy@lists.localhost",
            b"X-Own: %d\r\n" % i,
            MAIL,
        )
        for i in range(40)
    ]
    with front_door(tmp_path) as open_door:
        host, port = getattr(open_door, scheme)
        with relay_to(f"{scheme}://{host}:{port}", connections=4) as relay:
            assert relay.features().pipelining
            outcomes = sent_by(relay, some)
        assert kinds(outcomes) == {Sent: 30, Refused: 10}
        kept = {mail.mail_from: mail.raw for mail in open_door.kept()}
    assert len(kept) == 30
    for copy in some:
        if isinstance(outcomes[copy.delivery_id], Sent):
            assert kept[copy.sender].endswith(copy.head + MAIL.unstuffed())
