"""Many facilitators answer one notice at once, and one reply decides on very many mails."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from mailhub import holds, membership, reading, words
from mailhub.addresses import Tokens
from mailhub.app.hub import clock
from mailhub.blobs import Blobs
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.models import Decision, Hold, Notice, Outgoing
from mailhub.notes import Desk
from mailhub.process import Tools, process
from mailhub.proof import Proof
from mailhub.site import Site
from tests.spooled import spooled

D = "lists.example.org"
SITE = Site(D, "https://hub.example.org", Tokens(b"k" * 32))
TEMPLATES = Templates(words.templates_folder())
PROVEN = Proof(domain="bath.example", proven=True).kept()
ROUNDS = [pytest.param(5, id="short"), pytest.param(200, id="long", marks=pytest.mark.long)]
TEN = [f"f{number}@bath.example" for number in range(10)]


@contextmanager
def workers(database: Database, folder: Path, count: int) -> Iterator[list[Tools]]:
    """As many as processes would be: each with connections, and on SQLite with a turn, of its own."""
    own = [Database(database.url.render_as_string(hide_password=False)) for _ in range(count)]
    yield [Tools(one, Blobs(folder), SITE, TEMPLATES) for one in own]
    for one in own:
        one.close()


def taken(tools: Tools, raw: str, sender: str, to: str) -> int:
    """A mail as the spool keeps it, proven."""
    with tools.database.writing() as session:
        return spooled(session, raw.encode(), sender, to, at=clock(), proof=PROVEN)


def held(tools: Tools, subject: str, now: datetime) -> int:
    """A stranger's mail, which is held; its number."""
    raw = f"From: Sue <sue@elsewhere.example>\r\nSubject: {subject}\r\n\r\nWords of {subject}.\r\n"
    process(tools, [taken(tools, raw, "sue@elsewhere.example", f"policy@{D}")], now)
    with tools.database.reading() as session:
        return session.scalars(select(func.max(Hold.id))).one() or 0


def answer(tools: Tools, notice: Notice, text: str) -> int:
    """A facilitator's reply to a notice, taken and not yet processed."""
    to = SITE.tokens.address("policy", holds.token_of(notice, clock()), D)
    raw = f"From: {notice.address}\r\nTo: {to}\r\nSubject: Re: Held\r\n\r\n{text}\r\n"
    return taken(tools, raw, notice.address, to)


def founded(tools: Tools, people: list[str]) -> None:
    with tools.database.writing() as session:
        community = membership.found(session, "policy", "Policy", clock())
        for address in people:
            membership.add(session, community, address, clock(), role="facilitator")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_ten_who_answer_at_once_one_decides_and_nine_are_told(
    database: Database, tmp_path: Path, rounds: int
) -> None:
    said = ("ok", "reject off topic", "spam")
    with workers(database, tmp_path, 4) as four, ThreadPoolExecutor(4) as pool:
        founded(four[0], TEN)
        for number in range(rounds):
            now = clock() + number * timedelta(minutes=61)  # or many in an hour were gathered
            hold_id = held(four[0], f"Mail {number}", now)
            with database.reading() as session:
                notices = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(10)).all()
                before = session.scalars(select(func.max(Outgoing.id))).one() or 0
            assert len({notice.address for notice in notices}) == 10
            ids = [answer(four[0], one, said[n % 3]) for n, one in enumerate(notices)]
            jobs = [pool.submit(process, four[n % 4], [mail], now) for n, mail in enumerate(ids)]
            for job in jobs:
                job.result()
            with database.reading() as session:
                came = session.scalars(select(Decision.came_to).where(Decision.hold_id == hold_id))
                assert sorted(came) == ["decided", *["late"] * 9]
                decided = session.get_one(Hold, hold_id)
                (first,) = session.scalars(
                    select(Decision.by).where(
                        Decision.hold_id == hold_id, Decision.came_to == "decided"
                    )
                )
                assert decided.decided_by == first
                sent = session.scalars(select(Outgoing.raw).where(Outgoing.id > before)).all()
            told = [reading.read(raw or b"") for raw in sent]
            # Nine are told in the thread of their notice; each who was late hears that, too.
            threads = {notice.message_id: notice.address for notice in notices}
            others = [one for one in told if one.in_reply_to and one.in_reply_to[0] in threads]
            assert {one.to[0].address for one in others} == set(TEN) - {first}
            assert len(others) == 9
            assert sum("had been" in one.text for one in told) == 9


def test_five_hundred_are_decided_in_one_reply(database: Database, tmp_path: Path) -> None:
    with workers(database, tmp_path, 1) as (tools,):
        founded(tools, ["f0@bath.example"])
        with tools.database.writing() as session:
            (person,) = membership.facilitators(
                session, membership.known_community(session, "policy").id
            )
            member = membership.known_membership(
                session, membership.known_community(session, "policy"), person[0]
            )
            member.holds_at = clock().hour
        for start in range(0, 500, 25):
            ids = [
                taken(
                    tools,
                    f"From: Sue <s{n}@elsewhere.example>\r\nSubject: Mail {n}\r\n\r\n{'Words. ' * 300}\r\n",
                    "sue@elsewhere.example",
                    f"policy@{D}",
                )
                for n in range(start, start + 25)
            ]
            process(tools, ids, clock())
        with tools.database.writing() as session:
            desk = Desk(SITE, TEMPLATES)
            (sent,) = holds.morning(session, desk, clock())
            assert not holds.morning(session, desk, clock())  # once a day
            raw = session.get_one(Outgoing, sent).raw or b""
            (notice,) = session.scalars(select(Notice))
        mail = reading.read(raw)
        assert "500 mails wait for you in Policy" in mail.subject
        assert len(raw) < 250_000
        assert "500. Mail 499" in mail.text
        process(tools, [answer(tools, notice, "1 ok, 2-3 reject off topic, rest spam")], clock())
        with tools.database.reading() as session:
            states = session.execute(select(Hold.state, func.count()).group_by(Hold.state))
            assert {row[0]: row[1] for row in states} == {
                "approved": 1, "rejected": 2, "discarded": 497
            }  # fmt: skip
            last = session.scalars(select(Outgoing.raw).order_by(Outgoing.id.desc())).first()
        receipt = reading.read(last or b"")
        assert "And 450 more." in receipt.text
