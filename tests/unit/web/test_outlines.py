"""The outline beside a post: what stands around it, in the order in which it is read, and never an old one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.web import Site
from web_archive.outlines import AROUND, Line, Outlines

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def outlines(site: Site) -> Outlines:
    return Outlines(site.app.jinja_env, 1 << 20)


def posts(number: int) -> list[Line]:
    """A discussion: each answers the first, but the last, which answers the second."""
    rows = [
        Line(n, 1 if n > 1 else None, f"{n}@a.example", f"Writer {n}", AT) for n in range(1, number)
    ]
    return [*rows, Line(number, 2, f"{number}@a.example", f"Writer {number}", AT)]


def names(html: str) -> list[str]:
    return re.findall(r">(Writer \d+)</", html)


def test_answers_stand_below_what_they_answer(outlines: Outlines) -> None:
    html, earlier, later = outlines.around("housing", posts(5), 5)
    assert names(html) == ["Writer 1", "Writer 2", "Writer 5", "Writer 3", "Writer 4"]
    assert '<li class="depth-2"><span aria-current="page">Writer 5</span>' in html
    assert html.count("aria-current") == 1
    assert (earlier and earlier.id, later and later.id) == (2, 3)


@pytest.mark.parametrize(
    ("post_id", "first", "last", "earlier", "later"),
    [
        (1, 1, AROUND, None, 2),
        (80, 80 - AROUND, 80 + AROUND, 79, 81),
        (199, 199 - AROUND, 199, 198, None),
    ],
)
def test_of_a_long_discussion_only_what_is_near(
    outlines: Outlines, post_id: int, first: int, last: int, earlier: int | None, later: int | None
) -> None:
    html, before, behind = outlines.around("housing", posts(200), post_id)
    said = names(html)
    assert (said[0], said[-1]) == (f"Writer {first}", f"Writer {last}")
    assert len(said) <= 2 * AROUND + 1
    assert f'<span aria-current="page">Writer {post_id}</span>' in html
    assert (before and before.id, behind and behind.id) == (earlier, later)


def test_what_has_changed_is_told_as_it_is_now(outlines: Outlines) -> None:
    before = posts(4)
    assert "Writer 3" in outlines.around("housing", before, 1)[0]
    renamed = [line._replace(author_name="Anna") if line.id == 3 else line for line in before]
    html = outlines.around("housing", renamed, 1)[0]
    assert "Anna" in html
    assert "Writer 3" not in html
    assert "/c/planning/" in outlines.around("planning", before, 1)[0]
