"""Whatever a stranger writes, the grammar answers, and soon."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailhub.commands.grammar import Command, Place, nearest, understand
from mailhub.commands.tables import languages
from mailhub.letter import Letter
from mailhub.reading import read
from tests.unit.commands.clients import CLIENTS, DATE
from tests.unit.commands.tables import posts, said

WORDS = sorted({word for language in languages() for word in language.vocabulary})
MARKS = [*" \t\n,.:;!?-–—'’\"()[]<>@#+&%/\\0123456789\xa0\u200b👍é", "\n\n", " 3/9 ", "1-5 "]
LETTER = read(f"From: Jane Doe <jane@leeds.example>\nDate: {DATE}\n\nx".encode())

texts = st.one_of(
    st.text(max_size=600),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=80).map(" ".join),
    st.lists(st.sampled_from([row.words for row in said("phrases.tsv")]), max_size=5).map(
        "\n".join
    ),
)


def heard(text: str, place: Place) -> tuple[Command, ...]:
    return understand(replace(LETTER, new_text=text, text=text), place)


def check(text: str, subject: str, place: Place) -> None:
    letter = replace(LETTER, new_text=text, text=text, subject=subject)
    found = understand(letter, place)
    assert len(found) <= 200
    for command in found:
        assert command.verb
        assert command.argument is None or command.argument.strip()
        assert command.item is None or 0 <= command.item <= 999
    near = nearest(letter, place)
    assert 2 <= len(near) <= 3
    assert len(set(near)) == len(near)


@given(texts, st.sampled_from(["", "Re: yes", "unsubscribe"]), st.sampled_from(Place))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_at_all(text: str, subject: str, place: Place) -> None:
    check(text, subject, place)


@pytest.mark.long
@given(texts, texts, st.sampled_from(Place))
@settings(max_examples=60_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_at_all_for_long(text: str, subject: str, place: Place) -> None:
    check(text, subject, place)


@given(st.sampled_from(posts()), texts)
@settings(max_examples=100, deadline=None)
def test_words_below_a_post_make_no_command_of_it(post: str, below: str) -> None:
    assert heard(f"{post}\n\n{below}", Place.LIST) in ((), heard(below, Place.LIST))


HEAVY = (
    "please " * 100_000,
    "yes " * 100_000,
    "unsubscribe\n" * 50_000,
    "\n" * 500_000 + "yes",
    "1 ok, " * 50_000,
    "1, 2, " * 50_000,
    "1-999 ok\n" * 20_000,
    "3: words\n" * 50_000,
    "approve 1, " * 20_000,
    "x" * 2_000_000,
    "a" * 350 + "@",
    "+ " * 200_000,
    "reject " + "because " * 100_000,
    "I have moved so " * 100,
    "as as as as as as as as as as as as as as as as as as as as as as as as as as as as leave",
    "until until until to to to from the the the 12 12 12 of of of may may may " * 5,
    "hi jane " * 50,
    "thanks and thanks and regards and " * 10 + "weekly",
    "1" * 300_000,
    "#1 & " * 5_000,
    "- " * 200_000,
    "?" * 300_000,
    "👍" * 100_000,
)


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("text", HEAVY, ids=lambda text: text[:20])
def test_it_takes_no_time(text: str, place: Place) -> None:
    languages()
    letter: Letter = replace(LETTER, new_text=text, text=text, subject=text[:10_000])
    started = time.process_time()
    understand(letter, place)
    nearest(letter, place)
    assert time.process_time() - started < 1


def test_every_mail_is_understood_the_same_twice() -> None:
    for client in CLIENTS:
        letter = read(client("weekly please"))
        assert understand(letter, Place.SETTINGS) == understand(letter, Place.SETTINGS)
