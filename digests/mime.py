"""A digest as mails in one mail (RFC 2046 5.1.5), for those whose program shows and answers each by itself.

First its text with the numbers, then in a multipart/digest each post by its author, as plain text and without
its files; what is no post, such as an event, as a mail of its community. What is gone by now, or in a
community that the reader is not in, is left out; what is too long is cut, and says so by its link.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from digests import cut
from digests.bodies import TEXT, Entry
from mailhub.addresses import Purpose, Token
from mailhub.compose import headers
from mailhub.models import Community, Post, PostBody
from mailhub.site import Site

FORM = "mime"
LONGEST = 32_000  # characters of one post
MOST_OCTETS = 1_000_000  # of all mails in one digest
_END = b"\r\n"

_ANSWERED = aliased(Post)
_POSTS = (
    select(
        Post.id,
        Post.community_id,
        Post.message_id,
        Post.subject,
        Post.author_name,
        Post.author_address,
        Post.received_at,
        _ANSWERED.message_id.label("answered"),
        PostBody.text,
        Community.slug,
        Community.name.label("community"),
    )
    .join(PostBody, PostBody.post_id == Post.id)
    .join(Community, Community.id == Post.community_id)
    .outerjoin(_ANSWERED, _ANSWERED.id == Post.parent_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)), Post.gone == "")
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A post as it stands in such digests, and the community that it is in now."""

    community_id: int
    octets: bytes


def of_posts(session: Session, site: Site, ids: Collection[int]) -> dict[int, Mail]:
    """These posts, as far as they are still there."""
    found = {}
    waiting = sorted(ids)
    for start in range(0, len(waiting), 500):
        for row in session.execute(_POSTS, {"ids": waiting[start : start + 500]}):
            found[row.id] = Mail(row.community_id, _post(site, row))
    return found


def body(
    site: Site,
    row: Any,
    text: bytes,
    entries: Sequence[Entry],
    places: Mapping[int, Any],
    posts: Mapping[int, Mail],
) -> bytes:
    """What stands behind the header of such a digest. `text` is its text, encoded; `places` are the reader's
    communities; `posts` those that any of the pieces names."""
    organisation = cut.value(row.organisation, is_html=False)
    mails: list[bytes] = []
    size = 0
    for entry in entries:
        piece = entry[1]
        chosen = [posts[i] for i in piece.posts if i in posts]
        told = [mail.octets for mail in chosen if mail.community_id in places]
        if not piece.posts:
            place = places[piece.community_id]
            told = [_thing(site, place, entry, row.until, organisation)]
        size += sum(map(len, told))
        if size > MOST_OCTETS:
            break
        mails += told
    mark = b"=_digest_%x" % row.id
    inner = mark + b"_mails"
    out = [b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n--%b\r\n' % (mark, mark)]
    out += TEXT, text, _END
    if mails:
        out.append(b'--%b\r\nContent-Type: multipart/digest; boundary="%b"\r\n' % (mark, inner))
        for mail in mails:
            # The empty line ends a header without a type: message/rfc822 is meant.
            out += b"\r\n--%b\r\n\r\n" % inner, mail
        out.append(b"\r\n--%b--\r\n" % inner)
    out.append(b"\r\n--%b--\r\n" % mark)
    return b"".join(out)


def _post(site: Site, row: Any) -> bytes:
    address = row.author_address if row.author_address.isascii() else site.address(row.slug)
    words = row.text
    if len(words) > LONGEST:
        words = f"{words[:LONGEST]} …\n\n{site.post_url(row.slug, row.message_id)}\n"
    return _mail(
        headers.raw("From", headers.mailbox(row.author_name, address)),
        headers.raw("To", headers.mailbox(row.community, site.address(row.slug))),
        headers.raw("Reply-To", site.reply_address(row.slug, row.id)),
        headers.field("Subject", row.subject),
        headers.raw("Date", format_datetime(row.received_at)),
        headers.sound(headers.raw("Message-ID", f"<{row.message_id}>")),
        headers.sound(headers.raw("In-Reply-To", f"<{row.answered}>")) if row.answered else b"",
        headers.list_id(row.community, f"{row.slug}.{site.domain}"),
        text=cut.encoded_text(words),
    )


def _thing(site: Site, place: Any, entry: Entry, until: datetime, organisation: bytes) -> bytes:
    """What is no post: as it stands in the text."""
    number, piece, _, why, _ = entry
    values = {"n": b"%d" % number, "organisation": organisation}
    values["why"] = piece.text.whys[why].filled(values)
    return _mail(
        headers.raw("From", headers.mailbox(place.name, site.address(place.slug, "notices"))),
        headers.raw("Reply-To", _answers_go(site, place.slug, piece.answer)),
        headers.field("Subject", piece.title),
        headers.raw("Date", format_datetime(until)),
        text=piece.text.full.filled(values).removeprefix(_END),
    )


def _answers_go(site: Site, slug: str, answer: str) -> str:
    """The address behind what a piece keeps of it."""
    if not answer:
        return site.address(slug)
    return site.tokens.address(slug, Token(Purpose(answer[0]), int(answer[1:])), site.domain)


def _mail(*fields: bytes, text: bytes) -> bytes:
    return b"".join([*fields, b"MIME-Version: 1.0\r\n", TEXT, text])
