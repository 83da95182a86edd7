"""The pages behind another web server, as docs/operators.md says."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.settings import Settings
from tests.servers.running import free_port

PATIENCE = 60  # seconds; of a machine that has much else to do


def test_granian_serves_the_pages_from_two_processes(tmp_path: Path) -> None:
    database = Database(Settings(data_dir=tmp_path).effective_database_url)
    upgrade(database)
    database.close()
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    command += [
        "mailhub.app.wsgi:pages",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--workers-kill-timeout",  # one that is told to stop while it starts may not hear it
        "5",
    ]
    environment = os.environ | {"MAILHUB_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            status, policy = _asked(f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
    assert status == 200
    assert "default-src 'none'" in policy


def _asked(address: str) -> tuple[int, str]:
    """The status of a page and its policy, as soon as there is one."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return answer.status, answer.headers["Content-Security-Policy"]
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
