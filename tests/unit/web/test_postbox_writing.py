"""Mail that is written in the postbox goes to the hub as a mail program would send it."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest

from tests.servers.running import free_port
from tests.unit.web import postboxes as _postboxes
from tests.unit.web.postboxes import JANE, NAME, Door
from tests.web import Site

box, door = _postboxes.box, _postboxes.door


def form_of(page: str) -> dict[str, str]:
    """What the form of a page would send."""
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    words = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert words
    return {key: unescape(value) for key, value in {**fields, "words": words[1]}.items()}


def test_an_answer_goes_out_as_a_mail_program_would_write_it(box: Site, door: Door) -> None:
    form = form_of(box.page(f"{JANE}/letter/{NAME}"))
    assert form["to"] == "policy+r-token@lists.example.org"
    assert form["subject"] == "Re: Indicator 6 – how?"
    assert "On 3 November 2026, 14:05, Tom Okafor via Policy wrote:\n> We take" in form["words"]
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
