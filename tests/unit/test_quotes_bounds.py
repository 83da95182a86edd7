"""No letter, however odd, makes the reading of its quotes slow."""

from __future__ import annotations

import time

import pytest

from mailhub.reading.quotes import split

# Seconds; far above what any of these takes, far below what a backtracking pattern would.
AT_MOST = 0.8

ODD = {
    "a line of 1 MB": "word " * 200_000,
    "a line of 1 MB without a blank": "x" * 1_000_000,
    "a line of 1 MB of brackets": "<" * 1_000_000,
    "60 lines of 1,000 characters": ("On a day at work we wrote " * 40 + "\n") * 60,
    "60 lines of 1,000 letters that end like a head": ("a" * 995 + " wrote:\n") * 60,
    "100,000 signs of a quote": ">" * 100_000,
    "100,000 quoted lines": ">\n" * 100_000,
    "100,000 nested quotes": "\n".join(">" * (n % 500) for n in range(100_000 // 250)),
    "100,000 blank lines": "\n" * 100_000,
    "100,000 heads without a date": "Jane Doe wrote:\n" * 100_000,
    "100,000 heads": "On 5 March 2024 at 10:15, Jane Doe <jane@example.org> wrote:\n" * 20_000,
    "100,000 labels": "From: jane@example.org\n" * 100_000,
    "labels that are no head": "To: all\n\nDate: none\n" * 50_000,
    "100,000 phone lines": "Sent from my iPhone\n" * 100_000,
    "100,000 notices": "This email and any attachments are confidential.\n\n" * 50_000,
    "100,000 lines of dashes": "--\n----------\n" * 50_000,
    "folded brackets": "jane <\n" * 50_000 + "> wrote:\n" * 50_000,
    "openers": "On On On On On On 1 On 2 On 3 " * 3_000,
    "dates": ("1:11 1/1/11 " * 40 + ":\n") * 3_000,
    "blanks": (" " * 590 + ":\n") * 3_000,
    "stars": ("*" * 590 + ":\n") * 3_000,
    "marked lines below what may be heads": ("On 3 March " + "w " * 250 + ":\n> x\n") * 2_000,
    "names below closings": "Kind regards\nJane\n0113 496 0000\nJane Doe\n" * 25_000,
    "Notes' heads": "Jane Doe\n05/03/2024 10:15\nTo\n" * 30_000,
    "armour": "-----BEGIN PGP SIGNED MESSAGE-----\n-----BEGIN PGP SIGNATURE-----\n" * 50_000,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_read_in_bounded_time(name: str) -> None:
    started = time.process_time()
    split(ODD[name])
    split(ODD[name], subject="Bins", author="Jane Doe", answers=False)
    assert time.process_time() - started < AT_MOST


ODD_HTML = {
    "deep": "<div class=gmail_quote>" * 50_000 + "word",
    "deep quotes": "<blockquote type=cite>" * 50_000 + "word",
    "wide": "<blockquote type=cite>a</blockquote>word " * 20_000,
    "open comments": "<blockquote type=cite><!--" * 40_000,
    "borders": "<div style='border-top:solid'>" * 200 + "a: b: c" * 20_000,
    "wide borders": "<div style='border-top:solid'>a</div>" * 10_000,
    "no HTML at all": "<<<<<<<>>>>>>> blockquote " * 20_000,
}


@pytest.mark.parametrize("name", ODD_HTML)
def test_odd_html_is_read_in_bounded_time(name: str) -> None:
    text = "\n".join(f"some words that are nowhere {n}" for n in range(20_000))
    started = time.process_time()
    split(text, ODD_HTML[name])
    assert time.process_time() - started < AT_MOST
