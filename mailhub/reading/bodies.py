"""The leaves of a mail: which are its words, which its files.

Words are text/plain and text/html parts that no one meant as a file; every other leaf is an
Attachment, inline pictures and attached mails too. A multipart that has no parts (its boundary never
comes) is read as text, so that nothing is lost. What is packed (winmail.dat, uuencoded files in the
text) is unpacked in its place.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailhub.letter import Attachment
from mailhub.reading import (
    charsets,
    cleaning,
    encoded,
    filenames,
    flowed,
    html_text,
    parameters,
    tnef,
    uuencoded,
)
from mailhub.reading.parts import MAX_DEPTH, Part

STUB = 300  # characters; a longer text part speaks for itself
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
NO_WORDS = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers")
ENRICHED = ("text/enriched", "text/richtext")
_ENRICHED_TAG = re.compile(r"<param>[^<>]{0,200}</param>|<(?!<)/?[A-Za-z-]{1,60}>", re.I)
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Leaf:
    """One leaf and what its own headers and its place say about it."""

    part: Part
    media_type: str
    parameters: dict[str, str]
    disposition: str
    name: str  # as claimed
    content_id: str | None
    container: str  # the media type of the multipart around it, "" for the root
    position: int  # among its siblings
    alternative: bool  # somewhere inside a multipart/alternative

    def octets(self) -> tuple[bytes, bool]:
        """The decoded content, and whether it was well encoded."""
        return self.part.decoded()


@dataclass(slots=True)
class Body:
    """The words and files of one mail."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    alternatives: bool = True  # every text lies in a multipart/alternative
    signed: bool = False
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The plain parts in order, or what the HTML says where they say nothing.

        A plain part that is empty, or a short note that the mail wants to be seen as HTML, says
        nothing: its words are not among those of the HTML, which is much longer.
        """
        plain = "\n".join(each for each in self.plain if each.strip())
        if not self.html or len(plain) > STUB or not (self.alternatives or not plain):
            return plain
        seen = html_text.text("\n".join(self.html))
        own = set(_WORD.findall(plain.lower()))
        if not own:
            return seen if _WORD.search(seen) else plain
        shown = set(_WORD.findall(seen.lower()))
        return seen if len(own & shown) * 2 < len(own) and len(seen) > 2 * len(plain) else plain


def leaves(root: Part) -> Iterator[Leaf]:
    """The leaves in order, without recursion."""
    waiting: list[tuple[Part, str, int, bool]] = [(root, "", 0, False)]
    while waiting:
        part, container, position, alternative = waiting.pop()
        kind = part.get_content_type()
        if part.children:
            inside = alternative or kind == "multipart/alternative"
            children = part.children
            waiting.extend(
                (child, kind, i, inside) for i, child in reversed(list(enumerate(children)))
            )
            continue
        _, given = parameters.split(str(part.get("content-type", kind)))
        disposition, more = parameters.split(str(part.get("content-disposition", "")))
        name = more.get("filename") or given.get("name") or ""
        textual = kind.startswith("multipart/") and part.depth < MAX_DEPTH
        yield Leaf(
            part=part,
            media_type="text/plain" if textual else kind,
            parameters=given,
            disposition=disposition,
            name=filenames.claimed(name),
            content_id=_content_id(str(part.get("content-id", ""))),
            container=container,
            position=position,
            alternative=alternative,
        )


def _content_id(value: str) -> str | None:
    """Without brackets and blanks; malformed ones are seen and kept."""
    value = "".join(cleaning.line(encoded.from_wire(value), 300).split()).strip("<>")
    return value or None


def is_words(leaf: Leaf) -> bool:
    """Whether a leaf is part of what the author wrote, not a file."""
    if leaf.media_type not in ("text/plain", "text/html") or leaf.disposition == "attachment":
        return False
    if leaf.container == "multipart/related" and leaf.position > 0 and leaf.content_id:
        return False
    return not leaf.name or leaf.alternative or leaf.container == ""


def read(root: Part) -> Body:
    """All words and files under `root`."""
    body = Body()
    found = list(leaves(root))
    words = [leaf for leaf in found if is_words(leaf)]
    if not words:
        # A lone text that is shown in line is all that was written, if it has a name or another type.
        words = [
            leaf
            for leaf in found
            if leaf.media_type.startswith("text/")
            and leaf.media_type not in NO_WORDS
            and leaf.disposition != "attachment"
        ][:1]
    wordy = set(map(id, words))
    packed: list[tnef.Unpacked] = []
    for leaf in found:
        octets, well = leaf.octets()
        if leaf.media_type.startswith("multipart/"):
            body.problems.append("nested-too-deeply")
        if not well:
            body.problems.append("badly-encoded-part")
        if id(leaf) in wordy:
            text, sure = words_of(leaf, octets)
            if not sure:
                body.problems.append("charset-guessed")
            if leaf.media_type == "text/html":
                body.html.append(text)
            else:
                text, files = uuencoded.taken_out(text)
                body.plain.append(text)
                body.attachments += [made(name, "", content) for name, content in files]
            body.alternatives = body.alternatives and leaf.alternative
        elif leaf.media_type in TNEF and (unpacked := tnef.unpack(octets)) is not None:
            packed.append(unpacked)
            body.attachments += [
                made(file.name, file.media_type, file.content, file.content_id)
                for file in unpacked.files
            ]
        else:
            body.attachments.append(attachment(leaf, octets))
    shown = "".join(body.html)
    body.attachments = [
        replace(each, inline=True)
        if each.content_id and f"cid:{each.content_id}" in shown
        else each
        for each in body.attachments
    ]
    if not any(each.strip() for each in body.plain + body.html):
        body.plain += [each.text for each in packed if each.text]
        body.html += [each.html for each in packed if each.html]
    body.signed = is_signed(found) or any(SIGNED in each for each in body.plain)
    return body


def words_of(leaf: Leaf, octets: bytes) -> tuple[str, bool]:
    """(the text of a leaf, whether its charset was right)."""
    charset = leaf.parameters.get("charset", "")
    if leaf.media_type == "text/html" and not charset:
        charset = charsets.of_html(octets)
    text, sure = charsets.decode(octets, charset)
    text = cleaning.body(text)
    if leaf.media_type in ENRICHED:  # RFC 1896
        text = _ENRICHED_TAG.sub("", text).replace("<<", "<")
    elif leaf.parameters.get("format", "").lower() == "flowed" and leaf.media_type != "text/html":
        text = flowed.unfold(text, leaf.parameters.get("delsp", "").lower() == "yes")
    return text, sure


def attachment(leaf: Leaf, octets: bytes) -> Attachment:
    """A leaf as a file."""
    inline = leaf.disposition == "inline" or (
        leaf.disposition != "attachment"
        and (
            leaf.alternative
            or (leaf.container == "multipart/related" and leaf.content_id is not None)
        )
    )
    return Attachment(
        filename=filenames.safe(leaf.name),
        claimed_filename=leaf.name,
        media_type=leaf.media_type,
        content=octets,
        sha256=hashlib.sha256(octets).hexdigest(),
        inline=inline,
        content_id=leaf.content_id,
    )


def made(name: str, media_type: str, content: bytes, content_id: str = "") -> Attachment:
    """A file that was packed in another; its type follows its name where none is given."""
    claimed = filenames.claimed(name)
    if "/" not in media_type:
        # The table of the standard library alone, not the files of this machine.
        guess = mimetypes.MimeTypes(()).guess_type(claimed.rpartition("/")[2])[0]
        media_type = guess or "application/octet-stream"
    return Attachment(
        filename=filenames.safe(claimed),
        claimed_filename=claimed,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        inline=bool(content_id),
        content_id=content_id or None,
    )


def is_signed(found: list[Leaf]) -> bool:
    """Whether a signature (S/MIME, OpenPGP) covers the body or a part of it."""
    if any(leaf.container == "multipart/signed" for leaf in found):
        return True
    return any(
        leaf.media_type in ("application/pkcs7-mime", "application/x-pkcs7-mime") for leaf in found
    )
