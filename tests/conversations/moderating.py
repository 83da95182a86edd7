"""A hub in which facilitators' mail is proven: their councils say that it comes from this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailhub import holds
from mailhub.app.hub import clock
from mailhub.models import Hold
from mailhub.process import moderating
from mailhub.settings import Settings
from tests.conversations.people import Person, RunningHub, running
from tests.servers.dns import Zones

D = "lists.example.org"
PROVEN = ("bath.example", "hull.example", "york.example", "leeds.example")
ZONES = {name: {"TXT": ["v=spf1 ip4:127.0.0.1 -all"]} for name in PROVEN}


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
    with Zones(ZONES) as server:
        yield server


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path, zones: Zones) -> Iterator[RunningHub]:
    """A hub of its own, empty, that knows who is proven."""
    settings = Settings(
        data_dir=tmp_path,
        domain=D,
        smtp_listen="127.0.0.1:0",
        stewards="steward@york.example",
        dns=zones.address,
        **pair,
    )
    with running(settings) as started:
        yield started


@pytest.fixture
def policy(hub: RunningHub) -> str:
    """A community in which a decision takes effect at once; its list address."""
    hub.community("policy", "Policy", undo_window="0")
    return f"policy@{D}"


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay, a facilitator, whose mail is proven."""
    return hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")


@pytest.fixture
def ned(hub: RunningHub, policy: str) -> Person:
    """Ned, another one."""
    return hub.member("policy", "Ned Ash", "ned@hull.example", role="facilitator")


@pytest.fixture
def jane(hub: RunningHub, policy: str) -> Person:
    """Jane, a member."""
    return hub.member("policy", "Jane Doe", "jane@leeds.example")


@pytest.fixture
def sue(hub: RunningHub) -> Person:
    """Sue, who is no member, and whose mail is not proven."""
    return hub.person("Sue Hill", "sue@elsewhere.example")


def words(mail: Any) -> str:
    """What a mail says, on one line."""
    return " ".join(str(mail.get_content()).split())


def shown(hub: RunningHub, number: int = 1) -> dict[str, Any]:
    """All that is known of a held mail, once nothing is under way."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return holds.shown(session, number)


def trail(hub: RunningHub, number: int = 1) -> list[str]:
    """What each word on a held mail came to."""
    return [one["came_to"] for one in shown(hub, number)["trail"]]


def state(hub: RunningHub, number: int = 1) -> str:
    """What has become of a held mail."""
    return str(shown(hub, number)["state"])


def hours_pass(hub: RunningHub, hours: int) -> None:
    """All that is held has waited so much longer, and the timer has looked."""
    hub.settle()
    with hub.hub.database.writing() as session:
        for held in session.scalars(select(Hold)):
            held.held_at -= timedelta(hours=hours)
            held.next_at = held.next_at and held.next_at - timedelta(hours=hours)
    moderating.escalate(hub.hub.tools, None, clock())


def monday_comes(hub: RunningHub) -> None:
    """The timer of the weekly figures has looked, on this week's Monday."""
    hub.settle()
    now = clock()
    moderating.weekly(hub.hub.tools, None, now - timedelta(days=now.weekday()))


def rows(hub: RunningHub, what: Any) -> list[Any]:
    """What a statement finds, once nothing is under way."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return list(session.scalars(what))


def begun(hub: RunningHub, policy: str, jane: Person, fay: Person, subject: str = "Bins") -> Any:
    """A post of Jane's, as Fay has it."""
    jane.writes(policy, subject, f"{subject}: what do you do?")
    return fay.receives(subject)
