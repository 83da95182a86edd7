"""What machines ask: whether we are well, our figures, our own files."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from tests.web import Site
from web_archive.headers import HSTS, secured


def test_healthz_says_whether_the_database_answers(own_site: Site) -> None:
    assert own_site.client.get("/healthz").text == "ok\n"
    with own_site.database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    path = own_site.settings.data_dir / "mailhub.db"
    own_site.database.close()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    assert own_site.client.get("/healthz").status_code == 503


def test_metrics_are_for_this_machine_alone(site: Site) -> None:
    assert site.client.get("/metrics").status_code == 200
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert site.client.get("/metrics", environ_base=far).status_code == 404
    passed_on = site.client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert passed_on.status_code == 404


def test_our_own_files_are_kept_by_browsers_under_addresses_that_change_with_them(
    site: Site,
) -> None:
    html = site.page("/")
    for address in re.findall(r'href="(/static/[^"]+)"', html):
        answer = site.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        bare = site.client.get(address.partition("?")[0])
        assert bare.headers["Cache-Control"] == "no-cache"


def test_hsts_is_said_where_the_site_is_reached_by_tls() -> None:
    for https, said in ((False, None), (True, HSTS)):
        answer = Client(secured(Response("read"), https)).get("/")
        assert answer.headers.get("Strict-Transport-Security") == said
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_robots_may_read_everything_but_search(site: Site) -> None:
    lines = site.client.get("/robots.txt").text.splitlines()
    assert "Disallow: /search" in lines
    assert "Disallow: /" not in lines


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_archive_only_reads(site: Site, method: str) -> None:
    for address in ("/", "/c/policy/", "/c/policy/threads/1", "/search"):
        assert site.client.open(address, method=method).status_code == 405


@pytest.mark.parametrize("path", ["/c/policy", "/c/policy/threads", "/postbox", "/me"])
@pytest.mark.parametrize("host", ["elsewhere.example", 'x"><b>', "", "127.0.0.1:8080"])
def test_a_redirect_of_ours_names_no_host(site: Site, path: str, host: str) -> None:
    """A host is what anybody says it is, and behind a proxy with TLS the scheme is not ours."""
    answer = site.client.get(f"{path}?page=1", headers={"Host": host})
    if answer.status_code != 404:
        assert answer.status_code == 308
        assert answer.headers["Location"] == f"{path}/?page=1"


@pytest.mark.parametrize(
    ("path", "policy"), [("/signin", "same-origin"), ("/", "no-referrer"), ("/x", "no-referrer")]
)
def test_only_pages_with_a_form_that_is_checked_let_it_say_where_it_comes_from(
    site: Site, path: str, policy: str
) -> None:
    assert site.client.get(path).headers["Referrer-Policy"] == policy


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Origin": "http://hub.example:8081"}, 400),
        ({"Origin": "http://127.0.0.1:8080", "Host": "proxied"}, 400),  # MAILHUB_SITE_URL
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 400),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://hub.example"}, 403),
        ({"Origin": "http://127.0.0.1:8080.evil.example"}, 403),
        ({"Origin": "http://hub.example:8081", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_form_is_ours_where_its_origin_is_the_site_or_whom_was_asked(
    site: Site, headers: dict[str, str], status: int
) -> None:
    """400 says that it was read: what stands in it is no address."""
    token = re.search(r'name="token" value="([^"]+)"', site.page("/signin"))
    assert token
    asked = {"Host": "hub.example:8081", **headers}
    form = {"token": token[1], "address": "nobody"}
    assert site.client.post("/signin", data=form, headers=asked).status_code == status
