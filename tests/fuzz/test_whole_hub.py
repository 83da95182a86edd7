"""Whatever strangers send, to whatever address: no exception, no altered token taken for ours, and no
answer to a robot. Some hundred mails in an ordinary run, ten minutes of them in a long one."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailhub import holds, membership, words
from mailhub.addresses import Purpose, Token, destinations, is_address
from mailhub.blobs import Blobs
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.membership import requests
from mailhub.models import (
    Address,
    Community,
    Delivery,
    Hold,
    Membership,
    Person,
    Request,
    Steward,
)
from mailhub.process import Tools, process
from mailhub.process.resolving import resolve
from tests.fuzz.strangers import (
    PEOPLE,
    SITE,
    STEWARD,
    D,
    Hub,
    Sent,
    altered,
    by_robot,
    by_somebody,
    returned,
)
from tests.spooled import spooled

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
# What nothing here may change: everybody is asked first, and no question is answered.
KEPT = (Person, Address, Membership, Community, Steward, Hold, Request)
LONG = pytest.param(600, 0, marks=[pytest.mark.long, pytest.mark.timeout(1_500)], id="long")
LEAST = 2_000  # mails of each hub; then it is a new one


def founded(folder: Path, template: Path) -> Hub:
    """A hub of its own."""
    folder.mkdir()
    shutil.copy(template, folder / "mailhub.db")
    database = Database(f"sqlite:///{folder / 'mailhub.db'}")
    tools = Tools(
        database, Blobs(folder / "blobs"), SITE, Templates(words.templates_folder()), (STEWARD,)
    )
    tokens: list[Token] = []
    with database.writing() as session:
        for slug in ("policy", "waste", "inquiry"):
            place = membership.found(session, slug, slug.title(), NOW)
            for address in PEOPLE[:3]:
                role = "facilitator" if address.startswith("fay") else "contributor"
                membership.add(session, place, address, NOW, role=role)
        membership.change(session, place, "visibility", "secret", NOW)
        over = (NOW + timedelta(days=20)).date()
        for address in PEOPLE[:3]:
            person = membership.person_of(session, address)
            assert person is not None
            asked = requests.ask(session, "command", address, NOW, person=person)
            waiting = requests.ask(session, "join", f"new-{address}", NOW, community=place)
            requests.wait(session, waiting, NOW)
            row = holds.write(session, address, person.id, "join", NOW, request_id=waiting.id)
            tokens += [
                requests.token(asked),
                holds.token_of(row, NOW),
                Token(Purpose.NOTICE, 1, person.id, over),
            ]
        tokens += [Token(one, number, 1, over) for one in Purpose for number in (0, 1, 2)]
    return Hub(tools, tokens)


def take(hub: Hub, mails: list[Sent], now: datetime) -> list[tuple[int, str, list[int]]]:
    """What became of some mails, which are processed in one go."""
    with hub.tools.database.writing() as session:
        ids = [spooled(session, m.raw, m.mail_from, *m.recipients, at=now) for m in mails]
    return process(hub.tools, ids, now).outcomes


def kept(hub: Hub) -> dict[str, Any]:
    """All of what nothing may change. New questions and new held mail are no harm."""
    found = {}
    with hub.tools.database.reading() as session:
        for table in KEPT:
            columns = [one for one in table.__table__.columns if one.name != "last_post_at"]
            rows = session.execute(select(*columns).order_by(*table.__table__.primary_key))
            found[table.__tablename__] = [tuple(row) for row in rows]
    return found


def rounds(seconds: int, count: int) -> Iterator[int]:
    """So many, or as long as that takes."""
    last = time.monotonic() + seconds
    number = 0
    while number < count or time.monotonic() < last:
        yield number
        number += 1


@pytest.mark.parametrize(("seconds", "count"), [pytest.param(0, 40, id="short"), LONG])
def test_nothing_that_comes_spoils_anything(
    seconds: int, count: int, tmp_path: Path, sqlite_template: Path
) -> None:
    dice = random.Random(20261103)
    hub, now = founded(tmp_path / "0", sqlite_template), NOW
    before, taken = kept(hub), 0
    for number in rounds(seconds, count):
        if taken >= LEAST:
            hub.tools.database.close()
            shutil.rmtree(tmp_path / str(hub_number(tmp_path)))
            hub, taken = founded(tmp_path / str(number), sqlite_template), 0
            before = kept(hub)
        makers = dice.choices((by_somebody, by_robot, returned), (5, 3, 2), k=dice.randint(1, 8))
        mails = [make(dice, hub) for make in makers]
        now += timedelta(minutes=dice.randint(1, 90))
        taken += len(mails)
        for one in mails:
            for address in one.recipients:
                tokened = [d.token for d in destinations(address, D, SITE.tokens) if d.token]
                assert not tokened, address
                with hub.tools.database.reading() as session:
                    resolve(session, address, SITE)
        outcomes = take(hub, mails, now)
        assert not [what for _, what, _ in outcomes if what.startswith("put off")], mails
        with hub.tools.database.reading() as session:
            to_robots = select(Delivery.address).where(Delivery.address.startswith("robot-"))
            assert not session.scalars(to_robots).all(), mails
            to = session.scalars(select(Delivery.address).distinct()).all()
            assert [one for one in to if one and not is_address(one)] == []
        after = kept(hub)
        for table, rows in before.items():
            assert after[table][: len(rows)] == rows, (table, mails)
        for table in ("community", "steward", "membership", "person", "address"):
            assert len(after[table]) == len(before[table]), (table, mails)
    hub.tools.database.close()


def hub_number(folder: Path) -> int:
    """Of the hub that was founded last."""
    return max(int(one.name) for one in folder.iterdir() if one.name.isdigit())


@pytest.mark.parametrize("count", [2_000, pytest.param(500_000, marks=pytest.mark.long)])
def test_no_altered_token_is_read(count: int) -> None:
    dice = random.Random(count)
    for _ in range(count):
        expires = date(2026, 1, 1) + timedelta(days=dice.randrange(4_000))
        token = Token(
            dice.choice(list(Purpose)), dice.randrange(2**40), dice.randrange(2**30), expires
        )
        word = SITE.tokens.word(token)
        assert SITE.tokens.of_word(word) == token
        other = altered(dice, word)
        assert SITE.tokens.of_word(other) is None, (word, other)
        assert SITE.tokens.of_message_id(f"{other}.ab@{D}", D) is None
