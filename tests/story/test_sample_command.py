"""The sample's commands, each in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mailhub.app.sample import serving
from mailhub.membership import Unusable
from mailhub.settings import Settings


def test_no_mail_leaves_for_invented_people(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        serving.check(Settings(data_dir=tmp_path, relay_url="smtp://127.0.0.1:25"))


def test_an_address_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    for setting in ("MAILHUB_SMTP_LISTEN", "MAILHUB_HTTP_LISTEN"):
        with socket.create_server(("127.0.0.1", 0)) as other:
            where = f"127.0.0.1:{other.getsockname()[1]}"
            free = {"MAILHUB_SMTP_LISTEN": "127.0.0.1:0", "MAILHUB_HTTP_LISTEN": "127.0.0.1:0"}
            changed = free | {"MAILHUB_DATA_DIR": str(tmp_path), setting: where}
            ran = mailhub("serve", "--sample", **changed)
        assert ran.returncode == 1
        (line,) = ran.stderr.splitlines()
        assert where in line
        assert setting in line


def test_the_command_tells_the_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ran = mailhub("sample", "--once", MAILHUB_DATA_DIR=str(tmp_path / "var"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "49 mails in by SMTP" in ran.stdout
    assert not (tmp_path / "var").exists()


def mailhub(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    program = "import sys; from mailhub.app.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
