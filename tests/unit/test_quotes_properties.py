"""Whatever the lines of a letter are, each word of it is in one of the three parts, in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.reading.quotes import split

LINES = st.sampled_from(
    (
        "",
        "",
        "own words {n}",
        "Yes, {n} of them.",
        "> quoted words {n}",
        ">> older words {n}",
        ">",
        "On 5 March 2024 at 10:15, Tom Roe <tom{n}@example.org> wrote:",
        "On Tue, 5 Mar 2024 at 10:15, Tom Roe{n} <",
        "tom{n}@example.org> wrote:",
        "Thanks {n} On 5 March 2024 at 10:15, Tom wrote:",
        "Tom{n} Roe wrote:",
        "From: Tom Roe <tom{n}@example.org>",
        "Sent: {n} March 2024 10:15",
        "To: policy{n}@example.org",
        "Subject: RE: Indicator {n}",
        "-----Original Message-----",
        "---------- Forwarded message ----------",
        "Begin forwarded message:",
        "________________________________",
        "-- ",
        "--",
        "Sent from my iPhone {n}",
        "This email and any attachments {n} are confidential.",
        "We welcome correspondence in Welsh. {n}",
        "policy mailing list {n}",
        "OFFICIAL",
        "[EXTERNAL] words {n}",
        ">>> Tom Roe <tom{n}@example.org> 05/03/2013 10:15 >>>",
        "[...]",
        "reply above this line {n}",
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=14), st.sampled_from(("", "Re: a", "Fwd: a", "a")))
def test_no_word_is_lost_and_none_is_doubled(lines: list[str], subject: str) -> None:
    text = "\n".join(line.format(n=f"n{number}n") for number, line in enumerate(lines))
    parts = split(text, subject=subject)
    found = " ".join((parts.new_text, parts.signature, parts.quoted)).split()
    # What shares a line with a head loses the dashes between them, nothing else.
    assert sorted(found) == sorted(text.split())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=30))
def test_any_text_is_read(text: str, html: str, subject: str) -> None:
    split(text, f"<blockquote type=cite>{html}</blockquote>{text}", subject)
