"""Papers go out as downloads that nothing can run from; pictures of a post are really pictures."""

from __future__ import annotations

import io
import struct

import pytest
from sqlalchemy import select

from mailhub.library.tables import Readings, Version
from mailhub.models import Post, RawMail
from tests.web import Site
from web_archive.limits import Limit
from web_archive.pictures import type_of

NOTE = "/c/policy/library/1"


def test_a_version_is_downloaded_as_it_was_filed(site: Site) -> None:
    first = site.client.get(f"{NOTE}/1/Planning%20indicator%20note.docx")
    second = site.client.get(f"{NOTE}/2/whatever.docx")
    assert first.data == b"PK first " * 9_000
    assert second.data == b"PK second, longer " * 7_000
    assert second.headers["Content-Length"] == str(len(second.data))
    disposition = second.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="Planning indicator note.docx"'


def test_a_download_can_do_nothing_in_the_site(site: Site) -> None:
    headers = site.client.get(f"{NOTE}/1/x").headers
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("claimed", "served"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain", "text/plain"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("application/x-shockwave-flash", "application/octet-stream"),
        ("text/html\r\nX: y", "application/octet-stream"),
    ],
)
def test_only_types_of_a_short_list_are_named(own_site: Site, claimed: str, served: str) -> None:
    with own_site.database.writing() as session:
        session.get_one(Version, 1).media_type = claimed
    answer = own_site.client.get(f"{NOTE}/1/x")
    assert answer.headers["Content-Type"].partition(";")[0] == served
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "filename",
    ['a"b.docx', "ünï.docx", "..\\..\\x.docx", "a\u202efdp.exe", "a\r\nSet-Cookie: x=y", ""],
)
def test_a_strange_file_name_does_no_harm(own_site: Site, filename: str) -> None:
    with own_site.database.writing() as session:
        session.get_one(Version, 1).filename = filename
    answer = own_site.client.get(f"{NOTE}/1/x")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "Set-Cookie" not in answer.headers
    assert own_site.page(NOTE)


def test_a_download_is_not_sent_twice(site: Site) -> None:
    first = site.client.get(f"{NOTE}/1/x")
    again = site.client.get(f"{NOTE}/1/x", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address", [f"{NOTE}/3/x", f"{NOTE}/0/x", "/c/policy/library/99/1/x", f"{NOTE}/1"]
)
def test_a_version_that_is_not_there_is_not_found(site: Site, address: str) -> None:
    assert site.client.get(address).status_code == 404


def test_bytes_that_are_lost_are_not_found(own_site: Site) -> None:
    with own_site.database.writing() as session:
        session.get_one(Version, 1).sha256 = "0" * 64
    assert own_site.client.get(f"{NOTE}/1/x").status_code == 404


def test_a_picture_of_a_post_is_shown_in_place(site: Site) -> None:
    html = site.page("/c/policy/threads/1")
    assert (
        '<img src="/c/policy/picture/2/logo@devon" alt="Devon County Council" width="120">' in html
    )
    answer = site.client.get("/c/policy/picture/2/logo@devon")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert struct.unpack(">II", answer.data[16:24]) == (120, 36)
    etag = answer.headers["ETag"]
    again = site.client.get("/c/policy/picture/2/logo@devon", headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"",
        b"RIFF\0\0\0\0WAVE",
    ],
)
def test_what_only_says_that_it_is_a_picture_is_none(own_site: Site, content: bytes) -> None:
    import base64

    with own_site.database.writing() as session:
        post = session.get_one(Post, 2)
        raw = session.get_one(RawMail, post.inbound_id)
        head, body = raw.raw.split(b"\r\n\r\n", 1)
        at = body.index(b"iVBOR")
        end = body.index(b"\r\n--", at)
        body = body[:at] + base64.b64encode(content) + body[end:]
        raw.raw = head + b"\r\n\r\n" + body
    assert own_site.client.get("/c/policy/picture/2/logo@devon").status_code == 404


def test_pictures_are_known_by_their_first_octets() -> None:
    for content, kind in (
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"BM", ""),
        (io.BytesIO(b" \x89PNG").read(), ""),
    ):
        assert type_of(content) == kind


def test_the_files_of_a_closed_community_are_closed(site: Site) -> None:
    paper = site.seeded.documents["Budget gap.xlsx"]
    for slug in ("chief-execs", "policy"):
        answer = site.client.get(f"/c/{slug}/library/{paper}/1/Budget%20gap.xlsx")
        assert answer.status_code in (403, 404)
        assert b"PK gap" not in answer.data


def test_downloads_are_counted_and_nobody_is(own_site: Site) -> None:
    """Once a while in one commit; a program that says that it is one, and what is not sent again, count nothing."""
    counting = own_site.client.application.extensions["mailhub"].readings
    reader = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
    first = own_site.client.get(f"{NOTE}/2/x", headers=reader)
    again = {**reader, "If-None-Match": first.headers["ETag"]}
    assert own_site.client.get(f"{NOTE}/2/x", headers=again).status_code == 304
    own_site.client.get(f"{NOTE}/1/x", headers=reader)
    for program in ("Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5", ""):
        own_site.client.get(f"{NOTE}/2/x", headers={"User-Agent": program})
    own_site.client.head(f"{NOTE}/2/x", headers=reader)
    counting.write()
    counting.write()
    with own_site.database.reading() as session:
        rows = session.execute(select(Readings.document_id, Readings.times)).all()
    assert [tuple(row) for row in rows] == [(1, 2)]


def test_pictures_that_are_not_there_cost_nothing_however_many_are_asked_for(
    own_site: Site,
) -> None:
    """The mail of a post may have 25 MB: it is read for what it has, and once for whatever it has not."""
    own_site.app.extensions["mailhub"].limits.picturing = Limit(2, 3_600)
    far = {"REMOTE_ADDR": "192.0.2.7"}

    def asked(post: int, name: str) -> int:
        path = f"/c/policy/picture/{post}/{name}"
        return own_site.client.get(path, environ_overrides=far).status_code

    assert {asked(2, f"no{number}@devon") for number in range(20)} == {404}
    names = ("logo@devon", "LOGO@Devon", "<logo@devon>", "%6cogo@devon", "%256cogo@devon")
    assert {asked(2, name) for name in names} == {200}
    assert asked(1, "one@x") == 429
