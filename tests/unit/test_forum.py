"""Threads follow from the set of posts, not from the order in which they came."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mailhub import migrations
from mailhub.database import Database
from mailhub.forum.quoting import answered
from mailhub.models import Outgoing, Post
from tests.unit.shelf import START, Mail, Shelf, numbers


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('forum') / 'test.db'}")
    migrations.upgrade(opened)
    return opened


@pytest.fixture
def shelf(database: Database, request: pytest.FixtureRequest) -> Shelf:
    return Shelf(database, hashlib.sha256(request.node.name.encode()).hexdigest()[:20])


def test_an_answer_hangs_on_what_it_answers(shelf: Shelf) -> None:
    shelf.file(Mail("a"), Mail("b", 1, in_reply_to=("a",)), Mail("c", 2, references=("a", "b")))
    assert shelf.threads() == {frozenset("abc"): {"a": None, "b": "a", "c": "b"}}


def test_a_late_parent_is_joined_up(shelf: Shelf) -> None:
    shelf.file(Mail("b", 1, in_reply_to=("a",)), Mail("c", 2, references=("a",)))
    assert shelf.threads() == {frozenset("bc"): {"b": None, "c": None}}, "both answer the same"
    shelf.file(Mail("a", 0))
    assert shelf.threads() == {frozenset("abc"): {"a": None, "b": "a", "c": "a"}}


def test_ids_in_a_circle_make_no_circle(shelf: Shelf) -> None:
    shelf.file(Mail("a", in_reply_to=("b",)), Mail("b", 1, in_reply_to=("a",)))
    assert shelf.threads() == {frozenset("ab"): {"a": None, "b": "a"}}


def test_a_missing_link_does_not_part_a_thread(shelf: Shelf) -> None:
    shelf.file(
        Mail("a"), Mail("c", 2, references=("a", "b")), Mail("d", 3, references=("a", "b", "c"))
    )
    assert shelf.threads() == {frozenset("acd"): {"a": None, "c": "a", "d": "c"}}


def test_outlook_threads_by_its_index_alone(shelf: Shelf) -> None:
    head = bytes(range(22))
    shelf.file(
        Mail("a", thread_index=head),
        Mail("b", 1, subject="Antw: Other words", thread_index=head + b"11111"),
        Mail("c", 2, subject="RE: Bins", thread_index=head + b"1111122222"),
    )
    assert shelf.threads() == {frozenset("abc"): {"a": None, "b": "a", "c": "b"}}


def test_an_answer_without_ids_goes_by_its_subject_within_the_window(shelf: Shelf) -> None:
    day = 24
    shelf.file(
        Mail("a", 0),
        Mail("b", 5, subject="RE: [policy] Bins"),
        Mail("late", 40 * day, subject="Re: Bins"),
        Mail("new", 6, subject="Bins"),
    )
    assert shelf.threads() == {
        frozenset("ab"): {"a": None, "b": "a"},
        frozenset({"late"}): {"late": None},
        frozenset({"new"}): {"new": None},
    }


def test_an_earlier_mail_takes_its_answers_over(shelf: Shelf) -> None:
    shelf.file(Mail("a", 0), Mail("answer", 10, subject="Re: Bins"), Mail("b", 5, subject="bins"))
    assert shelf.threads() == {
        frozenset("a"): {"a": None},
        frozenset({"b", "answer"}): {"b": None, "answer": "b"},
    }


def test_the_same_mail_is_filed_once_and_another_under_its_id_beside_it(shelf: Shelf) -> None:
    shelf.file(
        Mail("a"),
        Mail("a"),
        Mail("a", 1, subject="Something else"),
        Mail("a", 2, subject="Something else"),
    )
    with shelf.database.reading() as session:
        posts = session.scalars(select(Post).where(Post.community_id == shelf.id)).all()
    assert [(post.message_id == "a", post.claimed_message_id) for post in posts] == [
        (True, ""),
        (False, "a"),
    ]


def test_the_mail_received_first_has_the_id_and_the_answers(shelf: Shelf) -> None:
    shelf.file(Mail("a", 5, words="later"), Mail("b", 6, in_reply_to=("a",)), Mail("a", 1))
    with shelf.database.reading() as session:
        words = dict(
            session.execute(
                select(Post.received_at, Post.message_id).where(Post.community_id == shelf.id)
            ).all()
        )
    assert words[START + timedelta(hours=1)] == "a"
    later = words[START + timedelta(hours=5)]
    assert later.endswith("@mailhub.invalid")
    assert shelf.threads() == {
        frozenset("ab"): {"a": None, "b": "a"},
        frozenset({later}): {later: None},
    }


def test_a_post_that_has_gone_out_keeps_its_id_and_its_time(shelf: Shelf) -> None:
    shelf.file(Mail("a", 5))
    with shelf.database.writing() as session:
        (post,) = session.scalars(select(Post).where(Post.community_id == shelf.id))
        session.add(Outgoing(post_id=post.id, message_id="a", created_at=START))
    shelf.file(Mail("a", 1), Mail("a", 2, words="other"))
    with shelf.database.reading() as session:
        kept = session.scalars(select(Post).where(Post.message_id == "a", Post.id == post.id)).one()
    assert kept.received_at == START + timedelta(hours=5)


def test_a_mail_under_an_id_of_ours_does_not_keep_another_out(shelf: Shelf) -> None:
    shelf.file(Mail("a"), Mail("a", 1, words="second"))
    (own,) = {i for thread in shelf.threads() for i in thread} - {"a"}
    other = Shelf(shelf.database, f"forged-{next(numbers)}")
    other.file(Mail(own, 0, words="forged"), Mail("a"), Mail("a", 1, words="second"))
    found = {i for thread in other.threads() for i in thread}
    assert len(found) == 3
    assert {"a", own} < found


ids = st.sampled_from("abcdefgh")
mails = st.lists(
    st.builds(
        Mail,
        id=ids,
        at=st.integers(0, 6).map(lambda days: days * 24.0),
        subject=st.sampled_from(["Bins", "Re: Bins", "RE: Leisure", "Leisure", "", "Re: "]),
        in_reply_to=st.lists(ids, max_size=2).map(tuple),
        references=st.lists(ids, max_size=3).map(tuple),
        thread_index=st.sampled_from(
            [b"", b"", bytes(22), bytes(22) + b"11111", bytes(22) + b"1111122222"]
        ),
        words=st.sampled_from(["words", "words", "other words"]),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(mails, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_threads(
    database: Database, some: list[Mail], chance: random.Random
) -> None:
    """Ids that several mails claim and mails that came twice are among them; so are answers that
    find their parent by subject, in a window of two days."""
    found = []
    for turn in range(3):
        chance.shuffle(some)
        shelf = Shelf(database, f"property-{next(numbers)}", window=2)
        cut = chance.randint(0, len(some))
        shelf.file(*some[:cut], together=turn != 1)
        shelf.file(*some[cut:], together=turn == 1)
        found.append(shelf.threads())
    assert found[0] == found[1] == found[2]


def test_a_post_is_shown_with_what_it_answers() -> None:
    text = "Hi,\n\nOn Monday Tom wrote:\n> 1. Do you weigh?\n\nYes.\n\n> 2. How often?\nDaily.\n\n-- \nJane\n> Tom"
    assert answered(text, "Hi,\n\nYes.\n\nDaily.") == (
        "Hi,\n\nOn Monday Tom wrote:\n> 1. Do you weigh?\n\nYes.\n\n> 2. How often?\nDaily."
    )
    assert answered("Yes.\n\nTom wrote:\n> Do you?\n", "Yes.") == "Yes."
    assert answered("Joined\nlines", "Joined lines") == "Joined lines"
    assert answered("> All of it", "") == "> All of it"
    long = "".join(f"> {number}\n" for number in range(20))
    assert answered(f"Tom wrote:\n{long}\nYes.", "Yes.").splitlines()[:4] == [
        "Tom wrote:", "> […]", "> 12", "> 13",
    ]  # fmt: skip
