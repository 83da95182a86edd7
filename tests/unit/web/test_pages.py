"""The pages over a small seeded hub: what they show, and to whom they show nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mailhub.models import Post, PostBody, Thread
from tests.web import Site
from web_archive import links

PAGES = (
    "/",
    "/c/policy/",
    "/c/policy/threads/",
    "/c/policy/threads/1",
    "/c/policy/library/",
    "/c/policy/library/1",
    "/search?q=determined",
    "/c/policy/search?q=plan",
    "/c/policy/atom.xml",
    "/c/policy/threads/months/",
    "/c/policy/threads/2026-11/",
    "/c/policy/threads/atom.xml",
    "/c/policy/sitemap.xml",
    "/c/policy/people/",
    links.post("policy", "20261103090501.GA1234@leeds.example"),
)


def shown(html: str) -> str:
    """The page without the addresses of links, in which Message-IDs stand."""
    return re.sub(r'(?:href|src|content)="[^"]*"|<id>[^<]*</id>', "", html)


def test_a_thread_stands_whole_on_one_page_with_answers_below_what_they_answer(site: Site) -> None:
    html = site.page("/c/policy/threads/1")
    assert html.count('<article class="post-body">') == 7
    assert [f"depth-{n}" in html for n in range(5)] == [True] * 5
    # Priya answers Siân, who wrote before Martin: she stands between the two.
    order = [html.index(words) for words in ("Thank you both", "on the agenda", "Same here")]
    assert order == sorted(order)


def deep_thread(site: Site, count: int, words: str) -> str:
    """The address of a thread in which each of `count` posts answers the one before."""
    now = datetime(2026, 12, 1, tzinfo=UTC)
    with site.database.writing() as session:
        template = session.get_one(Post, 1)
        subject = "Indicator 6: how do you count “determined”?"
        thread = Thread(community_id=1, subject=subject, started_at=now, last_at=now, post_count=0)
        session.add(thread)
        session.flush()
        parent = None
        for number in range(count):
            post = Post(
                community_id=1,
                thread_id=thread.id,
                parent_id=parent,
                inbound_id=template.inbound_id,
                message_id=f"20261201090501.GA{number}@leeds.example",
                content_hash=str(number),
                author_name=f"Jane Author {number}",
                author_address="a@x.example",
                author_id=template.author_id,
                subject=subject,
                received_at=now + timedelta(minutes=number),
                subject_key="deep",
            )
            post.body = PostBody(text=f"{words} {number}", new_text="", html="")
            session.add(post)
            session.flush()
            parent = post.id
        return links.thread("policy", thread.id)


def test_a_thread_deeper_than_any_screen_is_shown_whole(own_site: Site) -> None:
    html = own_site.page(deep_thread(own_site, 1_500, "words of"))
    assert html.count('<article class="post-body">') == 1_500
    assert "words of 1499" in html
    assert html.count('class="post depth-5"') == 1_495


def test_fifty_short_posts_come_fast_over_a_slow_line(own_site: Site) -> None:
    address = deep_thread(own_site, 50, "We take the snapshot at 31 March. " * 14)
    whole = own_site.client.get(address)
    assert whole.text.count('<article class="post-body">') == 50
    assert len(whole.data) < 60_000
    packed = own_site.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < 10_000


def test_a_long_quote_in_an_answer_leads_to_its_post_and_its_words_stay_markup(
    own_site: Site,
) -> None:
    quote = '<blockquote type="cite">' + "<p>what was written before</p>" * 60 + "</blockquote>"
    with own_site.database.writing() as session:
        answer = session.scalars(select(Post).where(Post.parent_id.is_not(None))).first()
        assert answer is not None
        session.get_one(PostBody, answer.id).html = f"<p>My <b>own</b> words</p>{quote}"
        address = links.thread("policy", answer.thread_id)
        own = links.post("policy", answer.message_id)
    html = own_site.page(address)
    assert f'<p class="earlier"><a href="{own}">' in html
    assert "own</b> words</p>" in html
    assert "written before" not in html
    assert "&lt;p" not in html
    assert "written before" in own_site.page(own)


def test_a_text_too_long_for_a_page_is_begun_there_and_whole_elsewhere(own_site: Site) -> None:
    with own_site.database.writing() as session:
        body = session.get_one(PostBody, 1)
        body.text = "many words\n" * 100_000 + "jane@leeds.example the end"
        body.new_text = ""
        session.get_one(PostBody, 2).html = "<b>" * 400_000
    html = own_site.page("/c/policy/threads/1")
    assert "the end" not in html
    assert len(html) < 500_000
    assert "We take the snapshot at 31 March" in html  # the text, where the HTML is too much
    answer = own_site.client.get(re.findall(r'href="(/c/policy/text/\d+)"', html)[0])
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.endswith("jane@… the end")
    for address in ("/c/policy/text/99999", "/c/climate/text/1"):
        assert own_site.client.get(address).status_code == 404


@pytest.mark.parametrize(
    "message_id",
    ["20261103090501.GA1234@leeds.example", "AM0PR04MB1234/5678%20A1@eurprd04.prod.example"],
)
def test_a_post_has_a_lasting_address_by_its_message_id(site: Site, message_id: str) -> None:
    html = site.page(links.post("policy", message_id))
    assert html.count('<article class="post-body">') == 1
    assert "In this discussion" in html


@pytest.mark.parametrize(
    "message_id",
    [
        "a/b//c@x",
        "/leading@x",
        "trailing/",
        "../../up@x",
        "per%cent%2F@x",
        "with blanks and\ttab@x",
        "quest?ion#hash@x",
        "ünïcode@x",
        "no-at-sign",
        "l" * 900 + "@x",
        "part/1",
        'quote"<script>@x',
        ";semi=colon&amp@x",
    ],
)
def test_a_strange_message_id_still_has_a_page(own_site: Site, message_id: str) -> None:
    with own_site.database.writing() as session:
        session.get_one(Post, 1).message_id = message_id
    html = own_site.page(links.post("policy", message_id))
    assert "Good morning all" in html
    # The link on the thread's page leads there too.
    written = re.search(r'href="(/c/policy/m/[^"]*)"', own_site.page("/c/policy/threads/1"))
    assert written
    assert "Good morning all" in own_site.page(written[1].replace("&amp;", "&"))


def test_no_page_shows_an_address_of_a_person(site: Site) -> None:
    assert "tom.okafor@…" in site.page("/c/policy/threads/1")
    for address in PAGES:
        words = shown(site.page(address))
        for domain in ("leeds.example", "devon.example", "wakefield.example", "gwynedd.example"):
            assert f"@{domain}" not in words, address
        assert "mailto:" not in words, address


def test_an_author_without_a_name_is_called_by_what_stands_before_the_at(own_site: Site) -> None:
    with own_site.database.writing() as session:
        session.get_one(Post, 1).author_name = ""
    for address in ("/c/policy/threads/1", "/c/policy/threads/?before=1793696750000000-1"):
        assert "leeds.example" not in shown(own_site.page(address))
    assert "jane.doe@…" in own_site.page("/c/policy/threads/1")


def test_older_discussions_are_reached_page_by_page(site: Site) -> None:
    seen: list[str] = []
    address = "/c/climate/threads/"
    html = site.page("/c/policy/threads/")
    assert html.count('<li class="row">') == 28
    for row in re.findall(r'href="/c/policy/threads/(\d+)"', html)[:-1]:
        seen.append(row)
    number = site.seeded.threads["A common glossary?"]
    with site.database.reading() as session:
        at = session.get_one(Thread, number).last_at
    cursor = f"{int(at.timestamp() * 1_000_000)}-{number}"
    older = re.findall(
        r'href="/c/policy/threads/(\d+)"', site.page(f"/c/policy/threads/?before={cursor}")
    )
    assert older == seen[seen.index(str(number)) + 1 :] + older[-1:]
    assert "Older discussions" not in site.page(address)


@pytest.mark.parametrize(
    "address",
    [
        *("/?page=x", "/?page=0", "/?page=9", "/x", "/c/policy/threads/999999"),
        *("/c/policy/threads/99999999999999999999", "/c/policy/library/0", "/c/UPPER/"),
        *("/c/policy/m/", "/c/policy/m/unknown@x", "/u/unknown", "/static/none.css", "/postbox/"),
    ],
)
def test_what_is_not_there_is_a_page_that_helps(site: Site, address: str) -> None:
    answer = site.client.get(address)
    assert answer.status_code == 404
    assert "nothing at this address" in answer.text


def test_nonsense_for_a_cursor_is_refused(site: Site) -> None:
    for cursor in ("x", "1-", "-1", "1-x", "9" * 40 + "-1", "99999999999999999-1"):
        assert site.client.get(f"/c/policy/threads/?before={cursor}").status_code in (200, 400)


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    for address in (*PAGES, "/nothing", "/healthz", "/c/chief-execs/threads/", "/robots.txt"):
        headers = site.client.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
        assert "Strict-Transport-Security" not in headers


def test_no_page_holds_a_script_or_a_style_of_its_own(site: Site) -> None:
    for address in PAGES:
        html = site.page(address)
        assert "<script" not in html
        assert "<style" not in html
        assert " style=" not in html
        assert not re.search(r"\son\w+=", html)


def test_what_is_not_there_leads_to_the_community_around_it(site: Site) -> None:
    page = site.client.get("/c/policy/threads/999999")
    assert page.status_code == 404
    assert '<a href="/c/policy/">Policy and Performance</a> is here' in page.text
    for nowhere in ("/c/inquiry/threads/999999", "/c/none/threads/1", "/nowhere"):
        assert " is here" not in site.client.get(nowhere).text
