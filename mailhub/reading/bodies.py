"""The leaves of a mail: which are its words, which its files.

Words are text/plain and text/html parts that no one meant as a file; every other leaf is an
Attachment, inline pictures and attached mails too. A multipart that has no parts (its boundary never
comes) is read as text, so that nothing is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailhub.letter import Attachment
from mailhub.reading import charsets, cleaning, encoded, filenames, flowed, parameters
from mailhub.reading.parts import MAX_DEPTH, Part


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
    signed: bool = False
    problems: list[str] = field(default_factory=list)


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
        # A lone named text that is shown in line is all that was written.
        words = [
            leaf
            for leaf in found
            if leaf.media_type in ("text/plain", "text/html") and leaf.disposition != "attachment"
        ][:1]
    wordy = set(map(id, words))
    for leaf in found:
        octets, well = leaf.octets()
        if not well:
            body.problems.append("badly-encoded-part")
        if id(leaf) in wordy:
            text, sure = words_of(leaf, octets)
            if not sure:
                body.problems.append("charset-guessed")
            (body.html if leaf.media_type == "text/html" else body.plain).append(text)
        else:
            body.attachments.append(attachment(leaf, octets))
    body.signed = is_signed(root, found)
    return body


def words_of(leaf: Leaf, octets: bytes) -> tuple[str, bool]:
    """(the text of a leaf, whether its charset was right)."""
    charset = leaf.parameters.get("charset", "")
    if leaf.media_type == "text/html" and not charset:
        charset = charsets.of_html(octets)
    text, sure = charsets.decode(octets, charset)
    text = cleaning.body(text)
    if leaf.media_type == "text/plain" and leaf.parameters.get("format", "").lower() == "flowed":
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


def is_signed(root: Part, found: list[Leaf]) -> bool:
    """Whether a signature (S/MIME, OpenPGP) covers the body or a part of it."""
    if any(leaf.container == "multipart/signed" for leaf in found):
        return True
    return any(
        leaf.media_type in ("application/pkcs7-mime", "application/x-pkcs7-mime") for leaf in found
    )
