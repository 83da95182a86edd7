"""The postbox: mailboxes read as their owners would, and answered by real mail."""

from __future__ import annotations

import email
import email.policy
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from mailhub.models import Person
from mailhub.postbox import Postbox
from tests.seed import Seeded, picture
from tests.seed_words import OUTLOOK
from tests.servers.running import free_port
from tests.web import Site, site_over

JANE = "/postbox/jane.doe@leeds.example"
NAME = "20261103T140500.000000-7.eml"


@dataclass
class Door:
    """A front door that remembers what it took, and refuses on request."""

    port: int
    refusal: str = ""
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(self, _s: Any, _w: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _w: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def door() -> Iterator[Door]:
    found = Door(free_port())
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def box(seed: tuple[Path, Seeded], tmp_path: Path, door: Door) -> Iterator[Site]:
    """A hub with a postbox, in which Jane has one letter."""
    folder = tmp_path / "hub"
    shutil.copytree(seed[0], folder)
    with site_over(folder, seed[1], smtp_listen=f"127.0.0.1:{door.port}") as site:
        Postbox(folder / "postbox").keep("jane.doe@leeds.example", NAME, [letter()])
        yield site


def letter(html: str = OUTLOOK) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Tom Okafor via Policy <policy@lists.example.org>"
    mail["To"] = "Policy and Performance <policy@lists.example.org>"
    mail["Reply-To"] = "Policy <policy+r-token@lists.example.org>"
    mail["Subject"] = "Indicator 6 – how?"
    mail["Message-ID"] = "<one@devon.example>"
    mail["References"] = "<zero@leeds.example> <half@leeds.example>"
    mail["Date"] = "Tue, 3 Nov 2026 14:05:00 +0000"
    mail["List-Unsubscribe"] = (
        "<http://127.0.0.1:8080/u/abc>, <mailto:policy+u-abc@lists.example.org>"
    )
    mail.set_content(
        "We take the snapshot at 31 March.\n\n> Whose date?\n\nMore: http://x.example/a\n"
    )
    mail.add_alternative(html, subtype="html")
    body = mail.get_payload(1)
    assert isinstance(body, EmailMessage)
    body.add_related(picture(4, 4, (1, 2, 3)), "image", "png", cid="<logo@devon>")
    mail.add_attachment(b"<script>1</script>", "text", "html", filename="paper.html")
    return mail.as_bytes()


def form_of(page: str) -> dict[str, str]:
    """What the form of a page would send."""
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    words = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert words
    return {key: unescape(value) for key, value in {**fields, "words": words[1]}.items()}


def test_everyone_can_be_chosen_and_who_has_mail_comes_first(box: Site) -> None:
    html = box.page("/postbox/")
    names = re.findall(r'<h2><a href="(/postbox/[^"]+)">([^<]+)</a>', html)
    assert names[0] == (f"{JANE}/", "Jane Doe")
    assert len(names) == 8
    assert "1 letter, the last" in html
    assert "Leeds City Council" in html


def test_a_mailbox_says_whose_it_is(box: Site) -> None:
    html = box.page(f"{JANE}/")
    assert re.search(
        r'You are reading as <span class="author">Jane Doe</span>, Leeds City Council', html
    )
    assert f'href="{JANE}/letter/{NAME}">Indicator 6 – how?</a>' in html
    assert "· 1 file<" in html  # the picture in its text is none
    assert 'datetime="2026-11-03T14:05:00Z"' in html
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


def test_an_answer_goes_out_as_a_mail_program_would_write_it(box: Site, door: Door) -> None:
    form = form_of(box.page(f"{JANE}/letter/{NAME}"))
    assert form["to"] == "policy+r-token@lists.example.org"
    assert form["subject"] == "Re: Indicator 6 – how?"
    assert "On Tue 3 November 2026, 14:05, Tom Okafor via Policy wrote:\n> We take" in form["words"]
    assert "\n>> Whose date?" in form["words"]
    form["words"] = "On the notice.\r\n\r\nJane" + form["words"].replace("\n", "\r\n")
    answer = box.client.post(f"{JANE}/send", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{JANE}/?sent=1"
    ((sender, recipients, mail),) = door.mails
    assert (sender, recipients) == ("jane.doe@leeds.example", [form["to"]])
    assert mail["From"] == "Jane Doe <jane.doe@leeds.example>"
    assert mail["In-Reply-To"] == "<one@devon.example>"
    assert str(mail["References"]).split() == [
        "<zero@leeds.example>",
        "<half@leeds.example>",
        "<one@devon.example>",
    ]
    assert mail["Message-ID"].endswith("@leeds.example>")
    text = mail.get_content().replace("\r\n", "\n")
    assert text.startswith("On the notice.\n\nJane\n")
    assert "> We take the snapshot" in text


def test_a_new_mail_goes_to_a_community_with_files(box: Site, door: Door) -> None:
    page = box.page(f"{JANE}/write")
    assert "policy@lists.example.org" in page
    form: dict[str, Any] = form_of(page) | {
        "to": "policy@lists.example.org",
        "subject": "Grüße\r\nBcc: tom@x.example",
        "words": "ŵ ŷ",
        "file": [(io.BytesIO(b"\x00\xff"), "plan ü.pdf", "application/pdf")],
    }
    answer = box.client.post(f"{JANE}/send", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    ((_, recipients, mail),) = door.mails
    assert recipients == ["policy@lists.example.org"]
    assert mail["Subject"] == "Grüße Bcc: tom@x.example"
    assert mail["Bcc"] is None
    assert mail["In-Reply-To"] is None
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "plan ü.pdf"
    assert attached.get_content() == b"\x00\xff"


def test_what_the_hub_refuses_is_shown_and_nothing_typed_is_lost(box: Site, door: Door) -> None:
    door.refusal = "550 5.1.1 there is no such address here"
    form = form_of(box.page(f"{JANE}/write")) | {
        "to": "nobody@lists.example.org",
        "subject": "Hello",
        "words": "many words <b>",
    }
    answer = box.client.post(f"{JANE}/send", data=form)
    assert answer.status_code == 422
    assert "550 5.1.1 there is no such address here" in answer.text
    assert "many words &lt;b&gt;" in answer.text
    again = form_of(answer.text)
    assert again["to"] == "nobody@lists.example.org"
    door.refusal = ""
    assert box.client.post(f"{JANE}/send", data=again).status_code == 303


@pytest.mark.parametrize("to", ["", "two@x.example, three@x.example", "a b@x", "x@y\r\nBcc: z@w"])
def test_only_one_plain_address_is_written_to(box: Site, door: Door, to: str) -> None:
    form = form_of(box.page(f"{JANE}/write")) | {"to": to}
    answer = box.client.post(f"{JANE}/send", data=form)
    assert answer.status_code == 422
    assert "not one address" in answer.text
    assert door.mails == []


def test_no_answer_from_the_hub_is_said(box: Site, door: Door) -> None:
    form = form_of(box.page(f"{JANE}/write")) | {"to": "policy@lists.example.org"}
    closed = box.settings.model_copy(update={"smtp_listen": f"127.0.0.1:{free_port()}"})
    box.app.extensions["mailhub"] = type(hub := box.app.extensions["mailhub"])(
        **{name: getattr(hub, name) for name in hub.__slots__} | {"settings": closed}
    )
    answer = box.client.post(f"{JANE}/send", data=form)
    assert answer.status_code == 422
    assert "refused" in answer.text


@pytest.mark.parametrize(
    ("headers", "change"),
    [
        ({"Origin": "https://evil.example"}, {}),
        ({"Origin": "null"}, {}),
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Sec-Fetch-Site": "same-site"}, {}),
        ({}, {"token": ""}),
        ({}, {"token": "x.y.z"}),
    ],
)
def test_a_form_of_another_site_sends_nothing(
    box: Site, door: Door, headers: dict[str, str], change: dict[str, str]
) -> None:
    form = form_of(box.page(f"{JANE}/write")) | {"to": "policy@lists.example.org"} | change
    answer = box.client.post(f"{JANE}/send", data=form, headers=headers)
    assert answer.status_code == 403
    assert door.mails == []


def test_the_form_of_one_mailbox_does_not_send_for_another(box: Site, door: Door) -> None:
    form = form_of(box.page(f"{JANE}/write")) | {"to": "policy@lists.example.org"}
    tom = "/postbox/tom.okafor@devon.example"
    assert box.client.post(f"{tom}/send", data=form).status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert box.client.post(f"{JANE}/send", data=form, headers=own).status_code == 303


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
