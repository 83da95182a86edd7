"""What a served hub is, seen from outside: by its web server, and at the terminal."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub.app import cli
from mailhub.app.hub import put_together
from mailhub.app.serve import Serving
from mailhub.settings import Settings

PATIENCE = 20  # seconds


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of the pages that a hub serves."""
    serving = Serving(
        put_together(Settings(data_dir=tmp_path, http_listen="127.0.0.1:0")), ("web",)
    )
    ready = threading.Event()
    thread = threading.Thread(target=serving.run, args=(lambda _: ready.set(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    host, port = serving.http_address
    yield f"http://{host}:{port}"
    serving.stop()
    thread.join(PATIENCE)


def status(address: str, **headers: str) -> int:
    """What is answered; header names with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine(site: str) -> None:
    assert status(f"{site}/metrics") == 200
    assert status(f"{site}/metrics", X_Forwarded_For="192.0.2.7") == 404
    assert status(f"{site}/metrics", Forwarded="for=192.0.2.7") == 404


def test_a_relay_that_cannot_be_one_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILHUB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILHUB_RELAY_URL", "smtp://user:secret@host/path")
    monkeypatch.setattr("sys.argv", ["mailhub", "serve", "--only", "worker,scheduler"])

    assert cli.main() == 1

    said = capsys.readouterr().err.splitlines()[-1]
    assert said == "mailhub: the relay's URL must be like smtp://host:port"
