"""Feeds are fetched politely and safely, whatever a server does."""

from __future__ import annotations

import gzip
import time
import zlib
from ipaddress import ip_address, ip_network

import pytest

from mailhub.feeds.fetching import Validators, Web
from mailhub.feeds.reach import Reach, is_public
from mailhub.syndication import urls
from mailhub.syndication.trouble import Trouble
from tests.feeds.servers import Server, item


def trouble(web: Web, url: str) -> str:
    """The name of what is wrong with an address."""
    with pytest.raises(Trouble) as found:
        web.fetch(url)
    return found.value.name


def test_what_is_there_comes_and_is_asked_for_again_only_if_it_is_new(
    server: Server, web: Web
) -> None:
    modified = "Sat, 21 Nov 2026 09:00:00 GMT"
    url = server.feed("/rss", item(1), ETag='"v1"', Last_Modified=modified)
    first = web.fetch(url)
    assert b"Story 1" in first.body
    assert first.validators == Validators('"v1"', modified)
    server.status("/rss", 304, Cache_Control="max-age=7200")
    again = web.fetch(url, first.validators)
    assert (again.is_new, again.body, again.fresh_for) == (False, b"", 7200)
    _, asked = server.asked[-1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', modified)
    assert asked["user-agent"] == "mailhub/test"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda octets: zlib.compress(octets, wbits=-15)),
    ],
)
def test_packed_answers_are_unpacked(server: Server, web: Web, encoding, pack) -> None:  # type: ignore[no-untyped-def]
    url = server.says("/rss", pack(b"<rss/>" * 1000), Content_Encoding=encoding)
    assert web.fetch(url).body == b"<rss/>" * 1000


def test_redirects_are_followed_and_a_permanent_one_is_remembered(server: Server, web: Web) -> None:
    target = server.feed("/new", item(1))
    server.leads("/old", "/older", 301)
    server.leads("/older", "/new", 308)
    found = web.fetch(f"{server.base}/old")
    assert (found.url, found.moved_to) == (target, target)
    server.leads("/once", "/new", 302)
    assert web.fetch(f"{server.base}/once").moved_to == ""


def test_redirects_inward_are_not_followed(server: Server, web: Web) -> None:
    for inside in (
        "http://10.0.0.1/",
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
    ):
        server.leads("/in", inside)
        assert trouble(web, f"{server.base}/in") == "inside", inside
    for where in ("file:///etc/passwd", "gopher://127.0.0.1:25/", "//user:word@127.0.0.1/"):
        server.leads("/in", where)
        assert trouble(web, f"{server.base}/in") == "redirects", where
    server.leads("/round", "/round")
    assert trouble(web, f"{server.base}/round") == "redirects"


def test_what_is_too_large_too_slow_or_nonsense_is_given_up(server: Server, web: Web) -> None:
    assert trouble(web, server.says("/huge", b"x" * (3 << 20))) == "too-large"
    assert trouble(web, server.bomb("/bomb")) == "too-large"
    assert trouble(web, server.says("/odd", b"x", Content_Encoding="br")) == "packed"
    assert (
        trouble(web, server.says("/cut", gzip.compress(b"x" * 99)[:-9], Content_Encoding="gzip"))
        == "packed"
    )
    assert trouble(web, server.raw("/raw", b"\0\1\2 hello\r\n\r\n")) == "nonsense"
    assert trouble(web, server.raw("/shut", b"")) == "nonsense"
    assert (
        trouble(web, server.raw("/long", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000)) == "nonsense"
    )
    assert trouble(web, f"{server.base}/nowhere") == "status"
    assert trouble(web, server.status("/gone", 410)) == "gone"
    assert trouble(web, "http://127.0.0.1:1/") == "unreachable"
    for in_header in (False, True):
        began = time.monotonic()
        assert trouble(web, server.drips(f"/drip{in_header}", in_header=in_header)) == "too-slow"
        assert time.monotonic() - began < 10


def test_a_server_that_asks_us_to_wait_is_heard(server: Server, web: Web) -> None:
    for said, seconds in (
        ("120", 120),
        ("Sun, 22 Nov 2026 10:00:00 GMT", 3600),
        ("soon", 0),
        ("99999999", 604_800),
    ):
        server.status("/busy", 429, Retry_After=said)
        with pytest.raises(Trouble) as found:
            web.fetch(f"{server.base}/busy")
        assert (found.value.said, found.value.retry_after) == ("429", seconds)


def test_names_are_resolved_once_and_checked() -> None:
    asked: list[str] = []

    def ask(name: str, kind: str) -> tuple[str, ...]:
        asked.append(f"{name} {kind}")
        found = {
            "inside.example A": ("10.1.2.3",),
            "both.example A": ("10.1.2.3", "93.184.215.14"),
            "six.example AAAA": ("2606:2800:21f:cb07:6820:80da:af6b:8b2c",),
        }
        return found.get(f"{name} {kind}", ())

    reach = Reach(ask)
    assert reach.address("both.example", 443) == "93.184.215.14"
    assert reach.address("six.example", 80).startswith("2606:")
    for host, port, name in (
        ("inside.example", 443, "inside"),
        ("nobody.example", 443, "no-such-host"),
        ("both.example", 25, "port"),
        ("0x7f.1", 80, "no-such-host"),
        ("2130706433", 80, "no-such-host"),
    ):
        with pytest.raises(Trouble) as found:
            reach.address(host, port)
        assert found.value.name == name, host
    assert Reach(ask, [ip_network("10.0.0.0/8")]).address("inside.example", 8081) == "10.1.2.3"


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "192.88.99.1",
        "::7f00:1",
    ],
)
def test_no_address_inside_is_public(inside: str) -> None:
    assert not is_public(ip_address(inside))


def test_addresses_of_the_open_internet_are_public() -> None:
    assert all(is_public(ip_address(one)) for one in ("93.184.215.14", "2a00:1450:4009::1"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://York.example/News?a=1#top", "https://york.example/News?a=1"),
        ("feed://york.example/rss", "http://york.example/rss"),
        ("feed:https://york.example/rss", "https://york.example/rss"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("https://york.example:8443", "https://york.example:8443/"),
    ],
)
def test_addresses_are_read_in_one_way(text: str, url: str) -> None:
    assert str(urls.read(text)) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "york",
        "ftp://york.example/",
        "http://a:b@york.example/",
        "http://york.example:99999/",
        "http://yo rk/",
        "http://",
        "http://[::1",
        "javascript:alert(1)",
        "http://a/" + "b" * 3000,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Trouble):
        urls.read(text)
