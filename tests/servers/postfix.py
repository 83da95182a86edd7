"""A Postfix as docker-compose.yml runs it: the same files and script, on free ports.

It has a queue of its own and logs to a file; the machine's Postfix, if there is one, goes on.
It starts only as root.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.servers.folders import folder_of
from tests.servers.programs import leave_out, program
from tests.servers.running import free_port, start, takes_connections

START = Path(__file__).parents[2] / "docker" / "postfix" / "start"
# Waits are for people and far networks; a test has neither.
QUICK = {
    "queue_run_delay": "1s",
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "1s",
    "address_verify_positive_refresh_time": "1s",
    "address_verify_negative_refresh_time": "1s",
    "address_verify_negative_expire_time": "2s",
}


class Postfix:
    """A running Postfix: `port` takes mail from the world, `out_port` from the hub.

    `hub_port` is where the hub takes LMTP (or will), `relay_port` where all mail goes that leaves.
    `max_bytes` is the hub's limit, `tls_chain` a file with key and certificate, `settings` are
    further settings of main.cf, `script` what is started instead of docker-compose.yml's.
    """

    def __init__(
        self,
        *,
        domain: str,
        hub_port: int,
        hub_host: str = "127.0.0.1",
        relay_port: int,
        max_bytes: int = 26_214_400,
        tls_chain: Path | None = None,
        settings: dict[str, str] | None = None,
        script: Path = START,
    ) -> None:
        program("postfix", "postfix")
        if os.geteuid() != 0:
            leave_out("Postfix starts only as root")
        self.hub_port = hub_port
        self._folder = folder_of("postfix")
        self._folder.chmod(0o755)  # its daemons are other users
        self.config = self._folder / "config"
        for name, owner in (("queue", "root"), ("data", "postfix")):
            (self._folder / name).mkdir()
            shutil.chown(self._folder / name, owner, owner)
        here = {
            "maillog_file": self._folder / "log",
            "maillog_file_prefixes": self._folder,
            "queue_directory": self._folder / "queue",
            "data_directory": self._folder / "data",
            "inet_protocols": "ipv4",
            **QUICK,
            **(settings or {}),
        }
        settings_here = [f"{name}={value}" for name, value in here.items()]
        self.out_port = 0
        environment = {
            "MAILHUB_DOMAIN": domain,
            "MAILHUB_MAX_MAIL_BYTES": str(max_bytes),
            "MTA_HUB": f"{hub_host}:{hub_port}",
            "MTA_HUB_NETWORKS": "127.0.0.0/8",
            "MTA_TLS_CHAIN": str(tls_chain or ""),
            "MTA_RELAYHOST": f"[127.0.0.1]:{relay_port}",
        }

        def command(port: int) -> list[str | Path]:
            self.out_port = free_port()
            ports = [f"MTA_IN=127.0.0.1:{port}", f"MTA_OUT=127.0.0.1:{self.out_port}"]
            words = [f"{name}={value}" for name, value in environment.items()]
            return ["env", *words, *ports, script, self.config, *settings_here]

        try:
            self.port = start(command, log=self._folder / "out", answers=self._answers).port
        except BaseException:
            self._remove()
            raise
        # `postfix start-fg` leaves its daemons behind when it is killed; the guard stops them when
        # this process goes away, however it goes.
        self._guard = subprocess.Popen(
            ["sh", "-c", 'cat; exec postfix -c "$0" stop', self.config],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _answers(self, port: int) -> bool:
        return takes_connections(port) and takes_connections(self.out_port)

    def flush(self) -> None:
        """Tries everything in the queue now."""
        subprocess.run(["postqueue", "-c", self.config, "-f"], check=True)

    def waiting(self) -> list[str]:
        """The recipients in its queue."""
        listed = subprocess.run(
            ["postqueue", "-c", self.config, "-j"], check=True, capture_output=True, text=True
        )
        mails = [json.loads(line) for line in listed.stdout.splitlines()]
        return [recipient["address"] for mail in mails for recipient in mail["recipients"]]

    def log(self) -> str:
        """Its log so far."""
        return (self._folder / "log").read_text()

    def stop(self) -> None:
        """Stops it and removes its files, the queue too."""
        assert self._guard.stdin
        self._guard.stdin.close()
        self._guard.wait(20)
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self._folder)
