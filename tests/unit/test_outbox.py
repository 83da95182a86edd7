"""The outbox on both databases: who gets what, one state per recipient, nothing lost when an owner
dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from mailhub import membership, migrations, outbox
from mailhub.courier import Deferred, Refused, Sent
from mailhub.database import Database
from mailhub.models import Community, Delivery, Person
from mailhub.settings import Settings
from tests.unit.desk import DICE, NOW, Desk


@pytest.fixture
def desk(pair: dict[str, Any], tmp_path: Path) -> Iterator[Desk]:
    database = Database(Settings(data_dir=tmp_path, **pair).effective_database_url)
    yield Desk(database)
    database.close()


def test_a_post_goes_to_all_who_take_each_mail_but_its_author(desk: Desk) -> None:
    desk.join("policy", "weekly", delivery="weekly")
    desk.join("policy", "none", delivery="none")
    desk.post(desk.policy, author="jane")
    assert desk.states() == dict.fromkeys(("tom", "sue", "fay"), "queued")


def test_who_wants_a_copy_of_their_own_gets_it(desk: Desk) -> None:
    with desk.database.writing() as session:
        member = membership.membership_of(session, desk.policy, desk.person("jane"))
        assert member is not None
        member.own_posts = True
    desk.post(desk.policy, author="jane")
    assert desk.states()["jane"] == "queued"


def test_the_same_mail_by_another_community_is_covered(desk: Desk) -> None:
    desk.join("housing", "tom")
    desk.join("housing", "new")
    desk.post(desk.policy)
    desk.post(desk.housing)
    assert desk.states() == {
        **dict.fromkeys(("jane", "sue", "fay", "new"), "queued"),
        "tom": "covered",
    }
    desk.post(desk.housing, key=b"another mail")
    assert desk.states()["tom"] == "queued"


def test_an_address_chosen_for_a_community_is_used(desk: Desk) -> None:
    with desk.database.writing() as session:
        from mailhub.models import Address

        tom = session.get_one(Person, desk.person("tom"))
        second = Address(address="tom@second.example", created_at=NOW)
        tom.addresses.append(second)
        session.flush()
        member = membership.membership_of(session, desk.policy, tom.id)
        assert member is not None
        member.address_id = second.id
    desk.post(desk.policy)
    with desk.database.reading() as session:
        addresses = set(session.scalars(select(Delivery.address)))
    assert "tom@second.example" in addresses
    assert "tom@x.example" not in addresses


def test_what_one_claims_no_other_gets(desk: Desk) -> None:
    desk.post(desk.policy)
    one, two = desk.claim("one", limit=3), desk.claim("two")
    assert len(one) == 3
    assert len(two) == 1
    assert not set(one) & set(two)
    assert desk.begin(two, "one") == set(), "it is not theirs"


def test_each_outcome_is_kept_with_the_relays_words(desk: Desk) -> None:
    desk.post(desk.policy)
    first, second, third, fourth = desk.claim()
    desk.begin([first, second, third, fourth])
    desk.record(
        (first, Sent("250 ok")), (second, Deferred("450 later")), (third, Refused("550 no such"))
    )
    with desk.database.reading() as session:
        rows = {row.id: row for row in session.scalars(select(Delivery))}
        assert rows[first].state == "sent"
        assert rows[first].sent_at == NOW
        assert (rows[second].state, rows[second].reason) == ("deferred", "450 later")
        assert rows[second].due_at > NOW
        assert (rows[third].state, rows[third].reason) == ("failed", "550 no such")
        assert rows[fourth].state == "sending"
    assert desk.claim(at=NOW + timedelta(minutes=2)) == [second], "due again, and only that"


def test_after_five_days_a_deferral_is_a_failure(desk: Desk) -> None:
    desk.post(desk.policy)
    (one, *_) = desk.claim()
    desk.begin([one])
    desk.record((one, Deferred("450 later")), at=NOW + timedelta(days=5, hours=1))
    assert Counter(desk.states().values())["failed"] == 1


def test_waits_grow_to_hours_and_are_scattered() -> None:
    waits = [outbox.wait(tries, DICE).total_seconds() for tries in range(30)]
    assert 48 <= waits[0] <= 72
    assert max(waits) <= 4 * 3600 * 1.2
    assert waits[-1] >= 4 * 3600 * 0.8
    assert len({outbox.wait(3, DICE) for _ in range(10)}) == 10


def test_what_a_dead_owner_left_is_sent_again_and_counted(desk: Desk) -> None:
    desk.post(desk.policy)
    ids = desk.claim("dead")
    desk.begin(ids[:1], "dead")
    with desk.database.writing() as session:
        assert outbox.recover(session, NOW, {}) == 0, "its lease is not over"
    assert set(desk.states().values()) == {"claimed", "sending"}
    with desk.database.writing() as session:
        assert outbox.recover(session, NOW, {"dead": set()}) == 1, "one may arrive twice"
    assert set(desk.states().values()) == {"queued"}
    desk.claim("slow")
    with desk.database.writing() as session:
        assert outbox.recover(session, NOW + outbox.LEASE * 2, {}) == 0
    assert set(desk.states().values()) == {"queued"}


def test_a_clean_stop_hands_back_what_was_not_begun(desk: Desk) -> None:
    desk.post(desk.policy)
    ids = desk.claim("one")
    desk.begin(ids[:1], "one")
    with desk.database.writing() as session:
        held = outbox.held(session, "one")
        assert Counter(held.values()) == {"claimed": 3, "sending": 1}
        outbox.hand_back(session, ids[1:])
    assert Counter(desk.states().values()) == {"queued": 3, "sending": 1}


def test_handing_back_waits_for_nobody_who_begins(postgres_url: str) -> None:
    database = Database(postgres_url)
    migrations.upgrade(database)
    desk = Desk(database)
    desk.post(desk.policy)
    ids = desk.claim("one")
    with database.writing() as beginning:
        assert outbox.begin(beginning, ids[:1], "one", NOW) == set(ids[:1])
        with database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert set(outbox.held(session, "one")) == set(ids[1:])
    database.close()


def test_who_has_left_gets_no_copy_that_still_waited(desk: Desk) -> None:
    desk.post(desk.policy)
    desk.leave("policy", "tom")
    ids = desk.claim()
    assert len(desk.begin(ids)) == 3
    assert desk.states() == {**dict.fromkeys(("jane", "sue", "fay"), "sending"), "tom": "cancelled"}
    with desk.database.writing() as session:
        assert len(outbox.held(session, "one")) == 3
        outbox.recover(session, NOW + outbox.LEASE * 2, {})
    assert desk.states()["tom"] == "cancelled"


def test_who_has_left_and_come_back_gets_the_copy(desk: Desk) -> None:
    desk.post(desk.policy)
    desk.leave("policy", "fay")
    desk.join("policy", "ann")  # who may be given the number that was Fay's membership's
    desk.leave("policy", "tom")
    desk.join("policy", "tom")
    desk.begin(desk.claim())
    assert desk.states() == {
        **dict.fromkeys(("jane", "sue", "tom"), "sending"),
        "fay": "cancelled",
    }


def test_who_has_left_one_community_gets_the_mail_by_the_other(desk: Desk) -> None:
    for slug in ("housing", "health"):
        desk.join(slug, "tom")
    desk.post(desk.policy)
    desk.post(desk.housing)
    desk.post(desk.health)
    assert desk.states()["tom"] == "covered"
    desk.leave("policy", "tom")
    desk.leave("housing", "tom")
    assert len(desk.begin(desk.claim())) == 3
    assert not desk.begin(desk.claim()), "that of housing"
    assert len(desk.begin(desk.claim())) == 1
    assert desk.states()["tom"] == "sending"


def test_what_is_no_post_goes_to_whoever_it_was_written_to(desk: Desk) -> None:
    with desk.database.writing() as session:
        tom = ("tom@x.example", desk.person("tom"))
        outbox.for_addresses(
            session, [tom], "id@x", b"Subject: x\r\n\r\n", NOW, community_id=desk.policy
        )
    desk.leave("policy", "tom")
    assert len(desk.begin(desk.claim())) == 1


def test_a_mail_of_ours_goes_to_each_address_named(desk: Desk) -> None:
    with desk.database.writing() as session:
        people: list[tuple[str, int | None]] = [("a@x.example", None), ("b@x.example", None)]
        outbox.for_addresses(session, people, "id@x.example", b"Subject: x\r\n\r\n", NOW)
        community = session.get_one(Community, desk.policy)
        assert community.last_post_at is None
    assert desk.states() == {"a": "queued", "b": "queued"}
