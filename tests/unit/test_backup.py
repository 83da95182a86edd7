"""A backup while the hub runs, and the way back."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from mailhub.app import backup
from mailhub.app.alive import SignOfLife
from mailhub.app.hub import alive_folder, clock
from mailhub.database import Database
from mailhub.membership import Unusable
from mailhub.settings import Settings
from tests.conversations.people import running
from tests.servers.postgres import Postgres
from tests.shell import Shell


def given(settings: Settings) -> dict[str, str]:
    return {"database_url": settings.database_url, "redis_url": settings.redis_url}


@pytest.fixture
def elsewhere(pair: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """A hub of the same kind that has nothing yet, not even its tables."""
    url = ""
    if pair["database_url"]:
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.fresh()
    return Settings(data_dir=tmp_path / "elsewhere", database_url=url)


def test_all_is_there_again_on_another_machine(
    tmp_path: Path, pair: dict[str, Any], elsewhere: Settings
) -> None:
    settings = Settings(
        data_dir=tmp_path, domain="lists.example.org", smtp_listen="127.0.0.1:0", **pair
    )
    file = tmp_path / "b.tar"
    with running(settings) as hub:
        hub.community("policy", "Policy")
        jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
        jane.writes(
            "policy@lists.example.org",
            "Bins",
            "When?",
            attach={"rates.csv": b"area,rate\nLeeds,44\n"},
        )
        hub.settle()
        ran = Shell(tmp_path, **given(settings)).run("backup", file)  # while it runs
        assert (ran.returncode, ran.stderr) == (0, "")
        assert file.stat().st_mode & 0o777 == 0o600
        jane.writes("policy@lists.example.org", "Later", "Not in it.")
        hub.settle()
    there = Shell(elsewhere.data_dir, **given(elsewhere))
    assert there.run("restore", file).returncode == 0
    mbox = there.run("export", "mbox", "policy").stdout
    assert "When?" in mbox
    assert "Not in it." not in mbox
    assert (elsewhere.data_dir / "secret.key").read_bytes() == (
        tmp_path / "secret.key"
    ).read_bytes()
    kept = [path.read_bytes() for path in elsewhere.blobs_folder.glob("*/*")]
    assert b"area,rate\nLeeds,44\n" in kept
    assert not list(elsewhere.data_dir.glob(".restore-*"))
    assert "has mail already" in there.refused("restore", file)
    assert "already" in Shell(tmp_path, **given(settings)).refused("backup", file)


def altered(file: Path, to: Path, **changed: bytes | None) -> Path:
    """A copy of a backup in which some files are others; None leaves one out."""
    with tarfile.open(file) as old, tarfile.open(to, "w") as new:
        for entry in old:
            key = "blob" if entry.name.startswith("blobs/") else entry.name.partition(".")[0]
            found = old.extractfile(entry)
            assert found is not None
            content = changed.get(key, found.read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
        if (extra := changed.get("extra")) is not None:
            entry = tarfile.TarInfo("../outside")
            entry.size = len(extra)
            new.addfile(entry, io.BytesIO(extra))
    return to


@pytest.fixture
def written(tmp_path: Path, sqlite_template: Path) -> Path:
    """A backup with a blob."""
    source = Settings(data_dir=tmp_path / "source")
    source.data_dir.mkdir()
    (source.data_dir / "mailhub.db").write_bytes(sqlite_template.read_bytes())
    (source.data_dir / "secret.key").write_bytes(b"0" * 64)
    path = (
        source.blobs_folder
        / "2c"
        / "f24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    )
    path.parent.mkdir(parents=True)
    path.write_bytes(b"hello")
    database = Database(source.effective_database_url)
    backup.back_up(source, database, tmp_path / "good.tar", clock())
    database.close()
    return tmp_path / "good.tar"


@pytest.mark.parametrize(
    "changed",
    [
        {"blob": b"hellO"},
        {"mailhub": None},
        {"manifest": None},
        {"manifest": b"{}"},
        {"manifest": b'{"format": 2, "database": "mailhub.db"}'},
        {"extra": b"x"},
    ],
    ids=str,
)
def test_what_is_no_whole_backup_is_refused_and_nothing_changes(
    tmp_path: Path, written: Path, changed: dict[str, bytes | None]
) -> None:
    bad = altered(written, tmp_path / "bad.tar", **changed)
    there = Shell(tmp_path / "there")
    assert "not a whole backup" in there.refused("restore", bad)
    assert not list((tmp_path / "there").rglob("*"))
    assert not (tmp_path / "outside").exists()
    assert there.run("restore", written).returncode == 0


def test_what_is_cut_off_or_no_tar_at_all_is_refused(tmp_path: Path, written: Path) -> None:
    for content in (written.read_bytes()[:5_000], b"hello", b""):
        (tmp_path / "bad.tar").write_bytes(content)
        assert "not a whole backup" in Shell(tmp_path / "there").refused(
            "restore", tmp_path / "bad.tar"
        )
    assert "No such file" in Shell(tmp_path / "there").refused("restore", tmp_path / "none.tar")


def test_nothing_is_restored_under_a_running_hub(tmp_path: Path, written: Path) -> None:
    settings = Settings(data_dir=tmp_path / "there")
    SignOfLife(alive_folder(settings), "worker").beat()
    assert "running" in Shell(settings.data_dir).refused("restore", written)


def test_a_backup_of_one_kind_is_not_restored_into_the_other(
    tmp_path: Path, written: Path, postgres_url: str
) -> None:
    there = Shell(tmp_path / "there", database_url=postgres_url)
    assert "the other kind" in there.refused("restore", written)


def test_what_cannot_be_written_leaves_nothing_half(tmp_path: Path, sqlite_template: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    (tmp_path / "mailhub.db").write_bytes(sqlite_template.read_bytes())
    database = Database(settings.effective_database_url)
    with pytest.raises(OSError, match="No such file"):
        backup.back_up(settings, database, tmp_path / "nowhere" / "b.tar", clock())
    with pytest.raises(Unusable):
        backup.back_up(settings, database, tmp_path / "mailhub.db", clock())
    database.close()
    assert not list(tmp_path.glob(".*"))
