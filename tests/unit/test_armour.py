"""A mail that is PGP-signed in its text: its words without what the program wrote around them."""

from __future__ import annotations

import pytest

from mailhub.reading.quotes import split

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----"


def test_words_stand_without_their_armour_and_escapes() -> None:
    parts = split(f"{BEGIN}\nHash: SHA512\n\nWe agree.\n- -- \nJane\n{SIGNATURE}\n")
    assert parts.new_text == "We agree."
    assert "-- \nJane" in parts.signature
    assert "iQEz" in parts.signature


@pytest.mark.parametrize(
    "text",
    [
        f"{BEGIN}\nWe agree.",
        f"{BEGIN}\n{SIGNATURE[:29]}",
        f"{SIGNATURE}\n{BEGIN}\nWe agree.",
        f"We type {BEGIN} above it.",
    ],
)
def test_armour_that_does_not_end_stays_words(text: str) -> None:
    assert split(text).new_text == text


@pytest.mark.parametrize("between", ["", "\n", "Hash: SHA512\n", "\n\n"])
def test_armour_around_nothing_has_no_words(between: str) -> None:
    assert "BEGIN" not in split(f"{BEGIN}\n{between}{SIGNATURE}").new_text
