"""The postbox: mailboxes read as their owners would, and answered by real mail."""

from __future__ import annotations

import re

import pytest

from mailhub.models import Person
from mailhub.postbox import Postbox
from tests.unit.web import postboxes as _postboxes
from tests.unit.web.postboxes import JANE, NAME
from tests.web import Site

box, door = _postboxes.box, _postboxes.door


def test_everyone_can_be_chosen_and_who_has_mail_comes_first(box: Site) -> None:
    html = box.page("/postbox/")
    names = re.findall(r'<h2><a href="(/postbox/[^"]+)">([^<]+)</a>', html)
    assert names[0] == (f"{JANE}/", "Jane Doe")
    assert len(names) == 8
    assert "1 mail, the last" in html
    assert "Leeds City Council" in html


def test_a_mailbox_says_whose_it_is(box: Site) -> None:
    html = box.page(f"{JANE}/")
    assert re.search(
        r'You are reading as <span class="author">Jane Doe</span>, Leeds City Council', html
    )
    assert f'href="{JANE}/letter/{NAME}">Indicator 6 – how?</a>' in html
    assert "· 1 file<" in html  # the picture in its text is none
    assert 'datetime="2026-11-03T14:05Z"' in html
    assert box.page("/postbox/JANE.Doe@Leeds.example/") == html


def test_a_letter_is_shown_with_its_headers_its_text_and_its_files(box: Site) -> None:
    html = box.page(f"{JANE}/letter/{NAME}")
    assert "Tom Okafor via Policy" in html
    assert "<dt>Reply-To</dt><dd>Policy &lt;policy+r-token@lists.example.org&gt;</dd>" in html
    assert '<a href="http://x.example/a" rel="noreferrer noopener">' in html
    assert '<a href="/u/abc">Unsubscribe</a>' in html
    files = re.findall(rf'href="({JANE}/letter/{NAME}/file/\d)">([^<]+)</a>', html)
    answers = {name: box.client.get(address) for address, name in files}
    paper = answers["paper.html"]
    assert paper.data == b"<script>1</script>"
    assert paper.headers["Content-Type"] == "application/octet-stream"
    assert paper.headers["Content-Disposition"].startswith("attachment")


def test_the_html_of_a_letter_stands_in_a_frame_where_nothing_runs(box: Site) -> None:
    page = box.client.get(f"{JANE}/letter/{NAME}")
    frame = re.search(r"<iframe[^>]*>", page.text)
    assert frame
    assert "allow-scripts" not in frame[0]
    assert "allow-same-origin" not in frame[0]
    assert 'sandbox="' in frame[0]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    answer = box.client.get(f"{JANE}/letter/{NAME}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    # Pictures of the mail are in it, a mailto leads to where one writes, other pictures are blocked.
    assert 'src="data:image/png;base64,' in answer.text
    assert f'href="{JANE}/write?to=tom.okafor%40devon.example" target="_top"' in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/postbox/nobody@nowhere.example/",
        "/postbox/../",
        f"{JANE}/letter/20261103T140500.000000-8.eml",
        f"{JANE}/letter/..%2F..%2Fsecret.key",
        f"{JANE}/letter/{NAME}/file/9",
        "/postbox/%00/",
        "/postbox/" + "a" * 300 + "@x/",
    ],
)
def test_what_is_not_in_the_postbox_is_not_found(box: Site, address: str) -> None:
    assert box.client.get(address).status_code in (404, 308)


def test_a_name_cannot_break_out_of_its_page(box: Site) -> None:
    with box.database.writing() as session:
        person = session.get_one(Person, box.seeded.people["Jane"])
        person.name = '"><script>alert(1)</script>'
    for address in ("/postbox/", f"{JANE}/", f"{JANE}/letter/{NAME}", f"{JANE}/write"):
        assert "<script>" not in box.page(address)


def test_a_letter_that_cannot_be_read_is_still_there(box: Site) -> None:
    Postbox(box.settings.data_dir / "postbox").keep(
        "jane.doe@leeds.example", "20261104T140500.000000-8.eml", [b"\xff\x00\r\nno mail at all"]
    )
    assert "No subject" in box.page(f"{JANE}/")
    assert box.page(f"{JANE}/letter/20261104T140500.000000-8.eml")


def test_with_a_relay_there_is_no_postbox(site: Site) -> None:
    assert site.client.get("/postbox/").status_code == 404
    assert "/postbox/" not in site.page("/")
