"""The same words as different mail programs send them: with their signatures, notices and quotes, which
are full of words of commands themselves."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from html import escape

NAME, ADDRESS = "Jane Doe", "jane.doe@leeds.example"
DATE = "Sat, 21 Nov 2026 20:00:00 +0000"
OURS = "Policy and Performance"
OUR_ADDRESS = "policy+notices@lists.example.org"
# What is answered: a mail of ours that says which words can be typed.
QUOTED = """\
Dear Jane,

yes
Reply with "yes" to confirm or "no" to refuse. Reply "approve" (ok, yes), "reject off topic",
"discard" or "trust". To leave, reply "unsubscribe"; to pause, "pause until 3 September".
1. weekly
2. monthly
3. unsubscribe

Policy and Performance
To unsubscribe write to policy+leave@lists.example.org"""
CARD = """\
Jane Doe
Policy and Performance Officer
Leeds City Council
Tel: 0113 496 0000 | www.leeds.example"""
NOTICE = """\
This email and any files transmitted with it are confidential and intended solely for the use of the
individual or entity to whom they are addressed. If you have received this email in error please notify the
system manager and delete it. To stop receiving our newsletter click unsubscribe."""

Client = Callable[[str], bytes]


def _headers(subject: str, kind: str, encoding: str, *, answers: bool = True) -> str:
    lines = [
        f"From: {NAME} <{ADDRESS}>",
        "To: Policy <policy@lists.example.org>",
        f"Subject: {subject}",
        f"Date: {DATE}",
        "Message-ID: <words@leeds.example>",
        "MIME-Version: 1.0",
    ]
    if answers:
        lines += [
            "In-Reply-To: <notice@lists.example.org>",
            "References: <notice@lists.example.org>",
        ]
    lines += [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}"]
    return "\r\n".join(lines) + "\r\n\r\n"


def _plain(text: str, subject: str = "RE: Your membership", *, answers: bool = True) -> bytes:
    body = quopri.encodestring(text.encode()).decode().replace("\n", "\r\n")
    head = _headers(subject, "text/plain; charset=utf-8", "quoted-printable", answers=answers)
    return (head + body + "\r\n").encode()


def _both(text: str, html: str, subject: str = "Re: Your membership") -> bytes:
    parts = []
    for kind, body in (("plain", text), ("html", html)):
        encoded = base64.encodebytes(body.encode()).decode().replace("\n", "\r\n")
        parts.append(
            f"--=_b\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
        )
    head = _headers(subject, 'multipart/alternative; boundary="=_b"', "7bit")
    return (head + "".join(parts) + "--=_b--\r\n").encode()


def _html(html: str) -> bytes:
    body = quopri.encodestring(html.encode()).decode().replace("\n", "\r\n")
    head = _headers("RE: Your membership", "text/html; charset=utf-8", "quoted-printable")
    return (head + body + "\r\n").encode()


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _lines(text: str, tag: str = "div", more: str = "") -> str:
    return "\n".join(f"<{tag}{more}>{escape(line) or '<br>'}</{tag}>" for line in text.split("\n"))


def nothing_but_words(words: str) -> bytes:
    """A new mail of one line, with no signature."""
    return _plain(words, "Hello", answers=False)


def gmail(words: str) -> bytes:
    """Text and HTML, the answered mail below a line of attribution."""
    above = f"On Fri, 20 Nov 2026 at 09:12, {OURS} <{OUR_ADDRESS}> wrote:"
    html = (
        f'<div dir="ltr">{_lines(words)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(above)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid">'
        f"{_lines(QUOTED)}</blockquote></div>"
    )
    return _both(f"{words}\n\n{above}\n\n{_marked(QUOTED)}\n", html)


def outlook_text(words: str) -> bytes:
    """Text alone; a card for a signature, the organisation's notice, the answered mail unmarked."""
    head = f"From: {OURS} <{OUR_ADDRESS}>\nSent: 20 November 2026 09:12\nTo: {NAME} <{ADDRESS}>"
    return _plain(f"{words}\n\n{CARD}\n\n{NOTICE}\n\n{head}\nSubject: Your membership\n\n{QUOTED}")


def outlook_html(words: str) -> bytes:
    """Word's HTML."""
    normal = ' class="MsoNormal"'
    return _html(
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal '
        '{margin:0cm;} --></style></head><body lang="EN-GB"><div class="WordSection1">'
        f"{_lines(words, 'p', normal)}<p{normal}><o:p>&nbsp;</o:p></p>{_lines(CARD, 'p', normal)}"
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p{normal}><b><span lang="EN-US">From:</span></b><span lang="EN-US"> {OURS} '
        f"&lt;{OUR_ADDRESS}&gt; <br><b>Sent:</b> 20 November 2026 09:12<br><b>To:</b> {NAME}<br>"
        f"<b>Subject:</b> Your membership<o:p></o:p></span></p></div></div>"
        f"{_lines(QUOTED, 'p', normal)}</div></body></html>"
    )


def outlook_phone(words: str) -> bytes:
    """Outlook on a phone."""
    head = f"From: {OURS} <{OUR_ADDRESS}>\nSent: Friday, November 20, 2026 9:12:00 AM"
    text = f"{words}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n{'_' * 32}\n{head}\nTo: {NAME}"
    html = (
        f'<html><body><div dir="auto">{_lines(words)}</div><div id="ms-outlook-mobile-signature">'
        'Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><b>From:</b> {OURS} &lt;{OUR_ADDRESS}&gt;<br>'
        "<b>Sent:</b> Friday, November 20, 2026 9:12:00 AM<br><b>Subject:</b> Your membership</div>"
        f"{_lines(QUOTED)}</body></html>"
    )
    return _both(f"{text}\nSubject: Your membership\n\n{QUOTED}", html)


def iphone(words: str) -> bytes:
    """Apple's Mail on a phone, with the quotation marks that it sets."""
    curly = words.replace("'", "’")
    above = f"On 20 Nov 2026, at 09:12, {OURS} <{OUR_ADDRESS}> wrote:"
    return _plain(f"{curly}\n\nSent from my iPhone\n\n> {above}\n> \n{_marked(QUOTED)}", "Re: Hi")


def apple_mail(words: str) -> bytes:
    """HTML with hard blanks."""
    above = f"On 20 Nov 2026, at 09:12, {OURS} &lt;{OUR_ADDRESS}&gt; wrote:"
    inner = _lines(words).replace(" please", "&nbsp;please")
    return _html(
        f'<html><body style="line-break: after-white-space;">{inner}<div><br>'
        f'<blockquote type="cite"><div>{above}</div><br><div>{_lines(QUOTED)}</div></blockquote>'
        "</div></body></html>"
    )


def thunderbird(words: str) -> bytes:
    """The old way: marked quotes, a signature below "-- "."""
    above = f"On 20/11/2026 09:12, {OURS} wrote:"
    return _plain(f"{words}\n\n{above}\n{_marked(QUOTED)}\n-- \n{CARD}\nI never say yes or no\n")


def android(words: str) -> bytes:
    """A phone that quotes with no mark."""
    head = f"From: {OURS} <{OUR_ADDRESS}>\nDate: 20/11/2026 09:12 (GMT+00:00)\nTo: {ADDRESS}"
    device = "Sent from my Samsung Galaxy smartphone."
    rule = "-------- Original message --------"
    return _plain(f"{words}\n\n\n{device}\n\n{rule}\n{head}\nSubject: Your membership\n\n{QUOTED}")


def council(words: str) -> bytes:
    """A council's gateway: a warning above, a marking, a closing, a notice in two languages."""
    welsh = (
        "Rydym yn croesawu gohebiaeth yn Gymraeg neu yn Saesneg. Ni fydd gohebu yn Gymraeg yn oedi."
    )
    closing = "Kind regards\n\nJane"
    return _plain(
        f"OFFICIAL\n\n{words}\n\n{closing}\n\n{CARD}\n\n{welsh}\n\n{NOTICE}", "Re: Policy"
    )


CLIENTS: tuple[Client, ...] = (
    nothing_but_words,
    gmail,
    outlook_text,
    outlook_html,
    outlook_phone,
    iphone,
    apple_mail,
    thunderbird,
    android,
    council,
)
