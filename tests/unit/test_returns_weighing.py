"""How much a return counts, how it fades, and when an address is dying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import returns
from mailhub.database import Database
from mailhub.letter import ReturnedRecipient
from mailhub.models import Address, Delivery, Outgoing, Person, Return
from mailhub.returns.weighing import DYING, faded

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HARD = ("failed", "5.1.1", "hard", "550 5.1.1 User unknown", "user_unknown")
FULL = ("failed", "5.2.2", "soft", "552 5.2.2 Mailbox full", "mailbox_full")
SPAM = ("failed", "5.7.1", "soft", "554 5.7.1 Spam", "spam")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction over an empty database of each kind."""
    with database.writing() as session:
        yield session


def known(session: Session, *addresses: str) -> None:
    """People of these addresses."""
    for address in addresses:
        person = Person(name="", created_at=START)
        person.addresses.append(Address(address=address, created_at=START))
        session.add(person)
    session.flush()


def comes_back(
    session: Session, address: str, at: datetime, said: tuple[str, str, str, str, str] = HARD
) -> Return:
    """A copy to an address is refused by the relay, which is as good as a return."""
    action, status, kind, reason, cause = said
    one = ReturnedRecipient(address, action, status, kind, reason, cause)
    (returned,) = returns.take(session, [one], refused(session, address, at, reason), None, at)
    return returned


def refused(session: Session, address: str, at: datetime, reason: str) -> Delivery:
    """A copy that the relay did not take."""
    outgoing = Outgoing(message_id=f"{at.timestamp()}", created_at=at)
    session.add(outgoing)
    session.flush()
    copy = Delivery(
        outgoing_id=outgoing.id,
        address=address,
        mail_key=f"{address}{at}".encode(),
        due_at=at,
        state="failed",
        reason=reason,
    )
    session.add(copy)
    session.flush()
    return copy


@pytest.mark.parametrize(
    ("said", "apart", "count"),
    [
        (HARD, DAY, 3),  # a post a day, to a mailbox that is gone
        (HARD, 7 * DAY, 3),
        (HARD, 30 * DAY, 4),  # a post a month
        (FULL, DAY, 11),
        (FULL, 7 * DAY, 19),
    ],
)
def test_so_many_returns_are_the_end(
    session: Session, said: tuple[str, str, str, str, str], apart: timedelta, count: int
) -> None:
    known(session, "tom@leeds.example")
    effects = [
        comes_back(session, "tom@leeds.example", START + number * apart, said).effect
        for number in range(count)
    ]
    assert effects == [*[""] * (count - 1), "probed"]


def test_a_year_of_rare_returns_is_not() -> None:
    assert sum(faded(month * 30 * DAY) * 0.25 for month in range(100)) < DYING


def test_half_is_forgotten_in_sixty_days(session: Session) -> None:
    known(session, "tom@leeds.example")
    comes_back(session, "tom@leeds.example", START)
    assert returns.score(session, "tom@leeds.example", START) == 1
    assert returns.score(session, "tom@leeds.example", START + 60 * DAY) == 0.5
    assert returns.score(session, "tom@leeds.example", START + 366 * DAY) == 0


def test_one_a_day_counts_and_a_policy_never(session: Session) -> None:
    known(session, "tom@leeds.example")
    said = [
        comes_back(session, "tom@leeds.example", START + hours * timedelta(hours=1), what).excuse
        for hours, what in ((0, SPAM), (1, HARD), (2, HARD), (19, FULL), (22, HARD))
    ]
    assert said == ["policy", "", "same-day", "same-day", ""]


def test_three_of_ten_at_once_are_their_domains_fault(session: Session) -> None:
    people = [f"p{number}@leeds.example" for number in range(10)]
    known(session, *people)
    said = [comes_back(session, address, START).excuse for address in people[:4]]
    assert said == ["", "", "domain", "domain"]
    assert [returns.score(session, address, START) for address in people[:4]] == [0] * 4
    # It is over after three quiet days, and goes on for a fortnight at most.
    assert comes_back(session, people[0], START + 4 * DAY).excuse == ""


def test_three_of_a_hundred_are_three_leavers(session: Session) -> None:
    people = [f"p{number}@leeds.example" for number in range(100)]
    known(session, *people)
    assert [comes_back(session, address, START).excuse for address in people[:3]] == [""] * 3


def test_another_domain_with_the_same_end_is_another(session: Session) -> None:
    known(session, *(f"p{number}@leeds.example" for number in range(3)), "a@not-leeds.example")
    for number in range(3):
        comes_back(session, f"p{number}@leeds.example", START)
    assert comes_back(session, "a@not-leeds.example", START).excuse == ""


def test_a_copy_is_kept_ten_times_at_most(session: Session) -> None:
    known(session, "tom@leeds.example")
    comes_back(session, "tom@leeds.example", START)
    copy = session.query(Delivery).one()
    one = ReturnedRecipient("tom@leeds.example", "delayed", "4.4.1", "soft", "", "")
    kept = [returns.take(session, [one], copy, None, START) for _ in range(20)]
    assert sum(map(len, kept)) == 9


def test_whose_delivery_was_forgotten_is_nobodys(session: Session) -> None:
    known(session, "tom@leeds.example")
    comes_back(session, "tom@leeds.example", START)
    copy = session.query(Delivery).one()
    copy.address = ""
    one = ReturnedRecipient("tom@leeds.example", *HARD)
    assert returns.take(session, [one], copy, None, START) == []


def test_what_two_find_refused_at_once_is_kept_once(database: Database) -> None:
    with database.writing() as session:
        known(session, "tom@leeds.example")
        refused(session, "tom@leeds.example", START, HARD[3])
    found: list[int] = []

    def look(hub: Database) -> None:
        with hub.writing() as session:
            found.append(len(returns.refused_copies(session, START)))

    other = Database(database.url.render_as_string(hide_password=False))
    second = Thread(target=look, args=(other,))
    with database.writing() as session:
        assert len(returns.refused_copies(session, START)) == 1
        second.start()
        second.join(0.3)  # it has found the copy, as far as it can before this is committed
    second.join()
    other.close()
    assert found == [0]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 1
