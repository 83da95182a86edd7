"""What stands below an author's words: one line, and links in place of large attachments. Nothing in
it is personal, since it is quoted to everybody and into the archive."""

from __future__ import annotations

import hashlib
import quopri
import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from mailhub.compose.origin import Origin, Paper
from mailhub.compose.parts import Part, base64_lines
from mailhub.site import Site

LONGEST_LINK = 650  # characters; with the community's name it must stay a line (RFC 5322 2.1.1)
WANTED = "{}"  # in the words of how a paper is had by mail
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]*")  # what says so and is not is left alone
_LINE_END = re.compile(rb"\r\n|\r|\n")

Field = tuple[str, bytes]


def words(
    origin: Origin, site: Site, said: str, linked: Sequence[Paper], by_mail_words: str = WANTED
) -> tuple[str, str]:
    """(as text, as HTML); both empty where nothing is to be said. `by_mail_words` tells how a paper is had by
    mail, in a line in which WANTED stands for what to write."""
    text, html = [], []
    for paper in linked:
        link = site.document_url(origin.slug, paper.document_id)
        wanted = f"get doc {paper.document_id}"
        by_mail = f"mailto:{site.address(origin.slug, 'settings')}?subject={quote(wanted)}"
        size = f"{paper.size / 1_000_000:.1f} MB"
        text.append(
            f"{paper.filename} ({size}): {link}\r\n  {by_mail_words.replace(WANTED, wanted)}"
        )
        html.append(
            f'<a href="{escape(link)}">{escape(paper.filename)}</a> ({size}) '
            f'&middot; <a href="{escape(by_mail)}">{wanted}</a><br>'
        )
    if origin.footer:
        link = site.post_url(origin.slug, origin.message_id)
        if len(link) > LONGEST_LINK:
            link = site.community_url(origin.slug)
        text.append(f"{said} {link}")
        html.append(f'<a href="{escape(link)}">{escape(said.rstrip(":"))}</a>')
    if not text:
        return "", ""
    return (
        "\r\n-- \r\n" + "\r\n".join(text) + "\r\n",
        '\r\n<div style="margin-top:1.5em;padding-top:.5em;border-top:1px solid #bbb;'
        f'font-size:85%;color:#555">{"".join(html)}</div>\r\n',
    )


def below(root: Part, raw: bytes, text: str, html: str) -> list[tuple[int, int, bytes]]:
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


def beside(fields: list[Field], body: bytes, footer: str) -> tuple[list[Field], bytes]:
    """A signed body stays untouched: a multipart/mixed around it carries the footer beside it."""
    inner = b"".join(octets for name, octets in fields if name.startswith("content-"))
    outer = [(name, octets) for name, octets in fields if not name.startswith("content-")]
    boundary = b"=_" + hashlib.sha256(inner).hexdigest()[:32].encode()
    around = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n'
    return [*outer, ("content-type", around)], b"".join(
        [
            b"--" + boundary + b"\r\n" + inner + b"\r\n" + body,
            b"\r\n--" + boundary + b"\r\nContent-Type: text/plain; charset=utf-8\r\n",
            b"Content-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n",
            base64_lines(footer.encode()),
            b"--" + boundary + b"--\r\n",
        ]
    )
