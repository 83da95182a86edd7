"""The monthly report to facilitators: its figures, its picture, and that it comes once."""

from __future__ import annotations

import email.policy
import random
import struct
import zlib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from digests import chart, report
from mailhub import membership, migrations
from mailhub.app.hub import Hub, put_together
from mailhub.library import reading
from mailhub.library.tables import Document
from mailhub.models import Outgoing, Person, Thread
from mailhub.settings import Settings
from tests.digests import town

OCTOBER = datetime(2026, 10, 1, 9, tzinfo=UTC)
DUE = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Hub:
    made = put_together(Settings(data_dir=tmp_path, **pair))
    migrations.upgrade(made.database)
    dice = random.Random(1)
    with made.database.writing() as session:
        policy = membership.found(session, "policy", "Policy", OCTOBER - timedelta(days=60))
        housing = membership.found(session, "housing", "Housing", OCTOBER - timedelta(days=60))
        fay = {"name": "Fay Reid", "role": "facilitator"}
        for place in (policy, housing):
            membership.add(session, place, "fay@bath.example", OCTOBER - timedelta(days=50), **fay)
        people = [
            membership.add(session, policy, f"p{n}@bath.example", OCTOBER + timedelta(days=n))[0]
            for n in range(3)
        ]
        one, two, three = (member.person_id for member in people)
        town.discussion(
            session, dice, policy.id, [one, two, three], OCTOBER, answers=2, subject="Bins"
        )
        town.discussion(
            session, dice, policy.id, [two], OCTOBER + timedelta(days=9), subject="Who has a form?"
        )
        town.discussion(
            session, dice, policy.id, [two], OCTOBER - timedelta(days=9), subject="Before"
        )
        membership.remove(session, policy, "p2@bath.example", OCTOBER + timedelta(days=20))
    return made


def mails(hub: Hub) -> list[EmailMessage]:
    with hub.database.reading() as session:
        raws = session.scalars(select(Outgoing.raw).where(Outgoing.raw.is_not(None))).all()
    found = [message_from_bytes(raw or b"", policy=email.policy.default) for raw in raws]
    return [mail for mail in found if isinstance(mail, EmailMessage)]


def test_the_month_in_figures(hub: Hub) -> None:
    report.reports(hub.tools, None, DUE - timedelta(hours=1))
    assert not mails(hub)
    with hub.database.writing() as session:
        two = [
            Document(
                community_id=1,
                title=title,
                name_key=title,
                family=title,
                created_at=OCTOBER,
                changed_at=OCTOBER,
            )
            for title in ("Strategy.pdf", "Plan.pdf")
        ]
        session.add_all(two)
        session.flush()
        for day, times in ((1, 2), (30, 1), (31, 2)):
            reading.count(session, {two[1].id: times, 99: 1}, OCTOBER.date().replace(day=day))
        reading.count(session, {two[0].id: 9}, DUE.date())  # another month
        entry = town.discussion(session, random.Random(2), 1, [1], OCTOBER, subject="My week")
        session.execute(update(Thread).where(Thread.id == entry).values(tool="blog"))
    report.reports(hub.tools, None, DUE)
    report.reports(hub.tools, None, DUE + timedelta(hours=1))
    # Nothing happened in housing, so nobody is told of it.
    (mail,) = mails(hub)
    assert mail["Subject"] == "Policy in October 2026: 5 posts, 3 members"
    body = mail.get_body(("plain",))
    assert body
    told = " ".join(body.get_content().split())
    assert "Members: 3 (3 came, 1 left)" in told
    assert "Discussions begun: 2, of which 1 was answered by somebody else" in told
    assert "Half of the first answers came within 1 min." in told
    assert "Still without an answer: Who has a form? A word" in told
    assert "Bins (3 posts)" in told
    assert "Papers read most: Plan.pdf (5 times; " in told
    assert "Strategy.pdf" not in told
    (picture,) = mail.iter_attachments()
    assert picture.get_content_type() == "image/png"
    assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_report_in_welsh(hub: Hub) -> None:
    with hub.database.writing() as session:
        session.execute(update(Person).where(Person.name == "Fay Reid").values(language="cy"))
    report.reports(hub.tools, None, DUE)
    (mail,) = mails(hub)
    assert mail["Subject"] == "Policy ym mis Hydref 2026: 4 neges, 3 aelod"
    body = mail.get_body(("plain",))
    assert body
    assert "Sut hwyl a gafodd Policy ym mis Hydref 2026." in body.get_content()


def test_a_report_is_not_made_up_a_week_later(hub: Hub) -> None:
    report.reports(hub.tools, None, DUE + timedelta(days=8))
    assert not mails(hub)


def test_a_picture_of_bars() -> None:
    png = chart.bars([(0, 0), (2, 2), (4, 0)])
    width, height = struct.unpack(">II", png[16:24])
    start = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[start - 8 : start - 4])
    rows = zlib.decompress(png[start : start + length])
    lines = [rows[n * (width + 1) + 1 : (n + 1) * (width + 1)] for n in range(height)]
    middle = [chart.EDGE + (2 * n + 1) * ((width - 2 * chart.EDGE) // 3) // 2 for n in range(3)]
    shades = [[line[x] for line in lines] for x in middle]
    assert set(shades[0]) == {0, 1}
    assert shades[1].count(2) == shades[1].count(3) > 50
    assert shades[2].count(2) == shades[1].count(2) * 2
    assert chart.bars([]).startswith(b"\x89PNG")
