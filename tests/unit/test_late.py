"""A mail that takes its process with it: the others of its group are posted, it is given up at last."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailhub import membership, migrations
from mailhub.app import queue
from mailhub.app.hub import Hub, clock, put_together
from mailhub.models import Inbound, Post, RawMail
from mailhub.process import process
from mailhub.process.late import MAX_BEGUN
from mailhub.settings import Settings

ROOT = Path(__file__).parents[2]
NOW = clock()
MANY = 30  # mails; more than one group

# Starts the hub again and again, as systemd would, until all is done; says how often it died. In
# between an hour goes by. Each hub is a process of its own, in which one mail cannot be read.
STARTED_AGAIN = """
import os, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from mailhub.app.hub import clock, owners_folder, put_together
from mailhub.app.jobs import Jobs, broker
from mailhub.app.sweep import Sweep
from mailhub.app.waiting import figures
from mailhub.process.work import read_here
from mailhub.settings import Settings

def read(raws):
    if any(b"<7@x.example>" in raw for raw in raws):
        os.kill(os.getpid(), 9)
    return read_here(raws)

class Now(Jobs):
    def _wake(self, actor, *arguments):
        actor.fn(*arguments)

def serve(now):
    hub = put_together(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
    jobs = Now(broker(""), replace(hub.tools, read=read), None, lambda: now)
    jobs.wake_delivery = jobs.wake_index = lambda _: None
    Sweep(hub.tools, jobs, owners_folder(hub.settings)).run(now)
    with hub.database.reading() as session:
        return figures(session, now)["inbound_waiting"]

died = 0
for hour in range(1, 25):
    child = os.fork()
    if not child:
        os._exit(1 if serve(clock() + timedelta(hours=hour)) else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    died += status == -9
    if not status:
        print(died)
        break
"""


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Hub:
    """A hub with a community, to which many mails have been written."""
    hub = put_together(Settings(data_dir=tmp_path, **pair))
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        community = membership.found(session, "policy", "Policy", NOW)
        membership.add(session, community, "jane@x.example", NOW)
        for number in range(MANY):
            mail = Inbound(
                received_at=NOW,
                mail_from="jane@x.example",
                recipients=["policy@lists.localhost"],
                size=1,
                due_at=NOW,
            )
            words = f"From: jane@x.example\r\nMessage-ID: <{number}@x.example>\r\n\r\nDear all\r\n"
            mail.raw = RawMail(raw=words.encode())
            session.add(mail)
    return hub


def waiting(hub: Hub) -> list[Inbound]:
    with hub.database.reading() as session:
        return list(
            session.scalars(select(Inbound).where(Inbound.state != "done").order_by(Inbound.id))
        )


def test_a_mail_that_ends_its_process_holds_up_no_other_and_is_given_up(hub: Hub) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STARTED_AGAIN, hub.settings.data_dir, hub.settings.database_url],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.splitlines()[-1:] == [f"{MAX_BEGUN}"], ran.stderr
    (deadly,) = waiting(hub)
    with hub.database.reading() as session:
        assert len(session.scalars(select(Post.id)).all()) == MANY - 1
        (line,) = queue.listing(session)
    assert (line["state"], line["reason"]) == (
        "failed",
        f"begun {MAX_BEGUN} times, and each time its process died",
    )
    # Once the parser is mended, it is tried as if it were new.
    with hub.database.writing() as session:
        assert queue.make_due(session, f"m{deadly.id}", NOW)["mails"] == 1
    process(hub.tools, [deadly.id], NOW)
    assert not waiting(hub)


def test_a_job_that_a_broker_brings_again_leaves_alone_what_has_ended_a_process(hub: Hub) -> None:
    ids = [mail.id for mail in waiting(hub)]
    with hub.database.writing() as session:
        session.get_one(Inbound, ids[3]).begun = 1
    process(hub.tools, ids, NOW)
    process(hub.tools, ids, NOW, late=True)
    assert [mail.id for mail in waiting(hub)] == ids[3:4]
    process(hub.tools, ids[3:4], NOW, late=True)
    assert not waiting(hub)


def test_what_raises_has_not_ended_its_process(hub: Hub) -> None:
    def unreadable(raws: Any) -> Any:
        raise MemoryError

    (first, *_) = waiting(hub)
    with pytest.raises(MemoryError):
        process(replace(hub.tools, read=unreadable), [first.id], NOW, late=True)
    (first, *_) = waiting(hub)
    assert (first.begun, first.tries, first.problem) == (0, 1, "MemoryError: ")
