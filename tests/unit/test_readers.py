"""Reading in a child: the same letters, in their order, whatever becomes of the child."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from mailhub.app.readers import MANY, MAX_BYTES, Readers
from mailhub.process.work import read_here

MAILS = [
    f"From: jane@x.example\r\nSubject: {n}\r\nMessage-ID: <{n}@x.example>\r\n\r\nWords {n}.\r\n".encode()
    for n in range(MANY)
]


@pytest.fixture
def readers() -> Iterator[Readers]:
    made = Readers()
    yield made
    made.close()


def test_a_few_mails_need_no_child(readers: Readers) -> None:
    assert readers.read(MAILS[:-1]) == read_here(MAILS[:-1])
    assert len(readers.read([b"x" * MAX_BYTES] * MANY)) == MANY
    assert readers._pool is None


def test_many_are_read_in_a_child_and_come_back_in_order(readers: Readers) -> None:
    assert readers.read(MAILS) == read_here(MAILS)
    assert readers._pool is not None


def test_if_the_child_dies_they_are_read_here(readers: Readers) -> None:
    readers.read(MAILS)
    assert readers._pool is not None
    for pid in list(readers._pool._processes):
        os.kill(pid, signal.SIGKILL)
    assert readers.read(MAILS) == read_here(MAILS)
    assert readers.read(MAILS) == read_here(MAILS), "with a new child"
