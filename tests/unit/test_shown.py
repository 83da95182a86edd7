"""A text of ours as HTML: its words and links, and nothing that anybody else puts in."""

from __future__ import annotations

from mailhub.compose.shown import as_html


def test_heading_lines_links_and_foot() -> None:
    page = as_html(
        "Workshop <b>\n\nWhen: Friday\nWhere: Leeds\n\nhttps://a.example/?x=1&y=2.\n-- \nEvent 3",
        "T&T",
    )
    assert "<title>T&amp;T</title>" in page
    assert "<h1>Workshop &lt;b&gt;</h1>" in page
    assert "<p>When: Friday<br>\nWhere: Leeds</p>" in page
    link = "https://a.example/?x=1&amp;y=2"
    assert f'<a href="{link}">{link}</a>.' in page
    assert "<footer><p>Event 3</p>" in page


def test_what_strangers_write_stays_text() -> None:
    page = as_html('https://a.example/"onclick="x\'><script>alert(1)</script>', "")
    assert "<script" not in page
    assert 'href="https://a.example/"' in page
