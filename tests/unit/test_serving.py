"""What a served hub is, seen from outside: by its web server, and at the terminal."""

from __future__ import annotations

import gc
import smtplib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import select

from mailhub.app import cli
from mailhub.app.hub import put_together
from mailhub.app.serve import Serving
from mailhub.database import Database
from mailhub.library.tables import Readings
from mailhub.settings import Settings
from tests.unit.librarian import Library

PATIENCE = 60  # seconds; of a machine that has much else to do


@contextmanager
def served(folder: Path, *roles: str) -> Iterator[Serving]:
    """These roles of a hub, at free ports, in a thread."""
    settings = Settings(data_dir=folder, http_listen="127.0.0.1:0", smtp_listen="127.0.0.1:0")
    serving = Serving(put_together(settings), roles)
    ready = threading.Event()
    thread = threading.Thread(target=serving.run, args=(lambda _: ready.set(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    yield serving
    serving.stop()
    thread.join(PATIENCE)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of the pages that a hub serves."""
    with served(tmp_path, "web") as serving:
        host, port = serving.http_address
        yield f"http://{host}:{port}"


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
    assert said == "mailhub: MAILHUB_RELAY_URL: the relay's URL must be like smtp://host:port"


def test_downloads_of_the_last_minute_are_written_down_at_its_end(tmp_path: Path) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    with served(tmp_path, "web") as serving:
        with serving._hub.database.writing() as session:
            shelf = Library(session, serving._hub.tools.blobs)
            (paper,) = shelf.files(("note.txt", "text/plain", b"Count each bin once."))
        host, port = serving.http_address
        link = f"http://{host}:{port}/c/policy/library/{paper.document_id}/1/note.txt"
        assert status(link, User_Agent=agent) == 200
    database = Database(Settings(data_dir=tmp_path).effective_database_url)
    with database.reading() as session:
        assert list(session.scalars(select(Readings.times))) == [1]
    database.close()


def stub_brokers() -> list[StubBroker]:
    return [one for one in gc.get_objects() if isinstance(one, StubBroker)]


def test_a_process_that_takes_no_jobs_heaps_none_up(tmp_path: Path) -> None:
    others = stub_brokers()
    with served(tmp_path, "smtp", "scheduler") as serving:
        host, port = serving.smtp_address or ("", 0)
        for _ in range(3):
            with smtplib.SMTP(host, port) as client:
                client.sendmail("a@x.example", ["postmaster@lists.localhost"], "Subject: x\r\n\r\n")
        (broker,) = (one for one in stub_brokers() if one not in others)
        assert not any(queue.qsize() for queue in broker.queues.values())
