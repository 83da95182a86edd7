"""What the sweep wakes for, and how little of it where the work is only slow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailhub.app.hub import Hub, clock, owners_folder, put_together
from mailhub.app.jobs import Jobs, broker
from mailhub.app.sweep import AGAIN, COPIES_GRACE, GRACE, OCTETS, Sweep
from mailhub.logbook import Logbook
from mailhub.models import Delivery, Inbound, Outgoing
from mailhub.settings import Settings
from tests.tables import tables_in

NOW = clock()


class Woken(Jobs):
    """Jobs whose wakings are remembered, with nobody to do the work."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(broker(""), hub.tools, None, clock)
        self.inbound: list[int] = []
        self.together: list[list[int]] = []
        self.outgoing: list[int] = []
        self.timers: list[str] = []

    def wake_late(self, ids: Any) -> None:
        self.inbound += ids
        self.together.append(ids)

    def wake_delivery(self, outgoing_id: int) -> None:
        self.outgoing.append(outgoing_id)

    def wake_timer(self, name: str) -> None:
        self.timers.append(name)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """An empty hub."""
    tables_in(tmp_path)
    hub = put_together(Settings(data_dir=tmp_path))
    return hub


def sweeping(hub: Hub) -> tuple[Sweep, Woken]:
    jobs = Woken(hub)
    return Sweep(hub.tools, jobs, owners_folder(hub.settings)), jobs


def keep(hub: Hub, **values: Any) -> int:
    """A mail that waits."""
    mail = Inbound(**{"received_at": NOW, "recipients": [], "size": 1, "due_at": NOW} | values)
    with hub.database.writing() as session:
        session.add(mail)
        session.flush()
        return mail.id


def queue(hub: Hub, count: int, **values: Any) -> list[int]:
    """An Outgoing with so many deliveries; their ids."""
    with hub.database.writing() as session:
        outgoing = Outgoing(message_id="a@b", raw=b"", created_at=NOW)
        session.add(outgoing)
        session.flush()
        deliveries = [
            Delivery(
                **{"outgoing_id": outgoing.id, "address": "a@b", "mail_key": b"", "due_at": NOW}
                | values
            )
            for _ in range(count)
        ]
        session.add_all(deliveries)
        session.flush()
        return [delivery.id for delivery in deliveries]


def states(hub: Hub) -> list[str]:
    with hub.database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_a_hub_that_starts_takes_up_at_once_all_that_waits(hub: Hub) -> None:
    new, woken = keep(hub), keep(hub, due_at=NOW + AGAIN)
    keep(hub, due_at=NOW + timedelta(hours=1), tries=3)  # it has failed and waits its time
    queue(hub, 2)
    sweep, jobs = sweeping(hub)
    sweep.run(NOW)
    assert jobs.inbound == [new, woken]
    assert len(jobs.outgoing) == 1


def test_later_a_job_has_its_time_and_is_looked_for_once(hub: Hub) -> None:
    sweep, jobs = sweeping(hub)
    sweep.run(NOW)
    mail = keep(hub)
    queue(hub, 1)
    sweep.run(NOW + COPIES_GRACE / 2)
    assert (jobs.inbound, jobs.outgoing) == ([], [])
    sweep.run(NOW + GRACE / 2)
    assert (jobs.inbound, len(jobs.outgoing)) == ([], 1)
    for second in range(5, 5 + AGAIN.seconds):
        sweep.run(NOW + timedelta(seconds=second))
    assert jobs.inbound == [mail]
    sweep.run(NOW + GRACE + AGAIN + GRACE)
    assert jobs.inbound == [mail, mail]


def test_a_long_queue_wakes_one_job_a_sweep(hub: Hub) -> None:
    for _ in range(50):
        queue(hub, 3)
    sweep, jobs = sweeping(hub)
    for second in range(10):
        sweep.run(NOW + timedelta(seconds=second))
    assert len(jobs.outgoing) <= 10


def test_what_a_dead_owner_had_is_taken_back_but_for_what_the_relay_took(hub: Hub) -> None:
    owners = owners_folder(hub.settings)
    lives = Logbook(owners, "lives")
    lease = NOW + timedelta(minutes=10)
    gone, _unsure, claimed, others = queue(hub, 4, state="sending", owner="dead", lease_until=lease)
    with hub.database.writing() as session:
        session.execute(update(Delivery).where(Delivery.id == claimed).values(state="claimed"))
        session.execute(update(Delivery).where(Delivery.id == others).values(owner="lives"))
    owners.joinpath("dead").write_text(f"{gone}\n{others}\n")

    sweep, jobs = sweeping(hub)
    assert sweep.run(NOW) == 1  # the second alone may go twice
    assert states(hub) == ["sent", "queued", "queued", "sending"]
    assert len(jobs.outgoing) == 1
    assert not (owners / "dead").exists()
    assert sweep.run(NOW) == 0

    # A timer that waits for a job may have lost it with whoever died.
    waiting, jobs.timers = jobs.timers, []
    owners.joinpath("dead").write_text("")
    sweep.run(NOW + timedelta(seconds=1))
    assert waiting
    assert jobs.timers == waiting

    # Of an owner elsewhere only the lease tells.
    assert sweep.run(lease + timedelta(seconds=1)) == 1
    assert states(hub)[3] == "queued"
    lives.close()


def test_large_mails_are_not_read_all_at_once(hub: Hub) -> None:
    late = NOW - GRACE
    ids = [keep(hub, due_at=late, size=size) for size in (OCTETS, 1, 1, OCTETS - 1, 9 * OCTETS)]
    sweep, jobs = sweeping(hub)
    sweep.run(NOW)
    assert jobs.together == [ids[:1], ids[1:3], ids[3:4], ids[4:]]


def test_where_nobody_takes_jobs_the_mails_are_left_to_another_sweep(hub: Hub) -> None:
    mail = keep(hub, due_at=NOW - GRACE)
    queue(hub, 1, state="sending", owner="gone", lease_until=NOW - GRACE)
    assert Sweep(hub.tools, None, owners_folder(hub.settings)).run(NOW) == 1
    assert states(hub) == ["queued"]

    sweep, jobs = sweeping(hub)
    sweep.run(NOW)
    assert jobs.inbound == [mail]
    assert jobs.outgoing


def test_a_mail_of_which_a_process_may_have_died_is_woken_alone(hub: Hub) -> None:
    ids = [keep(hub, due_at=NOW - GRACE) for _ in range(4)]
    with hub.database.writing() as session:
        session.execute(update(Inbound).where(Inbound.id == ids[1]).values(begun=1))
    sweep, jobs = sweeping(hub)
    sweep.run(NOW)
    assert sorted(jobs.together) == [[ids[0], ids[2], ids[3]], [ids[1]]]
