"""Phrases are found by the sieve where a plain search finds them, whatever stands around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailhub.reading.sieve import Beginnings, Endings, Sieve, words_of

WORDS = st.sampled_from(["this", "email", "is", "meant", "for", "e", "-mail", "virus", "\n", ""])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join)
PHRASES = st.lists(
    st.lists(st.sampled_from(["this", "email", "is", "mail", "virus"]), min_size=1, max_size=4).map(
        " ".join
    ),
    max_size=8,
)


@given(PHRASES, TEXTS)
def test_the_sieve_finds_what_a_search_finds(phrases: list[str], text: str) -> None:
    found = set(Sieve(phrases).found(text, words_of(text)))
    assert found == {phrase for phrase in phrases if phrase in text}


@given(PHRASES, TEXTS)
def test_beginnings_and_endings_are_those_of_the_line(phrases: list[str], text: str) -> None:
    assert Beginnings(phrases).begin(text) == text.startswith(tuple(phrases))
    assert Endings(phrases).end(text) == text.endswith(tuple(phrases))
