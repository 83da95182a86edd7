"""OpenDKIM as it verifies a mail: the filter itself, in its test mode, with keys from a file."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers.programs import program

_RESULT = re.compile(r"dkim=(\w+).*?header\.d=(\S+)", re.DOTALL)


class OpenDkim:
    """Verifies with `records`, the TXT records of DNS by name. It keeps its files in `folder`."""

    def __init__(self, folder: Path, records: Mapping[str, str]) -> None:
        self._program = program("opendkim", "opendkim")
        self._mail = folder / "mail.eml"
        self._config = folder / "opendkim.conf"
        known = folder / "dns.txt"
        known.write_text("".join(f"{name} {value}\n" for name, value in records.items()))
        self._config.write_text(
            f"Mode v\nSyslog no\nTestDNSData file:{known}\nTemporaryDirectory {folder}\n"
        )

    def results(self, raw: bytes) -> list[tuple[str, str]]:
        """(result, domain) of each signature, from top to bottom."""
        self._mail.write_bytes(raw)
        command = [self._program, "-x", self._config, "-vv", "-t", self._mail]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
        return _RESULT.findall(done.stdout)
