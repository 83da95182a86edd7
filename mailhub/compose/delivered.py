"""A post as its members receive it: composed once per post, spliced per member.

The author's words are untouched: header lines and body octets go on as they came, but for what must
not (Bcc, requests for receipts, foreign List-* lines), the list's own header, a one-line footer, and
large attachments, which become links into the library.
"""

from __future__ import annotations

import hashlib
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from mailhub.compose import headers
from mailhub.compose.encoding import encoded, must_encode
from mailhub.compose.parts import Part, base64_lines, scan, splice
from mailhub.site import Site

LARGE_ATTACHMENT = 700_000  # octets as encoded in the mail; larger ones go as links
LONGEST_LINK = 700  # characters; with the community's name it must stay a line (RFC 5322 2.1.1)
_SIGNED = ("multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]*")  # what says so and is not is left alone
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the library that this post brought."""

    document_id: int
    filename: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What compose must know of a post, beside its raw mail."""

    slug: str
    community: str
    post_id: int
    message_id: str
    id_is_ours: bool  # the mail has none, or its own was taken
    author_name: str
    author_address: str
    received_at: datetime
    peer: str
    helo: str
    inbound_id: int
    footer: bool
    replies: str  # "community" or "author"
    papers: tuple[Paper, ...] = ()


def shared(
    raw: bytes, origin: Origin, site: Site, *, footer_words: str, eight_bit: bool = True
) -> bytes:
    """Header and body as all copies share them, with CRLF line ends.

    `footer_words` is the footer without its links, one line; `eight_bit` says whether the relay
    takes 8-bit bodies.
    """
    raw = _LINE_END.sub(b"\r\n", raw)
    root = scan(raw)
    signed = root.media_type in _SIGNED
    if not signed and must_encode(raw, root, eight_bit=eight_bit):
        raw = encoded(raw, root, eight_bit=eight_bit)
        root = scan(raw)
    own = _own_header(origin, site)
    fields = [
        (name, octets)
        for name, octets in headers.kept(raw[: root.header_end], own_authserv=site.domain)
        if not (name == "message-id" and origin.id_is_ours)
    ]
    if signed and origin.footer:
        return own + _beside(fields, raw[root.body :], _footer(origin, site, footer_words, [])[0])
    edits: list[tuple[int, int, bytes]] = []
    if not signed:
        linked = _large(root, raw, origin.papers)
        # A part goes from its boundary line up to the next one.
        edits += [(part.first, part.end + 2, b"") for part, _ in linked]
        text, html = _footer(origin, site, footer_words, [paper for _, paper in linked])
        edits += _with_footer(root, raw, text, html)
    body = splice(raw, edits)[root.body :]
    return b"".join([own, *(octets for _, octets in fields), b"\r\n", body])


def personal(slug: str, site: Site, membership_id: int, person_id: int) -> bytes:
    """One member's own header lines (RFC 2369, RFC 8058). One-click is offered only over https."""
    web, mail = site.unsubscribe(slug, membership_id, person_id)
    lines = f"List-Unsubscribe: <{web}>,\r\n <mailto:{mail}?subject=unsubscribe>\r\n"
    if web.startswith("https://"):
        lines += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return lines.encode("ascii")


def _own_header(origin: Origin, site: Site) -> bytes:
    slug = origin.slug
    reply = (
        headers.mailbox(origin.community, site.reply_address(slug, origin.post_id))
        if origin.replies == "community" or not origin.author_address
        else headers.mailbox(origin.author_name, origin.author_address)
    )
    received = (
        f"Received: from {_word(origin.helo) or 'unknown'} ([{_word(origin.peer) or 'unknown'}])\r\n"
        f" by {site.domain} with ESMTP id {origin.inbound_id}\r\n"
        f" for <{site.address(slug)}>; {format_datetime(origin.received_at)}\r\n"
    )
    own = [
        received.encode("ascii", "replace"),
        headers.list_id(origin.community, f"{slug}.{site.domain}"),
        headers.raw("List-Post", f"<mailto:{site.address(slug)}>"),
        headers.raw("List-Help", f"<mailto:{site.address(slug, 'help')}>"),
        headers.raw("List-Owner", f"<mailto:{site.address(slug, 'facilitators')}>"),
        headers.raw("List-Archive", f"<{site.community_url(slug)}>"),
        headers.raw("Archived-At", f"<{site.post_url(slug, origin.message_id)}>"),
        headers.raw("Reply-To", reply),
        headers.raw("Precedence", "list"),
    ]
    if origin.id_is_ours:
        own.append(headers.raw("Message-ID", f"<{origin.message_id}>"))
    return b"".join(own)


def _word(text: str) -> str:
    return re.sub(r"[^\w.:-]", "", text)[:100]


# ── the footer ──


def _footer(origin: Origin, site: Site, words: str, linked: Sequence[Paper]) -> tuple[str, str]:
    """(as text, as HTML); both empty where nothing is to be said."""
    text, html = [], []
    for paper in linked:
        link = site.document_url(origin.slug, paper.document_id)
        by_mail = f"mailto:{site.address(origin.slug, 'settings')}?subject=" + quote(
            f"get doc {paper.document_id}"
        )
        size = f"{paper.size / 1_000_000:.1f} MB"
        text.append(f"{paper.filename} ({size}): {link}\r\n  {by_mail}")
        html.append(
            f'<a href="{escape(link)}">{escape(paper.filename)}</a> ({size}) '
            f'&middot; <a href="{escape(by_mail)}">get doc {paper.document_id}</a><br>'
        )
    if origin.footer:
        link = site.post_url(origin.slug, origin.message_id)
        if len(link) > LONGEST_LINK:
            link = site.community_url(origin.slug)
        text.append(f"{words} {link}")
        html.append(f'<a href="{escape(link)}">{escape(words)}</a>')
    if not text:
        return "", ""
    return (
        "\r\n-- \r\n" + "\r\n".join(text) + "\r\n",
        '\r\n<div style="margin-top:1.5em;padding-top:.5em;border-top:1px solid #bbb;'
        f'font-size:85%;color:#555">{"".join(html)}</div>\r\n',
    )


def _with_footer(root: Part, raw: bytes, text: str, html: str) -> list[tuple[int, int, bytes]]:
    """The edits that put the footer below the first text and the first HTML body."""
    edits = []
    for media_type, words in (("text/plain", text), ("text/html", html)):
        part = _body_part(root, media_type) if words else None
        if part is None or not _can_take_more(part, raw):
            continue
        try:
            octets = words.encode(part.parameters.get("charset", "us-ascii"))
        except (UnicodeEncodeError, LookupError):
            octets = words.encode("ascii", "xmlcharrefreplace" if words is html else "replace")
        edits.append(_appended(part, raw, octets, is_html=words is html))
    return edits


def _can_take_more(part: Part, raw: bytes) -> bool:
    """Not a blank text beside the HTML, which would then be read instead of it; nor what says that it
    is base64 and is not."""
    octets = part.octets(raw)
    if part.encoding == "base64" and not _BASE64.fullmatch(octets):
        return False
    return bool(octets.strip())


def _body_part(root: Part, media_type: str) -> Part | None:
    """The first part of a type that is the mail's own text, not an attached mail's."""
    part: Part | None = root
    for _ in range(20):
        if part is None or part.media_type == media_type:
            break
        if not part.media_type.startswith("multipart/") or not part.children:
            return None
        if part.media_type == "multipart/alternative":
            part = next(
                (
                    child
                    for child in part.children
                    if child.media_type == media_type
                    or (media_type == "text/html" and child.media_type == "multipart/related")
                ),
                None,
            )
        else:
            part = next((child for child in part.children if child.body < child.end), None)
    if part is None or part.media_type != media_type or part.attached:
        return None
    return part


def _appended(part: Part, raw: bytes, footer: bytes, *, is_html: bool) -> tuple[int, int, bytes]:
    """The edit that adds the footer's octets at the end of a body, in that body's encoding."""
    if part.encoding == "base64":
        octets = part.decoded(raw)
        at = _html_end(octets) if is_html else len(octets)
        return part.body, part.end, base64_lines(octets[:at] + footer + octets[at:])
    if part.encoding == "quoted-printable":
        # "-- " ends in a blank, which the encoding writes as =20.
        footer = _LINE_END.sub(b"\r\n", quopri.encodestring(footer.replace(b"\r\n", b"\n")))
    body = part.octets(raw)
    if is_html:
        at = part.body + _html_end(body)
        return at, at, footer
    return part.body + len(body.rstrip(b"\r\n")), part.end, b"\r\n" + footer


def _html_end(octets: bytes) -> int:
    """Where the visible end of an HTML body is."""
    tail = octets[-20_000:].lower()
    for tag in (b"</body", b"</html"):
        at = tail.rfind(tag)
        if at >= 0:
            return len(octets) - len(tail) + at
    return len(octets)


def _beside(fields: list[tuple[str, bytes]], body: bytes, footer: str) -> bytes:
    """A signed body stays untouched: a multipart/mixed around it carries the footer beside it."""
    inner = b"".join(octets for name, octets in fields if name.startswith("content-"))
    outer = b"".join(octets for name, octets in fields if not name.startswith("content-"))
    boundary = b"=_" + hashlib.sha256(inner).hexdigest()[:32].encode()
    return b"".join(
        [
            outer,
            b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n',
            b"--" + boundary + b"\r\n" + inner + b"\r\n" + body,
            b"\r\n--" + boundary + b"\r\nContent-Type: text/plain; charset=utf-8\r\n",
            b"Content-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n",
            base64_lines(footer.encode()),
            b"--" + boundary + b"--\r\n",
        ]
    )


# ── large attachments ──


def _large(root: Part, raw: bytes, papers: Sequence[Paper]) -> list[tuple[Part, Paper]]:
    """The large attachments that the library has, which go as links."""
    by_hash = {paper.sha256: paper for paper in papers}
    found = []
    if by_hash and root.media_type in ("multipart/mixed", "multipart/related"):
        for part in root.children[1:]:
            if part.end - part.body > LARGE_ATTACHMENT and not part.children:
                digest = hashlib.sha256(part.decoded(raw)).hexdigest()
                if digest in by_hash:
                    found.append((part, by_hash[digest]))
    return found
