"""Reading never raises, and its time and memory have an end, whatever a stranger sends."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailhub import words
from mailhub.letter import Kind, Letter
from mailhub.reading import html_text, read
from tests.letters.test_letters import LETTERS

MB = 1024 * 1024
FROM = b"From: Jane Doe <jane.doe@anytown.gov.uk>\r\nSubject: Minutes\r\nMessage-ID: <1@anytown.gov.uk>\r\n"


def nested(levels: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(levels)
    )
    closing = b"".join(b"\r\n--b%d--\r\n" % n for n in reversed(range(levels)))
    return FROM + opening + b"\r\nthe innermost words\r\n" + closing


def mail_in_mail(levels: int) -> bytes:
    return FROM + b"Content-Type: message/rfc822\r\n\r\n" * levels + FROM + b"\r\nthe words\r\n"


def many_parts(count: int) -> bytes:
    return (
        FROM
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\n\r\nwords\r\n" * count
        + b"--b--\r\n"
    )


HUGE: dict[str, tuple[Callable[[], bytes], Kind]] = {
    "a header of 1 MB": (lambda: FROM + b"X-Long: " + b"x" * MB + b"\r\n\r\nbody", Kind.UNREADABLE),
    "a folded header of 1 MB": (
        lambda: FROM + b"References:" + b"\r\n <a@b.c>" * 100_000 + b"\r\n\r\nbody",
        Kind.UNREADABLE,
    ),
    "10,000 headers": (
        lambda: FROM + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\nbody",
        Kind.UNREADABLE,
    ),
    "10,000 parts": (lambda: many_parts(10_000), Kind.UNREADABLE),
    "1,000 levels": (lambda: nested(1_000), Kind.POST),
    "1,000 mails in one another": (lambda: mail_in_mail(1_000), Kind.POST),
    "a line of 30 MB": (lambda: FROM + b"\r\n" + b"x" * 30 * MB, Kind.POST),
    "a line of 200 MB": (lambda: FROM + b"\r\n" + b"x" * 200 * MB, Kind.UNREADABLE),
    "25 million line ends": (lambda: FROM + b"\r\n" + b"\n" * 25 * MB, Kind.UNREADABLE),
    "25 MB of header": (lambda: FROM + b"X: y\r\n" * 4 * MB, Kind.UNREADABLE),
    "a parameter of semicolons": (
        lambda: FROM + b"Content-Type: text/plain" + b";\r\n " * 10_000 + b"\r\n\r\nbody",
        Kind.UNREADABLE,
    ),
    "semicolons below 64 KB": (
        lambda: FROM + b"Content-Type: text/plain" + b";" * 16_000 + b"\r\n\r\nbody",
        Kind.POST,
    ),
    "a part with a header of 20 MB": (
        lambda: (
            FROM
            + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain'
            + b";a=b" * 5 * MB
            + b"\r\n\r\nwords\r\n--b--\r\n"
        ),
        Kind.POST,
    ),
    "20 MB of base64 that is none": (
        lambda: FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"====\r\n" * 900_000,
        Kind.POST,
    ),
    "deep HTML": (
        lambda: FROM + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000 + b"words",
        Kind.POST,
    ),
    "HTML of open brackets": (
        lambda: FROM + b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 500_000,
        Kind.POST,
    ),
    "quotes in quotes": (
        lambda: FROM + b"\r\n" + b"".join(b">" * 500 + b"\r\n" for _ in range(2_000)),
        Kind.POST,
    ),
    "begin without end": (lambda: FROM + b"\r\n" + b"begin 644 a\r\n" * 500_000, Kind.POST),
    "a header of lines just short of too long": (
        lambda: FROM + (b"X: " + b"x" * 16_000 + b"\r\n") * 1_500 + b"\r\nbody",
        Kind.UNREADABLE,
    ),
    "encoded words without end": (
        lambda: FROM + b"X: y\r\nSubject: " + b"=?utf-8?q?a?= " * 1_100 + b"\r\n\r\nbody",
        Kind.POST,
    ),
    "an author of angle brackets": (
        lambda: b"From: " + b"<" * 16_000 + b"\r\n\r\nbody",
        Kind.POST,
    ),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_read_in_bounded_time(name: str) -> None:
    make, kind = HUGE[name]
    raw = make()
    begun = process_time()
    letter = read(raw)
    assert process_time() - begun < 4  # two seconds, on a machine that does other things too
    assert letter.kind is kind
    assert (kind is Kind.UNREADABLE) == bool(set(letter.problems) & GATED)
    assert set(letter.problems) <= set(words.table("problems"))


GATED = {
    "header-block-too-large",
    "too-many-header-lines",
    "header-line-too-long",
    "mail-too-large",
    "too-many-lines",
    "too-many-parts",
}


def test_what_is_unreadable_still_says_whose_it_is() -> None:
    letter = read(FROM + b"X-Long: " + b"x" * MB + b"\r\n\r\nbody")
    assert letter.author.address == "jane.doe@anytown.gov.uk"
    assert (letter.subject, letter.message_id) == ("Minutes", "1@anytown.gov.uk")


def test_memory_grows_with_the_mail_and_no_more() -> None:
    raw = FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 18 * 70_000
    raw = raw.replace(b"QUJD" * 18, b"QUJD" * 18 + b"\r\n")
    tracemalloc.start()
    read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * len(raw)


def test_the_innermost_of_too_many_levels_is_kept_as_a_file() -> None:
    letter = read(nested(1_000))
    assert "nested-too-deeply" in letter.problems
    assert b"the innermost words" in letter.attachments[0].content


def mutated(raw: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, put in changes:
        at = place % (len(raw) + 1)
        raw = raw[:at] + put + raw[at + length :]
    return raw


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [
                    b"\r",
                    b"\n",
                    b"\r\n\r\n",
                    b"--=_b1",
                    b"=?utf-8?q?",
                    b"\x00",
                    b";",
                    b'"',
                    b"<",
                    b"=",
                ]
            ),
        ),
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(LETTERS), changes=CHANGES)
def test_a_damaged_letter_is_still_read_and_holds_clean_strings(
    path: Path, changes: list[tuple[int, int, bytes]]
) -> None:
    letter = read(mutated(path.read_bytes(), changes))
    assert "reading-failed" not in letter.problems
    assert_clean(letter)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3_000))
def test_any_octets_are_read(raw: bytes) -> None:
    letter = read(raw)
    assert "reading-failed" not in letter.problems
    assert_clean(letter)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/!-aprbld \"'=&;:#x0\n\xa0", max_size=400))
def test_any_markup_becomes_text(markup: str) -> None:
    html_text.text(markup)


def assert_clean(letter: Letter) -> None:
    """One-line strings are one clean line; texts hold no controls; all of it can be UTF-8."""
    lines = [letter.subject, letter.message_id, letter.claimed_date]
    lines += [*letter.in_reply_to, *letter.references]
    lines += [word for box in letter.authors + letter.to for word in (box.name, box.address)]
    lines += [word for file in letter.attachments for word in (file.filename, file.media_type)]
    for line in lines:
        line.encode()
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line), line
    for text in (letter.text, letter.new_text, letter.signature, letter.html):
        text.encode()
        assert not any(ord(c) < 32 and c not in "\t\n" for c in text)


def test_no_file_name_leads_anywhere() -> None:
    names = [f.filename for path in LETTERS for f in read(path.read_bytes()).attachments]
    assert len(names) > 40
    for name in names:
        assert len(name) <= 200
        assert not set(name) & set('/\\\0:*?"<>|')
        assert not name.startswith(".")


def test_even_an_own_fault_is_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mailhub.reading.parts.tree", broken)
    letter = read(FROM + b"\r\nwords")
    assert (letter.kind, letter.problems) == (Kind.UNREADABLE, ("reading-failed",))
    assert letter.message_id == read(FROM + b"\r\nwords").message_id
