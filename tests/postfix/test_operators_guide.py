"""Debian's own Postfix, set up by the very commands of docs/operators.md, between a hub and the world."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postfix.hub import DOMAIN, Hub
from tests.postfix.test_postfix import LETTER, bounces, send, wait_for
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink

GUIDE = Path(__file__).parents[2] / "docs" / "operators.md"
# The files of a fresh Debian, the guide's commands, and then what only a test needs: free ports, no
# chroot, all mail to a sink.
SCRIPT = r"""#!/bin/sh
set -eu
folder=$1
shift
mkdir -p "$folder"
cp /usr/share/postfix/main.cf.debian "$folder/main.cf"
sed -E 's/^(\S+ +\S+ +\S+ +\S+ +)y /\1n /' /usr/share/postfix/master.cf.dist >"$folder/master.cf"
export MAIL_CONFIG="$folder"
{commands}
postconf -e "relay_transport = lmtp:inet:$MTA_HUB" "relayhost = $MTA_RELAYHOST" \
    'mynetworks = 127.0.0.0/8' 'mydestination =' 'alias_maps =' "$@"
sed -i -e "s/^smtp  *inet/$MTA_IN inet/" -e "s/^127.0.0.1:10025  *inet/$MTA_OUT inet/" "$folder/master.cf"
exec postfix -c "$folder" start-fg
"""


@pytest.fixture(scope="module")
def debian(
    world: Sink, hub_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Postfix]:
    """Postfix as an operator has it who follows the guide."""
    if not Path("/usr/share/postfix/main.cf.debian").exists():
        pytest.skip("this Postfix is not Debian's")
    commands = re.search(r"^```sh\n(postconf .*?)^```", GUIDE.read_text(), re.M | re.S)
    assert commands
    script = tmp_path_factory.mktemp("guide") / "start"
    script.write_text(SCRIPT.replace("{commands}", commands[1]))
    script.chmod(0o755)
    server = Postfix(domain=DOMAIN, hub_port=hub_port, relay_port=world.port, script=script)
    yield server
    server.stop()


def test_mail_for_the_hub_is_handed_over_and_an_unknown_address_refused(
    debian: Postfix, hub: Hub, world: Sink
) -> None:
    hub.known = {f"guided@{DOMAIN}"}

    refused = send(debian.port, f"guided@{DOMAIN}", f"polity@{DOMAIN}")

    assert refused == {f"polity@{DOMAIN}": 550}
    wait_for(lambda: len(hub.kept()) == 1)
    assert debian.waiting() == []
    assert bounces(world) == []


def test_the_hubs_own_mail_goes_out_by_the_second_port(debian: Postfix, world: Sink) -> None:
    assert send(debian.out_port, "jane@council.example", sender=f"policy@{DOMAIN}") == {}
    wait_for(lambda: any(f"policy@{DOMAIN}" == mail.sender for mail in world.mails()))


def test_nothing_larger_is_taken_than_the_hub_takes(debian: Postfix, hub: Hub) -> None:
    hub.known = {f"large@{DOMAIN}"}
    with smtplib.SMTP("127.0.0.1", debian.port, timeout=30) as client:
        client.ehlo()
        assert int(client.esmtp_features["size"]) < 26_214_400
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("a@b.example", [f"large@{DOMAIN}"], LETTER, [f"size={26_214_400}"])
    assert refused.value.smtp_code == 552
