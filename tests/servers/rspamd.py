"""An rspamd that checks DKIM and ARC alone, with its keys from a DNS server of the tests.

It has a folder of its own and one worker; the machine's rspamd, if there is one, goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.servers.folders import folder_of
from tests.servers.programs import program
from tests.servers.running import start

CONFIG = """
options {{
  filters = "dkim";
  dns {{ nameserver = "127.0.0.1:{dns_port}:1"; timeout = 2s; retransmits = 2; sockets = 1; }}
  tempdir = "{folder}"; pidfile = "{folder}/pid"; cache_file = "{folder}/symbols.cache";
  dynamic_conf = "{folder}/dynamic"; history_file = "{folder}/history"; rrd = "";
  hs_cache_dir = "{folder}"; control_socket = "{folder}/rspamd.sock mode=0600";
  url_tld = "{folder}/tld"; disable_hyperscan = true; allow_raw_input = true; local_addrs = [];
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "info"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
modules {{ path = "{share}/plugins/arc.lua"; }}
arc {{ whitelisted_signers_map = []; }}
dkim {{ }}
"""
SHARE = "/usr/share/rspamd"


class Rspamd:
    """A running rspamd that asks the DNS server at `dns_port`."""

    def __init__(self, dns_port: int) -> None:
        path = program("rspamd", "rspamd")
        self._folder = folder_of("rspamd")
        user = []
        if os.geteuid() == 0:  # it does not run as root
            user = ["-u", "nobody", "-g", "nogroup"]
            shutil.chown(self._folder, "nobody", "nogroup")

        (self._folder / "tld").write_text("example\norg\n")  # the whole list takes it ten seconds

        def command(port: int) -> list[str | Path]:
            config = self._folder / "rspamd.conf"
            values = {"dns_port": dns_port, "folder": self._folder, "port": port, "share": SHARE}
            config.write_text(CONFIG.format(**values))
            return [path, "-f", *user, "-c", config]

        try:
            self._running = start(command, log=self._folder / "out", answers=self._answers)
        except BaseException as error:
            log = self._folder / "rspamd.log"
            error.add_note(log.read_text()[-3000:] if log.exists() else "no log")
            shutil.rmtree(self._folder)
            raise

    def symbols(self, raw: bytes) -> dict[str, Any]:
        """What it finds in a mail: its symbols with their options."""
        return {
            name: symbol.get("options", [])
            for name, symbol in self._asked(self._running.port, raw)["symbols"].items()
        }

    def stop(self) -> None:
        """Ends it and removes its files."""
        self._running.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self, port: int) -> bool:
        try:
            self._asked(port, b"Subject: x\r\n\r\n.\r\n", 2)
        except (urllib.error.URLError, OSError):
            return False
        return True

    @staticmethod
    def _asked(port: int, raw: bytes, patience: float = 15) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/checkv2", raw, patience) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found
