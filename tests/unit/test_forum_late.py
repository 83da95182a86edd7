"""Posts that come late, or that name what has not come: only what hangs on them changes, and what one
mail can cost is bounded however long its thread is."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from mailhub import migrations
from mailhub.database import Database
from mailhub.forum import filing, parents
from mailhub.forum.parents import Node
from mailhub.models import Post, PostReference
from tests.unit.shelf import Mail, Shelf

_numbers = itertools.count()
STEPS = 100  # of SQLite's machine, in one count


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('late') / 'test.db'}")
    migrations.upgrade(opened)
    return opened


def shelf_in(database: Database, window: int = 0) -> Shelf:
    return Shelf(database, f"late-{next(_numbers)}", window)


def cost(database: Database, work: Callable[[], None]) -> int:
    """The steps that SQLite's machine goes for some work: the same on a fast and on a slow day."""
    counted = itertools.count()
    connections = [database.engine.raw_connection() for _ in range(2)]
    for one in connections:
        one.driver_connection.set_progress_handler(  # type: ignore[union-attr]
            lambda: next(counted) and None, STEPS
        )
        one.close()
    work()
    return next(counted)


def chain(length: int) -> list[Mail]:
    """A discussion in which each answers the last and names the ten before and the first."""
    return [
        Mail(
            f"m{n}",
            n / 60,
            f"Re: {length}" if n else str(length),
            references=tuple(dict.fromkeys(("m0", *(f"m{i}" for i in range(max(0, n - 10), n)))))
            if n
            else (),
        )
        for n in range(length)
    ]


def late_in(database: Database, length: int) -> int:
    """What a late post in the middle of a discussion of this length costs."""
    mails = chain(length)
    late = mails.pop(length // 2)
    shelf = shelf_in(database)
    shelf.file(*mails, together=True)
    steps = cost(database, lambda: shelf.file(late))
    (thread,) = shelf.threads().values()
    assert thread[late.id] == f"m{length // 2 - 1}"
    assert thread[f"m{length // 2 + 1}"] == late.id
    return steps


def test_a_late_post_costs_the_same_in_a_long_thread(database: Database) -> None:
    assert late_in(database, 600) < 2 * late_in(database, 60)


def test_a_thread_that_comes_backwards_costs_the_same_for_each(database: Database) -> None:
    mails = chain(240)[::-1]
    shelf = shelf_in(database)
    shelf.file(*mails[:40])
    early = cost(database, lambda: shelf.file(*mails[40:60]))
    shelf.file(*mails[60:220])
    assert cost(database, lambda: shelf.file(*mails[220:])) < 2 * early
    (thread,) = shelf.threads().values()
    assert thread == {"m0": None, **{f"m{n}": f"m{n - 1}" for n in range(1, 240)}}


def naming(database: Database, threads: int, *, has_parent: bool) -> tuple[Shelf, int]:
    """So many threads with an answer that names what has not come, and a post that names it too."""
    shelf = shelf_in(database)
    for n in range(threads):
        shelf.file(
            Mail(f"r{n}", subject=f"s{n}"),
            Mail(f"c{n}", 1, f"s{n}", in_reply_to=(f"r{n}",), references=("absent",)),
        )
    shelf.file(Mail("root", subject="root"))
    late = Mail("z", 2, "z", in_reply_to=("root",) * has_parent, references=("absent",))
    return shelf, cost(database, lambda: shelf.file(late))


def test_a_name_that_many_threads_share_does_not_touch_them(database: Database) -> None:
    """An answer whose parent is there waits for nothing."""
    shelf, many = naming(database, 200, has_parent=True)
    assert len(shelf.threads()) == 201
    _, few = naming(database, 100, has_parent=True)
    # A look at each that names it, but not a rebuild.
    assert many < 100 * 200 / STEPS + few


def test_who_waits_for_a_post_is_with_all_that_name_it(database: Database) -> None:
    shelf, _ = naming(database, 50, has_parent=False)
    joined = max(shelf.threads(), key=len)
    assert len(joined) == 101
    # It comes: now they hang on their own parents again.
    shelf.file(Mail("absent", 0, "other"))
    threads = shelf.threads()
    assert threads[frozenset({"absent", "z"})] == {"absent": None, "z": "absent"}
    assert len(threads) == 52 - 1 + 1


def test_a_thread_too_long_to_be_built_anew_stays_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "MAX_REBUILT", 20)
    shelf, _ = naming(database, 50, has_parent=False)
    shelf.file(Mail("absent", 0, "other"))
    (thread,) = (one for one in shelf.threads().values() if "absent" in one)
    assert thread["z"] == "absent"
    assert len(thread) == 102
    # Nor does a circle come of it.
    shelf.file(Mail("p", 3, "p", in_reply_to=("late",)), Mail("q", 4, "q", in_reply_to=("p",)))
    shelf.file(*(Mail(f"q{n}", 5, "q", in_reply_to=("q",)) for n in range(30)))
    shelf.file(Mail("late", 0, "late", in_reply_to=("q",)))
    found = next(one for one in shelf.threads().values() if "late" in one)
    assert (found["late"], found["p"]) == ("q", None)


def whole(shelf: Shelf, window: timedelta) -> dict[frozenset[str], dict[str, str | None]]:
    """The threads of all posts, found in one go."""
    columns = [getattr(Post, name) for name in Node.__slots__ if hasattr(Post, name)]
    columns = [column for column in columns if column.key not in ("parent_id", "parent_by")]
    with shelf.database.reading() as session:
        rows = session.execute(select(*columns).where(Post.community_id == shelf.id))
        nodes = {row.id: Node(**row._mapping) for row in rows}
        named = select(PostReference.post_id, PostReference.message_id)
        for post_id, message_id in session.execute(
            named.where(PostReference.community_id == shelf.id).order_by(PostReference.rank)
        ):
            nodes[post_id].references.append(message_id)
        assert session.scalar(select(func.count(Post.id)).where(Post.community_id == shelf.id))
    parents.resolve(list(nodes.values()), window)
    names = {node.id: node.message_id for node in nodes.values()}
    return {
        frozenset(node.message_id for node in one): {
            node.message_id: names.get(node.parent_id or 0) for node in one
        }
        for one in parents.components(list(nodes.values()))
    }


ids = [f"i{n}" for n in range(12)]
HEAD = bytes(22)


@st.composite
def discussions(draw: st.DrawFn) -> list[Mail]:
    """Mails most of which name only older ones, and some that never come."""
    count = draw(st.integers(2, 12))
    in_circles = draw(st.booleans())
    mails = []
    for n in range(count):
        known = [*(ids[:count] if in_circles else ids[:n]), "x", "y"]
        named = draw(st.lists(st.sampled_from(known), max_size=4, unique=True))
        mails.append(
            Mail(
                ids[n],
                24.0 * draw(st.integers(0, 6)),
                draw(st.sampled_from([ids[n], "Bins", "Re: Bins", "Re: Bins", ""])),
                references=tuple(i for i in named if i != ids[n]),
                thread_index=draw(
                    st.sampled_from([b"", b"", HEAD, HEAD + b"11111", HEAD + b"1111122222"])
                ),
            )
        )
    return mails


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(discussions(), st.randoms(use_true_random=False))
def test_one_by_one_gives_what_the_whole_set_gives(
    database: Database, mails: list[Mail], chance: random.Random
) -> None:
    chance.shuffle(mails)
    shelf = shelf_in(database, window=2)
    cut = chance.choice([0, len(mails) // 2])
    shelf.file(*mails[:cut], together=True)
    shelf.file(*mails[cut:])
    assert shelf.threads() == whole(shelf, timedelta(days=2))
