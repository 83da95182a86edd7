"""What a delivered mail looks like: the author's words, the list's manners, nothing that must not go
on."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.addresses import Purpose, destinations
from mailhub.compose import delivered, headers
from mailhub.compose.delivered import LARGE_ATTACHMENT
from mailhub.compose.origin import Paper
from mailhub.site import Site
from tests.unit.composed import FOOTER, HEAD, PLAIN, SITE, TOKENS, composed, origin, read


def test_the_list_introduces_itself() -> None:
    mail = read(composed(PLAIN))
    assert mail["List-Id"] == "Policy and Performance <policy.lists.example.org>"
    assert mail["List-Post"] == "<mailto:policy@lists.example.org>"
    assert mail["List-Help"] == "<mailto:policy+help@lists.example.org>"
    assert mail["List-Owner"] == "<mailto:policy+facilitators@lists.example.org>"
    assert mail["List-Archive"] == "<https://hub.example.org/c/policy/>"
    assert mail["Archived-At"] == "<https://hub.example.org/c/policy/m/one@leeds.example>"
    assert mail["Precedence"] == "list"
    assert "from mx.leeds.example ([192.0.2.1])" in mail["Received"]
    address = mail["Reply-To"].addresses[0].addr_spec
    (meant,) = destinations(address, "lists.example.org", TOKENS)
    assert meant.token is not None
    assert (meant.token.purpose, meant.token.object) == (Purpose.REPLY, 7)
    assert mail["Message-ID"] == "<one@leeds.example>"


def test_each_member_leaves_by_their_own_address() -> None:
    head = delivered.personal("policy", SITE, 11, 5)
    mail = read(head + composed(PLAIN))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    web, by_mail = mail["List-Unsubscribe"].split(",")
    token = TOKENS.read(Purpose.UNSUBSCRIBE, web.strip(" <>").rpartition("/")[2])
    assert token is not None
    assert (token.object, token.person) == (11, 5)
    assert by_mail.strip().startswith("<mailto:policy+u-")


def test_one_click_is_not_offered_without_https() -> None:
    plain = Site("lists.example.org", "http://127.0.0.1:8080", TOKENS)
    assert b"List-Unsubscribe-Post" not in delivered.personal("policy", plain, 11, 5)


@pytest.mark.parametrize(
    "line",
    [
        b"Bcc: boss@leeds.example",
        b"Return-Path: <x@y.example>",
        b"Disposition-Notification-To: desk@leeds.example",
        b"Return-Receipt-To: desk@leeds.example",
        b"Reply-To: elsewhere@leeds.example",
        b"List-Unsubscribe: <https://other.example/u>",
        b"List-Id: <other.example>",
        b"Authentication-Results: lists.example.org; dkim=pass",
        b"Authentication-Results: (why) Lists.Example.Org 1; dkim=pass",
        b'Authentication-Results: "lists.example.org"; dkim=pass',
        b"Authentication-Results: (lists.example.org; dkim=pass",
        b"X-Confirm-Reading-To: desk@leeds.example",
        b"Bcc: boss@leeds.example,\n other@leeds.example",
    ],
)
def test_what_must_not_go_on_is_gone(line: bytes) -> None:
    octets = composed(line + b"\n" + PLAIN)
    assert line.partition(b": ")[2].partition(b"\n")[0] not in octets
    assert b"other@leeds.example" not in octets


def test_other_headers_go_on_as_they_came() -> None:
    octets = composed(
        b"X-Odd: a  b\n\tc\nAuthentication-Results: mx.other.example; spf=pass\n" + PLAIN
    )
    assert b"X-Odd: a  b\r\n\tc\r\n" in octets
    assert b"Authentication-Results: mx.other.example; spf=pass\r\n" in octets


def test_a_large_attachment_becomes_a_link() -> None:
    content = bytes(range(256)) * (LARGE_ATTACHMENT // 256 + 1)
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "jane@leeds.example"
    mail.set_content("The budget.\n")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename="budget.pdf")
    mail.add_attachment(b"small", maintype="application", subtype="pdf", filename="small.pdf")
    paper = Paper(12, "budget.pdf", len(content), hashlib.sha256(content).hexdigest())
    out = read(composed(mail.as_bytes().replace(b"\r\n", b"\n"), papers=(paper,)))
    assert [part.get_filename() for part in out.iter_attachments()] == ["small.pdf"]
    body = out.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.startswith("The budget.")
    assert "https://hub.example.org/c/policy/library/12" in text
    assert 'by mail: write "get doc 12" to policy+settings@lists.example.org' in text


def test_long_lines_and_eight_bit_bodies_are_encoded_where_they_must_be() -> None:
    long = PLAIN + b"x" * 3000 + b"\n"
    octets = composed(long)
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert "x" * 3000 in read(octets).get_content()
    eight = HEAD + "Content-Type: text/plain; charset=utf-8\n\nTŷ Siân\n".encode()
    assert "Tŷ Siân".encode() in composed(eight)
    seven = composed(eight, eight_bit=False)
    assert seven.isascii()
    assert "Tŷ Siân" in read(seven).get_content()


def test_an_id_of_ours_replaces_one_that_was_taken() -> None:
    octets = composed(PLAIN, message_id="made@mailhub.invalid", id_is_ours=True)
    assert read(octets).get_all("Message-ID") == ["<made@mailhub.invalid>"]


def test_replies_go_to_the_author_where_the_community_wants_it() -> None:
    assert read(composed(PLAIN, replies="author"))["Reply-To"] == "Jane Doe <jane@leeds.example>"


def test_raw_eight_bit_headers_become_encoded_words() -> None:
    raw = (
        "From: Jöhn, Siân <j@leeds.example>\nTo: Tŷ <ty@x.example>\nSubject: Cyfrif £5 – tŷ\n\nHi\n"
    ).encode()
    octets = composed(raw)
    assert octets.isascii()
    mail = read(octets)
    assert mail["Subject"] == "Cyfrif £5 – tŷ"
    assert mail["To"].addresses[0].display_name == "Tŷ"


@given(st.text(max_size=60), st.text(max_size=60))
def test_nobodys_name_gets_a_line_into_the_header(community: str, author: str) -> None:
    octets = composed(PLAIN, community=community, author_name=author, replies="author")
    header, _, _ = octets.partition(b"\r\n\r\n")
    assert header.isascii()
    names = [line.partition(b":")[0] for line in header.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"Received", b"List-Id", b"List-Post", b"List-Help", b"List-Owner", b"List-Archive",
        b"Archived-At", b"Reply-To", b"Precedence", b"X-BeenThere", b"Date", b"From", b"To", b"Subject",
        b"Message-ID", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip


@given(st.binary(max_size=2000))
def test_whatever_came_can_go(body: bytes) -> None:
    octets = delivered.shared(
        HEAD.replace(b"\n", b"\r\n") + b"\r\n" + body, origin(), SITE, footer_words=FOOTER
    )
    assert octets.replace(b"\r\n", b"").count(b"\n") == 0
    assert octets.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, octets.split(b"\r\n"))) <= 998


def test_a_field_of_ours_is_one_field() -> None:
    assert headers.field("List-Id", "a\r\nBcc: x@y.example") == b"List-Id: a Bcc: x@y.example\r\n"


def test_base64_that_is_none_is_left_alone() -> None:
    raw = HEAD + b"Content-Transfer-Encoding: base64\n\nThis is no base64 at all!\n"
    assert composed(raw).endswith(b"\r\n\r\nThis is no base64 at all!\r\n")
    good = HEAD + b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(b"Words.") + b"\n"
    assert FOOTER in read(composed(good)).get_content()


def test_the_identifier_of_a_list_is_never_encoded_with_its_name() -> None:
    octets = composed(HEAD + b"\nWords.\n", community="Tai a Thai: Tŷ a’r Dŵr")
    (line,) = [line for line in octets.split(b"\r\nList-") if line.startswith(b"Id: ")]
    assert line.endswith(b" <policy.lists.example.org>")
    assert read(octets)["List-Id"] == "Tai a Thai: Tŷ a’r Dŵr <policy.lists.example.org>"
    assert headers.list_id("n" * 70, "a.example").endswith(b"\r\n <a.example>\r\n")


def test_a_message_id_of_any_length_makes_no_line_too_long() -> None:
    octets = composed(HEAD + b"\nWords.\n", message_id="é" * 990 + "@x.example")
    assert max(map(len, octets.split(b"\r\n"))) <= headers.MAX_LINE


def test_an_attached_mail_is_made_fit_from_the_inside() -> None:
    inner = (
        "From: Siân <s@x.example>\nSubject: Tŷ\nContent-Type: multipart/mixed; boundary=i\n\n"
        f"a preamble: £5\n--i\n\nTŷ Siân {'x' * 1200}\n--i--\nan epilogue: £5\n"
    ).encode()
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=o\n\n--o\n\nSee below.\n--o\n"
        b"Content-Type: message/rfc822\n\n" + inner + b"--o--\n"
    )
    octets = composed(raw, eight_bit=False)
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    (attached,) = read(octets).iter_attachments()
    within = attached.get_content()
    assert within["Subject"] == "Tŷ"
    (part,) = within.iter_parts()
    assert part.get_payload(decode=True).decode().startswith("Tŷ Siân xxx")
