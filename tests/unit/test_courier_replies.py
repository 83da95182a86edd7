"""Replies are read whole, however they come, and what is none is told apart."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.courier.replies import NoReply, Replies, Reply

TALK = b"220 hello\r\n250-a\r\n250-b\r\n250 c\r\n354\r\n550 5.1.1 no\n"


def read(*blocks: bytes) -> list[Reply]:
    replies, found = Replies(), []
    for block in blocks:
        replies.feed(block)
        while reply := replies.next():
            found.append(reply)
    assert not replies
    return found


@given(st.lists(st.integers(0, len(TALK))).map(sorted))
def test_replies_are_the_same_wherever_they_are_torn(cuts: list[int]) -> None:
    edges = [0, *cuts, len(TALK)]
    found = read(*(TALK[a:b] for a, b in pairwise(edges)))
    assert [reply.code for reply in found] == [220, 250, 354, 550]
    assert [reply.words for reply in found] == ["220 hello", "250 a b c", "354", "550 5.1.1 no"]


def test_half_a_reply_is_none_yet() -> None:
    replies = Replies()
    replies.feed(b"250-a\r\n250 b")
    assert replies.next() is None
    assert replies


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\r\n",
        b"99 bottles\r\n",
        b"199 no\r\n",
        b"600 no\r\n",
        b"250-one\r\n550 two\r\n",
        b"2\xb20 ok\r\n",
        b"250 " + b"x" * 5_000,
        b"250 " + b"x" * 5_000 + b"\r\n",
        b"250-more\r\n" * 200,
    ],
)
def test_what_is_no_reply(garbage: bytes) -> None:
    with pytest.raises(NoReply):
        read(garbage)


def test_words_are_cleaned_and_cut() -> None:
    (reply,) = read(b"550 \x1b[2J no\x00 \xff " + b"x" * 1_000 + b"\r\n")
    assert reply.words.startswith("550  [2J no  \ufffd xxx")
    assert len(reply.words) == 500


@given(st.lists(st.binary(max_size=300)))
def test_any_octets_are_replies_or_none_and_words_are_printable(blocks: list[bytes]) -> None:
    replies = Replies()
    with suppress(NoReply):
        for block in blocks:
            replies.feed(block)
            while reply := replies.next():
                assert 200 <= reply.code <= 599
                assert reply.words.isprintable()
