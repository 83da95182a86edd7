"""A hub with a postbox, in which Jane has one letter, and a front door that remembers what it took."""

from __future__ import annotations

import email
import email.policy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from mailhub.postbox import Postbox
from tests.seed import Seeded, picture
from tests.seed_words import OUTLOOK
from tests.servers.running import free_port
from tests.web import Site, site_over

JANE = "/postbox/jane.doe@leeds.example"


NAME = "20261103T140500.000000-7.eml"


@dataclass
class Door:
    """A front door that remembers what it took, and refuses on request."""

    port: int
    refusal: str = ""
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(self, _s: Any, _w: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _w: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def door() -> Iterator[Door]:
    found = Door(free_port())
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def box(seed: tuple[Path, Seeded], tmp_path: Path, door: Door) -> Iterator[Site]:
    """A hub with a postbox, in which Jane has one letter."""
    folder = tmp_path / "hub"
    shutil.copytree(seed[0], folder)
    with site_over(folder, seed[1], smtp_listen=f"127.0.0.1:{door.port}") as site:
        Postbox(folder / "postbox").keep("jane.doe@leeds.example", NAME, [letter()])
        yield site


def letter(html: str = OUTLOOK) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Tom Okafor via Policy <policy@lists.example.org>"
    mail["To"] = "Policy and Performance <policy@lists.example.org>"
    mail["Reply-To"] = "Policy <policy+r-token@lists.example.org>"
    mail["Subject"] = "Indicator 6 – how?"
    mail["Message-ID"] = "<one@devon.example>"
    mail["References"] = "<zero@leeds.example> <half@leeds.example>"
    mail["Date"] = "Tue, 3 Nov 2026 14:05:00 +0000"
    mail["List-Unsubscribe"] = (
        "<http://127.0.0.1:8080/u/abc>, <mailto:policy+u-abc@lists.example.org>"
    )
    mail.set_content(
        "We take the snapshot at 31 March.\n\n> Whose date?\n\nMore: http://x.example/a\n"
    )
    mail.add_alternative(html, subtype="html")
    body = mail.get_payload(1)
    assert isinstance(body, EmailMessage)
    body.add_related(picture(4, 4, (1, 2, 3)), "image", "png", cid="<logo@devon>")
    mail.add_attachment(b"<script>1</script>", "text", "html", filename="paper.html")
    return mail.as_bytes()
