"""kill -9 while somebody is being forgotten: what is left is done later, and nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mailhub import membership, migrations
from mailhub.app.hub import Hub, clock, put_together
from mailhub.models import Outgoing, Person, Post, RawMail, Request
from mailhub.process import keeping
from mailhub.settings import Settings

POSTS = 300
PATIENCE = 60.0
JANE = "jane@leeds.example"


def command(settings: dict[str, Any], *words: str) -> subprocess.Popen[bytes]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MAILHUB_")}
    ours = {f"MAILHUB_{name.upper()}": str(value) for name, value in settings.items() if value}
    return subprocess.Popen(
        [sys.executable, "-m", "mailhub", *words], env={**plain, **ours}, stdout=subprocess.DEVNULL
    )


def written_by_jane(folder: Path) -> Path:
    """An mbox of her mails, each of which answers the one before."""
    mails = [
        f"From {JANE} Tue Nov  3 09:{n // 60:02}:{n % 60:02} 2026\n"
        f"From: Jane Doe <{JANE}>\nTo: policy@lists.localhost\nSubject: Number {n}\n"
        f"Message-ID: <{n}@leeds.example>\nReferences: <{n - 1}@leeds.example>\n"
        f"Date: Tue, 3 Nov 2026 09:{n // 60:02}:{n % 60:02} +0000\n\nThe words of number {n}.\n\n"
        for n in range(POSTS)
    ]
    file = folder / "jane.mbox"
    file.write_text("".join(mails))
    return file


def tombstones(hub: Hub) -> int:
    with hub.database.reading() as session:
        return session.scalar(select(func.count()).where(Post.gone == "forgotten")) or 0


def test_a_kill_in_the_middle_leaves_the_rest_to_be_done(
    pair: dict[str, Any], tmp_path: Path
) -> None:
    settings = {"data_dir": tmp_path / "data", **pair}
    hub = put_together(Settings(**settings))
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        community = membership.found(session, "policy", "Policy", clock())
        membership.add(session, community, JANE, clock(), name="Jane Doe")
    assert command(settings, "import", "mbox", "policy", str(written_by_jane(tmp_path))).wait() == 0

    forgetting = command(settings, "member", "forget", JANE, "--yes")
    end = time.monotonic() + PATIENCE
    while not tombstones(hub) and forgetting.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.002)
    forgetting.kill()
    forgetting.wait()
    half = tombstones(hub)
    assert 0 < half < POSTS  # else nothing is shown here
    with hub.database.reading() as session:
        assert membership.person_of(session, JANE) is None
        assert session.scalars(select(Request.state)).all() == ["waiting"]

    for _ in range(2):
        keeping.asked_for(hub.tools, None, clock())
    assert tombstones(hub) == POSTS
    with hub.database.reading() as session:
        assert session.scalars(select(Request.state)).all() == ["done"]
        assert session.scalars(select(Request.detail)).all() == [{}]
        assert session.scalars(select(Person.name)).all() == [""]
        assert not [raw for raw in session.scalars(select(RawMail.raw)) if b"Jane" in raw]
        (last,) = session.scalars(select(Outgoing.raw)).all()
        assert b"You have been forgotten" in (last or b"")
        # One long discussion, as before.
        assert session.scalar(select(func.count()).where(Post.parent_id.is_(None))) == 1
    hub.database.close()
