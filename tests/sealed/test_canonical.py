"""The forms in which fields and bodies are signed, held against dkimpy's, and never slow."""

from __future__ import annotations

import time

from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from mailhub.signing import canonical

PIECES = st.lists(
    st.sampled_from([b" ", b"\t", b"\r\n", b".", b"a", b"\xff", b"  \t"]), max_size=40
)
BODIES = PIECES.map(b"".join).map(lambda body: body + b"\r\n" * (not body.endswith(b"\r\n")))


@given(BODIES)
def test_a_body_is_signed_as_dkimpy_reads_it(body: bytes) -> None:
    assert canonical.body(body) == Relaxed.canonicalize_body(body)
    assert canonical.simple_body(body) == Simple.canonicalize_body(body)


@given(PIECES.map(b"".join))
def test_the_end_of_a_body_is_a_line_end_whether_it_has_one_or_not(body: bytes) -> None:
    assert canonical.body(body) == canonical.body(body + b"\r\n")


FOLDED = st.lists(st.sampled_from([b" ", b"\t", b"\r\n ", b"a", b":", b"\xff"]), max_size=30)


@given(FOLDED.map(b"".join))
def test_a_field_is_signed_as_dkimpy_reads_it(value: bytes) -> None:
    ((name, read),) = Relaxed.canonicalize_headers([(b"X-Odd ", value)])
    assert canonical.field(b"X-Odd :" + value) + b"\r\n" == name + b":" + read


@given(st.lists(st.sampled_from([b"a: b", b" c", b"\t", b"no field", b"", b": x", b"A :y"])))
def test_a_header_is_taken_apart_as_it_is(lines: list[bytes]) -> None:
    found = canonical.simple_fields(b"\r\n".join(lines))
    assert [canonical.field(octets) for _, octets in found] == [
        octets for _, octets in canonical.fields(b"\r\n".join(lines))
    ]


def test_a_body_of_blanks_takes_no_time() -> None:
    began = time.process_time()
    assert canonical.body(b" \t" * 2_000_000) == b""
    assert canonical.body((b" " * 50_000 + b"x") * 50) != b""
    assert time.process_time() - began < 2
