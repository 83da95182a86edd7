"""A post as its members receive it: composed once per post, spliced per member.

The author's words are untouched: header lines and body octets go on as they came, but for what must
not (Bcc, requests for receipts, foreign List-* lines), the list's own header, a one-line footer, and
large attachments, which become links into the library. From stays too, but where the author's domain
would have the mail refused then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from mailhub.compose import footer, headers, private, quoted_footers
from mailhub.compose.encoding import SIGNED, fit, with_crlf
from mailhub.compose.origin import From, Origin, Paper
from mailhub.compose.parts import Part, scan, splice
from mailhub.site import Site

LARGE_ATTACHMENT = 700_000  # octets as encoded in the mail; larger ones go as links


def shared(
    raw: bytes,
    origin: Origin,
    site: Site,
    *,
    footer_words: str,
    by_mail_words: str = footer.WANTED,
    via_words: str = "",
    eight_bit: bool = True,
) -> bytes:
    """Header and body as all copies share them, with CRLF line ends.

    `footer_words` is the footer without its links, one line; `by_mail_words` how a paper is had by
    mail (footer.words); `via_words` the name in a From that is
    replaced; `eight_bit` says whether the relay takes 8-bit bodies.
    """
    came = with_crlf(raw)
    raw = fit(came, eight_bit=eight_bit)
    root = scan(raw)
    if (told := private.bodies(raw, root, site)) is not raw:
        raw = told
        root = scan(raw)
    signed = root.media_type in SIGNED
    if origin.footer and not signed:
        less = quoted_footers.without(raw, root, origin.slug, site, footer_words)
        if less is not raw:
            raw = less
            root = scan(raw)
    body = _body(raw, root, origin, site, footer_words, by_mail_words)
    came_with = headers.kept(raw[: root.header_end], own_authserv=site.domain)
    fields = private.kept(came_with, site)
    told_less = fields != came_with
    if signed and origin.footer:
        fields, body = footer.beside(fields, body, footer.words(origin, site, footer_words, [])[0])
    fields, authors = headers.once(fields), sum(name == "from" for name, _ in fields)
    changed = told_less or origin.id_is_ours or bool(origin.subject)
    untouched = raw is came and not changed and body == raw[root.body :]
    replaced = (
        origin.author_from == From.REPLACED
        or (origin.author_from == From.SIGNED and not untouched)
        or authors != 1  # who it is from has no one reading
    )
    gone = set(_gone(origin, replaced=replaced, untouched=untouched))
    own = [*_own_header(origin, site), *_missing(fields, origin)]
    if replaced:
        own += _replaced(origin, site, via_words)
    kept = (octets for name, octets in fields if name not in gone)
    return b"".join([*own, *kept, b"\r\n", body])


def untouched(raw: bytes, site: Site) -> bytes:
    """A post as it would go without a footer: what an author's own signature must outlast."""
    origin = Origin(
        slug="any",
        community="Any",
        post_id=0,
        message_id="",
        id_is_ours=False,
        author_name="",
        author_address="",
        received_at=datetime.fromtimestamp(0, UTC),
        peer="",
        helo="",
        inbound_id=0,
        footer=False,
        replies="community",
    )
    return shared(raw, origin, site, footer_words="")


def _gone(origin: Origin, *, replaced: bool, untouched: bool) -> Iterator[str]:
    """Which of the author's fields do not go on."""
    if origin.id_is_ours:
        yield "message-id"
    if origin.subject:
        yield "subject"
    if replaced:
        yield from ("from", "sender", "author")
    if replaced or not untouched:
        # Signatures that cannot verify any more; what they said stands in Authentication-Results.
        yield "dkim-signature"


def _replaced(origin: Origin, site: Site, via_words: str) -> list[bytes]:
    """The From that a receiver will take from us; the author stands in Author (RFC 9057)."""
    author = origin.author_address
    own = [headers.raw("From", headers.mailbox(via_words, site.address(origin.slug)))]
    if author:
        own.append(headers.raw("Author", headers.mailbox(origin.author_name, author)))
    return own


def _missing(fields: Sequence[tuple[str, bytes]], origin: Origin) -> Iterator[bytes]:
    """What a relay would add to a mail without it, below our signature (RFC 6409 8.2)."""
    if not any(name == "date" for name, _ in fields):
        yield headers.raw("Date", format_datetime(origin.received_at))


def _body(
    raw: bytes, root: Part, origin: Origin, site: Site, footer_words: str, by_mail_words: str
) -> bytes:
    """The body with its large attachments as links, and the footer."""
    if root.media_type in SIGNED:
        return raw[root.body :]
    linked = _large(root, raw, origin.papers)
    # A part goes from its boundary line up to the next one.
    edits = [(part.first, part.end + 2, b"") for part, _ in linked]
    papers = [paper for _, paper in linked]
    text, html = footer.words(origin, site, footer_words, papers, by_mail_words)
    edits += footer.below(root, raw, text, html)
    return splice(raw, edits)[root.body :]


def personal(slug: str, site: Site, membership_id: int, person_id: int) -> bytes:
    """One member's own header lines (RFC 2369, RFC 8058). One-click is offered only over https."""
    web, mail = site.unsubscribe(slug, membership_id, person_id)
    lines = f"List-Unsubscribe: <{web}>,\r\n <mailto:{mail}?subject=unsubscribe>\r\n"
    if web.startswith("https://"):
        lines += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return lines.encode("ascii")


def _own_header(origin: Origin, site: Site) -> list[bytes]:
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
        *([headers.results(origin.results)] if origin.results else []),
        received.encode("ascii", "replace"),
        headers.list_id(origin.community, f"{slug}.{site.domain}"),
        headers.raw("List-Post", f"<mailto:{site.address(slug)}>"),
        headers.raw("List-Help", f"<mailto:{site.address(slug, 'help')}>"),
        headers.raw("List-Owner", f"<mailto:{site.address(slug, 'facilitators')}>"),
        headers.raw("List-Archive", f"<{site.community_url(slug)}>"),
        headers.raw("Archived-At", f"<{site.post_url(slug, origin.message_id)}>"),
        headers.raw("Reply-To", reply),
        headers.raw("Precedence", "list"),
        # Other lists keep it, and take off our List-Id: by this we know what comes round (`_is_loop`).
        headers.raw("X-BeenThere", site.address(slug)),
    ]
    if origin.subject:
        own.append(headers.field("Subject", origin.subject))
    if origin.id_is_ours:
        own.append(headers.raw("Message-ID", f"<{origin.message_id}>"))
    return own


def _word(text: str) -> str:
    return re.sub(r"[^\w.:-]", "", text)[:100]


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
