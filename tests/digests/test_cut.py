"""Octets of digests: as any relay takes them, whatever stands in them."""

from __future__ import annotations

import binascii

from hypothesis import example, given
from hypothesis import strategies as st

from digests import cut

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
