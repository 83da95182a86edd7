"""Octets of digests: as any relay takes them, whatever stands in them."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests import cut
from digests.layout import layout
from mailhub import words

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")) | st.just("."))


@given(st.lists(TEXTS).map("\n".join))
@example("." * 80 + "\n.\n..x")
def test_text_reads_as_it_was_and_no_line_begins_with_a_dot(text: str) -> None:
    octets = cut.encoded_text(text)
    assert binascii.a2b_qp(octets).decode().replace("\r\n", "\n") == text
    lines = octets.split(b"\r\n")
    assert not any(b"\n" in line or line.startswith(b".") or len(line) > 76 for line in lines)


@given(st.lists(TEXTS).map("\n".join))
def test_html_has_no_line_that_begins_with_a_dot(text: str) -> None:
    octets = cut.encoded_html(text)
    assert octets.isascii()
    assert not any(line.startswith(b".") for line in octets.split(b"\r\n"))


def shape(said: object) -> object:
    """The keys of a table, at every depth."""
    return {key: shape(one) for key, one in said.items()} if isinstance(said, dict) else None


@pytest.mark.parametrize("language", ["cy", "de"])
def test_every_language_says_all_that_a_digest_says(language: str) -> None:
    shown = layout(language)
    assert shape(shown.words) == shape(layout("en").words)
    assert shown.words["lang"] == language
    assert f'<html lang="{language}"' in shown.html["head"]
    assert (words.templates_folder() / f"mail/newsletter/body.{language}.txt").is_file()
