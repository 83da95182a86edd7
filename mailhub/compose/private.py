"""What is told to nobody else: tokens of ours that act, in the header and the body of a mail that goes on,
and in the words that are kept of it.

Who answers a mail of the hub and writes to the list in the same breath has its address in To or Cc
and its Message-ID in In-Reply-To; who quotes or attaches one has them in the body. Whoever knows one can
forge an answer to it. A signed body is no exception: a signature that is broken harms nobody.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import replace

from mailhub.compose import headers, told
from mailhub.compose.encoding import with_crlf
from mailhub.compose.parts import Part, base64_lines, scan, splice, unbase64
from mailhub.letter import Attachment, Letter
from mailhub.site import Site

_LISTS = frozenset({"to", "cc", "resent-to", "resent-cc"})
_THREADS = frozenset({"in-reply-to", "references"})
_MAILBOX = re.compile(rb'(?:"(?:[^"\\]|\\.){0,500}"|[^",])+')
_ID = re.compile(rb"<?[^\s<>]+>?")
_LINE_END = re.compile(rb"\r?\n")
MAX_ENCODED = 3
_MAILS = frozenset({"message/rfc822", "message/global"})


def kept(fields: list[tuple[str, bytes]], site: Site) -> list[tuple[str, bytes]]:
    """The fields of a header (name in lower case, whole field) without them: a mailbox or Message-ID
    with one goes as a whole, and its field where nothing is left; elsewhere a dash stands for it."""
    return [
        (name, octets)
        for name, whole in fields
        if (octets := _without(name, whole, site) if told.is_in(whole, site) else whole)
    ]


def mail(raw: bytes, site: Site) -> bytes:
    """A mail as it came, but for them; the very octets where it has none."""
    even = with_crlf(raw)
    root = scan(even)
    cleaned = bodies(even, root, site)
    header = even[: root.header_end]
    if not told.is_in(header, site):
        return raw if cleaned is even else cleaned
    fields = kept(headers.lines(header), site)
    return b"".join([*(octets for _, octets in fields), b"\r\n", cleaned[root.body :]])


def bodies(raw: bytes, root: Part, site: Site, depth: int = 0) -> bytes:
    """A mail with CRLF line ends without them in its texts, and in the mails that are attached to it; the
    very object where it has none. `root` is what `scan` finds in it; its header stays. Of mails that are
    encoded within each other, MAX_ENCODED are opened."""
    if any(part.media_type in _MAILS for part in root.walk()):
        root = scan(raw, into_mails=True)
    edits: list[tuple[int, int, bytes]] = []
    for part in root.walk():
        if part.start and told.may_be_in(header := raw[part.start : part.header_end], site):
            edits.append((part.start, part.header_end, told.without(header, site)))
        if part.children:
            continue
        octets = part.octets(raw)
        if _is_mail(part, raw) and part.encoding == "base64":
            cleaned = _encoded_mail(octets, site, depth)
        elif part.media_type.startswith(("text/", "message/")) or _is_mail(part, raw):
            cleaned = _cleaned(part, octets, site)
        else:
            continue
        if cleaned is not octets:
            edits.append((part.body, part.end, cleaned))
    return splice(raw, edits) if edits else raw


def letter(read: Letter, site: Site) -> Letter:
    """A letter without them in its words and in the mails attached to it; the very same where there are
    none. What is kept of a mail, and shown to others, is made from this."""
    words = {
        name: cleaned
        for name in ("text", "new_text", "html", "signature")
        if (cleaned := told.words_without(said := getattr(read, name), site)) is not said
    }
    attached = tuple(_attached(one, site) for one in read.attachments)
    if any(one is not other for one, other in zip(attached, read.attachments, strict=True)):
        return replace(read, attachments=attached, **words)  # type: ignore[arg-type]
    return replace(read, **words) if words else read  # type: ignore[arg-type]


def _attached(one: Attachment, site: Site) -> Attachment:
    is_mail = one.media_type in _MAILS or one.filename.lower().endswith(".eml")
    if not is_mail or (content := mail(one.content, site)) is one.content:
        return one
    return replace(one, content=content, sha256=hashlib.sha256(content).hexdigest())


def _is_mail(part: Part, raw: bytes) -> bool:
    """Whether a part is a mail, or a file with one."""
    if part.media_type in _MAILS:
        return True
    return part.attached and b".eml" in raw[part.start : part.header_end].lower()


def _encoded_mail(octets: bytes, site: Site, depth: int) -> bytes:
    """An attached mail that stands there in base64, without them; the very octets where it has none."""
    if depth >= MAX_ENCODED:
        return octets
    inner = with_crlf(unbase64(octets))
    root = scan(inner)
    header, cleaned = inner[: root.body], bodies(inner, root, site, depth + 1)
    if cleaned is inner and not told.is_in(header, site):
        return octets
    whole = told.without(header, site) + cleaned[root.body :]
    return base64_lines(whole).removesuffix(b"\r\n")


def _cleaned(part: Part, octets: bytes, site: Site) -> bytes:
    """The body of a part without them, in its encoding; the very octets where there are none."""
    if part.encoding == "quoted-printable":
        if not told.may_be_in(octets.replace(b"=\r\n", b""), site):
            return octets
        words = binascii.a2b_qp(octets)
        if (cleaned := told.without(words, site)) == words:
            return octets
        return _LINE_END.sub(b"\r\n", binascii.b2a_qp(cleaned, istext=True))
    if part.encoding == "base64":
        words = unbase64(octets)
        if not told.may_be_in(words, site) or (cleaned := told.without(words, site)) == words:
            return octets
        return base64_lines(cleaned).removesuffix(b"\r\n")
    if not told.may_be_in(octets, site) or (cleaned := told.without(octets, site)) == octets:
        return octets
    return cleaned


def _without(name: str, octets: bytes, site: Site) -> bytes:
    label, _, value = octets.partition(b":")
    if name in _LISTS and b";" not in value:
        left = [one.strip() for one in _MAILBOX.findall(value) if not told.is_in(one, site)]
        return label + b": " + b",\r\n ".join(left) + b"\r\n" if any(left) else b""
    if name in _THREADS:
        left = [one for one in _ID.findall(value) if not told.is_in(one, site)]
        return label + b": " + b"\r\n ".join(left) + b"\r\n" if left else b""
    return told.without(octets, site)
