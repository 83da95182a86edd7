"""A plain text post as it is shown: paragraphs that flow, lists and tables that keep their lines."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpora import corpora
from tests.seed_words import BELOW, BETWEEN_THE_LINES
from web_archive.post_text import render

LINK = '<a href="{0}" rel="nofollow noreferrer noopener ugc">{0}</a>'


def shown(text: str, new_text: str = "") -> str:
    return render(text, new_text, "Earlier")


def words(html: str) -> list[str]:
    return unescape(re.sub(r"<[^>]*>", " ", html)).split()


def test_lines_broken_at_a_column_flow_and_others_stay() -> None:
    text = (
        "We have looked at this for some time now and would like to hear from others who\n"
        "have done the same, in whatever way.\n\nMany thanks\nJane\nLeeds"
    )
    assert shown(text) == (
        "<p>We have looked at this for some time now and would like to hear from others who "
        "have done the same, in whatever way.</p><p>Many thanks<br>Jane<br>Leeds</p>"
    )


def test_a_list_keeps_its_lines() -> None:
    text = (
        "- one thing that is long enough to be taken for a line that was broken by a program\n"
        "- another\n1. third"
    )
    assert shown(text).count("<br>") == 2


def test_a_table_of_blanks_keeps_its_columns() -> None:
    text = (
        "Quarter    Received    Determined\nQ1         412         371\nQ2         398         349"
    )
    assert shown(text) == f"<pre>{text}</pre>"


@pytest.mark.parametrize(
    ("text", "link", "after"),
    [
        ("see https://x.example/a.", "https://x.example/a", "."),
        ("(https://x.example/a)", "https://x.example/a", ")"),
        ("https://x.example/a_(b)", "https://x.example/a_(b)", ""),
        ("<https://x.example/a?b=1&c=2>", "https://x.example/a?b=1&amp;c=2", "&gt;"),
        ("“https://x.example/ü”,", "https://x.example/ü", "”,"),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, link: str, after: str) -> None:
    assert shown(text).endswith(LINK.format(link) + after + "</p>")


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://x.example/?to=jane@leeds.example",
        "www.x",
    ],
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert "<a" not in shown(text)


def test_markup_is_shown_as_it_was_typed() -> None:
    assert shown("<script>alert('1')</script> & \"x\"") == (
        "<p>&lt;script&gt;alert('1')&lt;/script&gt; &amp; \"x\"</p>"
    )
    assert 'href="https://x.example/&quot;onclick' not in shown('https://x.example/"onclick=x')


def test_short_quotes_with_answers_between_them_stay_open() -> None:
    html = shown(BETWEEN_THE_LINES)
    assert "<details" not in html
    assert html.count("<blockquote>") == 2
    assert html.index("Same here") < html.index("extensions of time")


def test_a_long_quote_above_an_answer_is_folded() -> None:
    html = shown("> " + "long " * 100 + "\n\nyes\n\n> and that?\n\nno\n\n> the rest\n-- \nTom")
    assert html.count("<details") == 2
    assert "<blockquote><p>and that?</p></blockquote><p>no</p><details" in html


def test_what_was_answered_is_folded_below() -> None:
    html = shown(BELOW)
    new, _, old = html.partition('<details class="earlier">')
    assert "second version" in new
    assert "line 7" in old
    assert "m.schofield@…" in html
    assert "wakefield" not in html


def test_the_new_words_as_reading_found_them_are_open_and_the_rest_is_folded() -> None:
    text = "Yes, ours.\n\nTom\nDevon\n\nFrom: Jane\nSent: Monday\nSubject: x\n\nWhose is it?"
    html = shown(text, "Yes, ours.")
    assert html.startswith('<p>Yes, ours.</p><p class="signature">Tom<br>Devon</p><details')
    assert words(html.partition("<details")[2])[-3:] == ["Whose", "is", "it?"]


def test_levels_of_quotes_stand_in_each_other() -> None:
    html = shown("> a\n>> b\n> > > c\nd")
    assert html == (
        "<blockquote><p>a</p><blockquote><p>b</p><blockquote><p>c</p>"
        "</blockquote></blockquote></blockquote><p>d</p>"
    )


@given(st.text(alphabet="> ab\n-.:|h\t@*1", max_size=300), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_word_is_lost_and_every_element_is_closed(text: str, cut: bool) -> None:
    html = shown(text, text[: len(text) // 2] if cut else "")
    stack = []
    for end, name in re.findall(r"<(/?)([a-z]+)[^>]*>", html):
        if end:
            assert stack.pop() == name
        elif name != "br":
            stack.append(name)
    assert stack == []
    letters = re.sub(r"[\s>|]", "", text)
    assert (
        re.sub(r"[\s>|]", "", unescape(re.sub(r"<[^>]*>", "", html)))
        == re.sub(r"@[a-z1]+(\.[a-z1]+)+", "@…", letters)
        or "@" in text
    )


@pytest.mark.parametrize(
    "text",
    [
        "> " * 300_000,
        ">" * 600_000,
        "a" * 600_000,
        "https://" * 75_000,
        "https://x/(((((" * 40_000,
        "https://x/" + ")" * 500_000,
        ("a" * 70 + "\n") * 8_000,
        ("> " * 30 + "a\nb\n") * 8_000,
        " " * 600_000,
        "-" * 600_000,
        "From: " * 100_000,
        "a@" * 300_000,
        "\n" * 600_000,
    ],
    ids=lambda text: repr(text[:10]),
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    shown(text)
    assert time.process_time() - began < 1.5


def test_a_real_list_loses_no_word() -> None:
    folder = corpora("threads/twisted-python")
    archive = next(path for path in sorted(folder.iterdir()) if path.suffix in (".txt", ".mbox"))
    for text in archive.read_text(encoding="utf-8", errors="replace").split("\nFrom ")[:300]:
        html = shown(text)
        before = re.sub(r"[\s>|]", "", text)
        after = re.sub(r"[\s>|]", "", unescape(re.sub(r"<[^>]*>", "", html)))
        assert len(after) >= len(before) * 0.9 or "@" in text
