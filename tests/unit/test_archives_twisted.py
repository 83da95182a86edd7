"""A real list moves in: completely, once, and with the same threads in whatever order it comes."""

from __future__ import annotations

import random
import re

import pytest
from sqlalchemy import func, select

from mailhub.models import Post
from tests import twisted
from tests.unit.mover import Mover

SOME = 1_000


def field(name: str, mail: bytes) -> str:
    """The id in one field of a header, as a line of it shows; "" where there is none."""
    header = mail.partition(b"\n\n")[0].decode("utf-8", "replace")
    found = re.search(rf"^{name}:\s*<(\S+)>", header, re.M | re.I)
    return found[1] if found else ""


@pytest.mark.parametrize("count", [SOME, pytest.param(None, marks=pytest.mark.long)])
def test_a_real_list_twice_and_shuffled(mover: Mover, count: int | None) -> None:
    mails = twisted.mails(count)
    slug = mover.community("in-order")
    first = mover.imports(slug, b"".join(mails), children=2)
    assert (first.done, first.failed) == (len(mails), 0)
    threads = mover.threads(slug)
    parents = {post["message_id"]: post["parent"] for one in threads for post in one["posts"]}
    assert len(parents) == first.added
    with mover.database.reading() as session:
        assert session.scalar(select(func.count(Post.id))) == first.added
        addressed = select(func.count(Post.id)).where(Post.author_address.contains("@"))
        assert session.scalar(addressed) == first.added

    # Every mail is there, and none that answers one that is there begins a thread.
    ids = {field("Message-ID", mail) for mail in mails} - {""}
    assert ids <= parents.keys()
    answers = {field("Message-ID", mail): field("In-Reply-To", mail) for mail in mails}
    named = {i: parent for i, parent in answers.items() if parent in parents and i != parent}
    assert len(named) > len(ids) / 2
    assert {i: parents[i] for i in named} == named

    again = mover.imports(slug, b"".join(mails))
    assert (again.added, again.present) == (0, len(mails))

    random.Random(2026).shuffle(mails)
    mover.community("shuffled")
    size = len(mails) // 7 + 1
    for start in range(0, len(mails), size):
        mover.imports("shuffled", b"".join(mails[start : start + size]))
    assert mover.threads("shuffled") == threads
