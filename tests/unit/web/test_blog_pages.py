"""The pages of blogs and headlines, and their feeds."""

from __future__ import annotations

import re

import feedparser
import pytest

from mailhub.app.hub import put_together
from tests import more_seed
from tests.web import Site


@pytest.fixture
def blog(own_site: Site) -> Site:
    """A hub with a blog, and headlines."""
    hub = put_together(own_site.settings)
    more_seed.sow(hub)
    hub.database.close()
    return own_site


def test_the_blog_lists_its_entries_and_authors(blog: Site) -> None:
    html = blog.page("/c/policy/blog/")
    assert html.index("Another week") < html.index("A week in waste")
    assert "1 comment" in html
    assert "2 entries" in html
    assert "jane.doe@leeds.example" not in html
    (author,) = set(re.findall(r'href="(/c/policy/blog/by/\d+)"', html))
    assert "Jane Doe’s blog" in blog.page(author)
    for nothing in ("/c/policy/blog/?page=2", "/c/policy/blog/by/999", "/c/policy/blog/99999"):
        assert blog.client.get(nothing).status_code == 404, nothing


def test_an_entry_stands_with_its_picture_and_comments_and_nothing_runs(blog: Site) -> None:
    (number,) = re.findall(
        r'href="/c/policy/blog/(\d+)">A week in waste', blog.page("/c/policy/blog/")
    )
    html = blog.page(f"/c/policy/blog/{number}")
    assert "We count them on Fridays." in html
    assert "<b>counted</b>" in html
    assert "alert(1)" not in html
    assert 'src="https://track.example' not in html
    (picture,) = re.findall(r'src="(/c/policy/picture/[^"]+)"', html)
    assert blog.client.get(picture).mimetype == "image/png"
    # The addresses of a post and of a discussion lead there too.
    assert blog.client.get(f"/c/policy/threads/{number}").location.endswith(f"/blog/{number}")
    assert f"/c/policy/blog/{number}" in blog.page("/c/policy/m/two@cardiff.example")


def test_entries_are_no_discussions(blog: Site) -> None:
    for path in ("/", "/c/policy/", "/c/policy/threads/", "/c/policy/threads/atom.xml"):
        assert "A week in waste" not in blog.page(path), path


def test_blogs_have_feeds(blog: Site) -> None:
    (author,) = set(re.findall(r'href="(/c/policy/blog/by/\d+)"', blog.page("/c/policy/blog/")))
    for path in ("/c/policy/blog/atom.xml", f"{author}/atom.xml"):
        answer = blog.client.get(path)
        assert answer.mimetype == "application/atom+xml"
        found = feedparser.parse(answer.data)
        assert not found.bozo
        assert [entry.title for entry in found.entries] == ["Another week", "A week in waste"]
        assert "jane.doe@leeds.example" not in answer.text
    assert blog.client.get("/c/policy/blog/by/999/atom.xml").status_code == 404


def test_headlines_lead_to_their_pages(blog: Site) -> None:
    html = blog.page("/c/policy/headlines/")
    assert 'href="https://news.york.example/0" rel="nofollow noopener noreferrer"' in html
    assert "Story 0 &amp; more &lt;b&gt;" in html
    assert "Page 2" in html
    assert "Story 44" in blog.page("/c/policy/headlines/?page=2")
    assert "45 headlines" in html
    for nothing in ("?page=3", "?feed=99", "?feed=x", "?page=x"):
        assert blog.client.get(f"/c/policy/headlines/{nothing}").status_code == 404, nothing
    found = blog.page("/c/policy/search?q=Story")
    assert 'href="https://news.york.example/' in found
    assert "A headline" in found


def test_a_community_without_them_says_how_they_begin(blog: Site) -> None:
    html = blog.page("/c/climate/")
    assert "/blog/" not in html
    assert "climate+blog@" in blog.page("/c/climate/blog/")
    assert "climate+feeds@" in blog.page("/c/climate/headlines/")


def test_what_is_closed_shows_nothing(blog: Site) -> None:
    for path in ("blog/", "blog/1", "blog/by/1", "blog/atom.xml", "headlines/"):
        assert blog.client.get(f"/c/chief-execs/{path}").status_code == 403, path
        assert blog.client.get(f"/c/nowhere/{path}").status_code == 404, path
