"""The footer below a post: in its words' encoding, in each body, beside what is signed."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from tests.unit.composed import FOOTER, HEAD, PLAIN, composed, read


def encoded(kind: str, text: str) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail.set_content(text, subtype="plain", cte=kind, charset="utf-8")
    return HEAD.replace(b"MIME-Version: 1.0\n", b"") + mail.as_bytes().replace(b"\r\n", b"\n")


@pytest.mark.parametrize("kind", ["7bit", "8bit", "quoted-printable", "base64"])
def test_the_footer_stands_below_the_words_in_their_encoding(kind: str) -> None:
    words = "How do you count it?\nJane\n" if kind == "7bit" else "Sut mae cyfrif? Tŷ, £5\nSiân\n"
    mail = read(composed(encoded(kind, words)))
    text = mail.get_content().replace("\r\n", "\n")
    own, _, footer = text.partition("\n-- \n")
    assert own.strip() == words.strip()
    assert footer.strip() == f"{FOOTER} https://hub.example.org/c/policy/m/one@leeds.example"


def test_both_bodies_of_an_alternative_get_it_and_files_do_not() -> None:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Subject"] = "jane@leeds.example", "Indicator 6"
    mail.set_content("Plain.\n")
    mail.add_alternative("<html><body><p>Rich.</p></body></html>\n", subtype="html")
    mail.add_attachment("A note.\n", filename="note.txt")
    out = read(composed(mail.as_bytes().replace(b"\r\n", b"\n")))
    plain, rich = out.get_body(("plain",)), out.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert FOOTER in plain.get_content()
    html = rich.get_content()
    assert html.index("Rich.") < html.index(FOOTER.rstrip(":") + "</a>") < html.index("</body>")
    (note,) = out.iter_attachments()
    assert note.get_content().strip() == "A note."


LINK = "https://hub.example.org/c/policy/m/zero@leeds.example"
QUOTING = f"""Ŷes.

On 3 Nov Tom wrote:
> By the week.
>
> --
> {FOOTER} {LINK}
>
> > How?
> >
> > -- \n> > Policy and
> > Performance: <{LINK}>

See {LINK} and what
Policy and Performance: says.
"""


@pytest.mark.parametrize("kind", ["8bit", "quoted-printable", "base64"])
def test_footers_inside_of_quotes_go(kind: str) -> None:
    text = read(composed(encoded(kind, QUOTING))).get_content().replace("\r\n", "\n")
    own, _, footer = text.partition("\n-- \n")
    assert own.splitlines() == [
        "Ŷes.", "", "On 3 Nov Tom wrote:", "> By the week.", ">", ">", "> > How?", "> >", "",
        f"See {LINK} and what", "Policy and Performance: says.",
    ]  # fmt: skip
    assert footer.startswith(FOOTER)


def test_footers_inside_of_quoted_html_go() -> None:
    own = f'<p>See <a href="{LINK}">this</a>.</p>'
    shown = f'<div style="color:#555"><a href="{LINK}">Policy and\nPerformance</a></div>'
    quoted = f"<blockquote><p>How?</p>{shown}</blockquote>"
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Subject"] = "jane@leeds.example", "Indicator 6"
    mail.set_content(f"{own}{quoted}", subtype="html")
    html = read(composed(mail.as_bytes().replace(b"\r\n", b"\n"))).get_content()
    assert html.startswith(f"{own}<blockquote><p>How?</p></blockquote>")
    assert html.count(FOOTER.rstrip(":")) == 1


def test_without_a_footer_the_body_is_untouched() -> None:
    body = PLAIN.replace(b"\n", b"\r\n").partition(b"\r\n\r\n")[2]
    assert composed(PLAIN, footer=False).endswith(b"\r\n\r\n" + body)


def test_a_signed_body_stays_untouched_and_the_footer_goes_beside_it() -> None:
    signed = (
        b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\n\n'
        b"--b\nContent-Type: text/plain\n\nMy own words.\n\n--b\n"
        b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--b--\n"
    )
    octets = composed(HEAD + signed)
    assert signed.partition(b"\n\n")[2].replace(b"\n", b"\r\n").rstrip() in octets
    mail = read(octets)
    assert mail.get_content_type() == "multipart/mixed"
    inner, beside = mail.iter_parts()
    assert inner.get_content_type() == "multipart/signed"
    assert FOOTER in beside.get_content()
