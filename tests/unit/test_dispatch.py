"""Sending what is due, where something breaks on the way: nothing stays held, nothing is forgotten."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.exc import OperationalError

from mailhub import migrations, outbox
from mailhub.app.hub import Hub, owners_folder, put_together
from mailhub.courier import Copy, Deferred, Outcome, Sent
from mailhub.dispatch import Dispatch
from mailhub.logbook import Logbook
from mailhub.models import Delivery
from mailhub.settings import Settings
from tests.couriers import RememberingCourier

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
COPIES = 250  # more than two batches


class Office:
    """A hub with one mail to many, and what sends it; its time stands still until it is moved."""

    def __init__(self, hub: Hub, courier: RememberingCourier) -> None:
        self.hub = hub
        self.courier = courier
        self.now = NOW
        self.owners = owners_folder(hub.settings)
        self.dispatch = Dispatch(
            hub.database,
            courier,
            hub.tools.site,
            hub.tools.templates,
            logbook=Logbook(self.owners, "one"),
            clock=lambda: self.now,
            dice=random.Random(1),
        )
        with hub.database.writing() as session:
            people = [(f"m{number}@x.example", None) for number in range(COPIES)]
            outbox.for_addresses(session, people, "a@b", b"Subject: x\r\n\r\n", NOW)

    def states(self) -> dict[str, int]:
        with self.hub.database.reading() as session:
            states = list(session.scalars(select(Delivery.state)))
        return {state: states.count(state) for state in set(states)}

    def noted(self) -> bytes:
        """What stands in the logbook."""
        return (self.owners / "one").read_bytes()

    def ends_well(self) -> None:
        """All goes out at last, once, and nothing is left behind."""
        self.now += timedelta(hours=1)
        self.dispatch.deliver()
        assert self.states() == {"sent": COPIES}
        assert len({copy.recipient for copy in self.courier.sent}) == COPIES
        assert self.noted() == b""
        self.dispatch.close()
        assert not list(self.owners.iterdir())


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Iterator[Hub]:
    """An empty hub."""
    hub = put_together(Settings(data_dir=tmp_path, **pair))
    migrations.upgrade(hub.database)
    yield hub
    hub.database.close()


def test_a_courier_that_breaks_off_costs_one_batch_some_time(hub: Hub) -> None:
    asked: list[int] = []

    def answer(copy: Copy) -> Outcome:
        asked.append(copy.delivery_id)
        if len(asked) == 150:
            raise ZeroDivisionError
        return Sent("250 ok")

    office = Office(hub, RememberingCourier(answer))
    office.dispatch.deliver()
    assert office.states() == {"sent": 199, "deferred": 51}
    assert office.noted() == b""
    office.ends_well()
    assert len(office.courier.sent) == COPIES


class Forgetful(RememberingCourier):
    """Says nothing of the last copy of each batch."""

    def send(self, copies: Sequence[Copy]) -> Iterator[tuple[int, Outcome]]:
        yield from super().send(copies[:-1] if self.batches < 3 else copies)


def test_a_copy_of_which_the_courier_says_nothing_is_tried_again(hub: Hub) -> None:
    office = Office(hub, Forgetful())
    office.dispatch.deliver()
    assert office.states() == {"sent": COPIES - 3, "deferred": 3}
    office.ends_well()


def test_a_database_that_is_away_as_a_mail_is_composed_costs_no_copy_a_try(hub: Hub) -> None:
    office = Office(hub, RememberingCourier())
    away = [True]

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "raw_mail" in statement and away:
            away.clear()
            raise OperationalError(statement, {}, Exception("gone"))

    event.listen(hub.database.engine, "before_cursor_execute", look)
    with pytest.raises(OperationalError):
        office.dispatch.deliver()
    assert office.states() == {"queued": COPIES}
    with hub.database.reading() as session:
        assert set(session.scalars(select(Delivery.tries))) == {0}
    office.ends_well()


def test_what_was_forgotten_while_it_was_sent_stops_nothing(hub: Hub) -> None:
    def answer(copy: Copy) -> Outcome:
        with hub.database.writing() as session:
            session.execute(delete(Delivery).where(Delivery.id == copy.delivery_id))
        return Deferred("4.0.0 later") if copy.delivery_id % 2 else Sent("250 ok")

    office = Office(hub, RememberingCourier(answer))
    office.dispatch.deliver()
    assert office.states() == {}
    assert office.noted() == b""
