"""Digests over a long time with a moved clock: every person has exactly those that they should, none empty,
none twice, none at the wrong local hour, though the hub crashes, is down for days, and is asked twice.

What should come is worked out anew by each person's own calendar, day by day, from the posts alone.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from digests import run as runs
from mailhub import migrations
from mailhub.app.digesting import DOORS
from mailhub.app.hub import Hub, put_together
from mailhub.models import Delivery, Digest, Membership, Outgoing
from mailhub.settings import Settings
from tests.digests import town
from tests.digests.test_due import ZONES

START = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
SETTINGS: list[dict[str, Any]] = [
    {"zone": zone, "digest_day": day, "digest_hour": hour, "delivery": delivery}
    for zone, day, hour, delivery in zip(
        ZONES,
        (0, 4, 2, 6, 0, 5, 1, 3, 0, 6, 2, 0),
        (7, 1, 16, 2, 9, 2, 23, 0, 8, 12, 3, 2),
        ("weekly", "daily", "weekly", "monthly", "daily", "weekly") * 2,
        strict=True,
    )
]


class Crash(Exception):
    """The process dies here."""


@dataclass
class World:
    """A hub whose time is moved, and what has happened in it."""

    hub: Hub
    town: town.Town
    dice: random.Random
    # By community: (when, who) of each discussion.
    happened: dict[int, list[tuple[datetime, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    crashes: int = 0
    died: bool = False

    def happens(self, now: datetime) -> None:
        """Some communities are busy, some have long holidays."""
        busy = [
            community_id
            for community_id in self.town.communities
            if self.town.members[community_id]
            and self.dice.random() < 0.02 * (1 + community_id % 5)
        ]
        if not busy:
            return
        with self.hub.database.writing() as session:
            for community_id in busy:
                author = self.dice.choice(self.town.members[community_id])
                town.discussion(session, self.dice, community_id, [author], now)
                self.happened[community_id].append((now, author))

    def beats(self, now: datetime, *, surely: bool = False) -> None:
        """The timer runs; now and then it dies half-way, and runs again."""
        doors = DOORS
        self.died = False
        if not surely and self.dice.random() < 0.3:
            left = self.dice.randrange(2)

            def dies(*arguments: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Crash
                return DOORS[0].digest(*arguments)

            doors = (type(DOORS[0])("thread", dies, DOORS[0].whole), *DOORS[1:])
        try:
            runs.run(self.hub.database, self.hub.tools.site, doors, now, now)
        except Crash:
            self.crashes += 1
            self.died = True


def world(folder: Path, people: int, communities: int, seed: int, **pair: Any) -> World:
    hub = put_together(Settings(data_dir=folder, **pair))
    migrations.upgrade(hub.database)
    dice = random.Random(seed)
    with hub.database.writing() as session:
        made = town.found(
            session,
            dice,
            START - timedelta(days=1),
            communities=communities,
            people=people,
            each=2,
            settings=SETTINGS,
        )
    runs.run(hub.database, hub.tools.site, DOORS, START, START)
    return World(hub, made, dice)


def moments(setting: dict[str, Any], begin: datetime, end: datetime) -> list[datetime]:
    """When this person's clock shows their hour on their day: looked for quarter by quarter of an hour,
    the first time only where the clock is put back, the next quarter that there is where it is put on."""
    zone = ZoneInfo(setting["zone"])
    found: dict[Any, datetime] = {}
    day = (begin - timedelta(days=70)).astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        is_day = setting["delivery"] == "daily" or (
            day.weekday() == setting["digest_day"]
            and (setting["delivery"] == "weekly" or day.day <= 7)
        )
        if is_day:
            at = datetime(day.year, day.month, day.day, setting["digest_hour"], tzinfo=zone)
            found[day] = at.astimezone(UTC)
        day += timedelta(days=1)
    return [moment for moment in sorted(found.values()) if moment <= end]


def expected(
    world: World, person: int, setting: dict[str, Any], times: list[datetime]
) -> list[tuple[datetime, int]]:
    """(when it was sent, how many discussions it tells of) of each digest of a person."""
    with world.hub.database.reading() as session:
        mine = session.scalars(
            select(Membership.community_id).where(Membership.person_id == person)
        ).all()
    posts = sorted(
        at for community in mine for at, author in world.happened[community] if author != person
    )
    due = moments(setting, START, times[-1])
    begun = [moment for moment in due if moment <= START - runs.SETTLING]
    last = begun[-1]
    wanted = []
    for now in times:  # each time that the hub was up
        ready = [m for m in due if last < m <= now - runs.SETTLING]
        if not ready:
            continue
        new = [at for at in posts if last < at <= ready[-1]]
        if new:
            wanted.append((now, len(new)))
        last = ready[-1]
    return wanted


def simulate(
    folder: Path, days: int, people: int, communities: int, seed: int, **pair: Any
) -> Counter[str]:
    """Let the time go by, and hold what was sent against what should have been."""
    there = world(folder, people, communities, seed, **pair)
    now, end = START, START + timedelta(days=days)
    up: list[datetime] = []
    down_until = START
    while now < end:
        now += timedelta(hours=1)
        there.happens(now - timedelta(minutes=10))
        if there.dice.random() < 0.004:
            down_until = now + timedelta(hours=there.dice.choice((1, 5, 30, 100)))
        if now < down_until:
            continue
        there.beats(now)
        if there.dice.random() < 0.1:
            there.beats(now)  # another process, or the same again
        if there.died:
            there.beats(now, surely=True)
        up.append(now)
    figures: Counter[str] = Counter(crashes=there.crashes)
    sent: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    with there.hub.database.reading() as session:
        rows = session.execute(
            select(Digest.person_id, Outgoing.created_at, Digest.entries)
            .join(Outgoing, Outgoing.digest_id == Digest.id)
            .join(Delivery, Delivery.outgoing_id == Outgoing.id)
            .order_by(Digest.id)
        )
        for person, at, entries in rows:
            sent[person].append((at, len(entries)))
        figures["empty"] = session.query(Digest).count() - sum(map(len, sent.values()))
    for number, person in enumerate(there.town.people):
        wanted = expected(there, person, SETTINGS[number % len(SETTINGS)], up)
        assert sent[person] == wanted, (person, SETTINGS[number % len(SETTINGS)])
        figures["sent"] += len(wanted)
    return figures


def test_a_month_with_both_clocks_and_crashes(tmp_path: Path) -> None:
    """March 2026: the clocks go on in America on the 8th, in Europe on the 29th."""
    figures = simulate(tmp_path, days=32, people=60, communities=6, seed=5)
    assert figures["sent"] > 300
    assert figures["crashes"] > 5
    assert figures["empty"] > 0


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_year_of_two_thousand_people(tmp_path: Path, pair: dict[str, Any]) -> None:
    figures = simulate(tmp_path, days=366, people=2_000, communities=40, seed=11, **pair)
    assert figures["sent"] > 50_000
    print(dict(figures))
