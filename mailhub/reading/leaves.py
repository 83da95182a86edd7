"""The leaves of a mail, in order, each with what its own header and its place say about it.

A multipart that has no parts (its boundary never comes) is a leaf of text, so that nothing is lost. A mail
inside of an opaque S/MIME signature stands in the place of the signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailhub.reading import charsets, cleaning, encoded, filenames, flowed, parameters, smime
from mailhub.reading.parts import MAX_DEPTH, Part, tree

MAX_OPENED = 5  # signatures around one mail
ENRICHED = ("text/enriched", "text/richtext")
_ENRICHED_TAG = re.compile(r"<param>[^<>]{0,200}</param>|<(?!<)/?[A-Za-z-]{1,60}>", re.I)
_FILE_NAME = re.compile(r"[^/\\:?#%\s]{1,100}\.[A-Za-z0-9]{1,8}")


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

    def text(self, octets: bytes) -> tuple[str, bool]:
        """(its words, whether its charset was right), of its decoded content."""
        charset = self.parameters.get("charset", "")
        if self.media_type == "text/html" and not charset:
            charset = charsets.of_html(octets)
        text, sure = charsets.decode(octets, charset)
        text = cleaning.body(text)
        if self.media_type in ENRICHED:  # RFC 1896
            text = _ENRICHED_TAG.sub("", text).replace("<<", "<")
        elif (
            self.parameters.get("format", "").lower() == "flowed" and self.media_type != "text/html"
        ):
            text = flowed.unfold(text, self.parameters.get("delsp", "").lower() == "yes")
        return text, sure

    def is_words(self) -> bool:
        """Whether it is part of what the author wrote, not a file."""
        if self.media_type not in ("text/plain", "text/html") or self.disposition == "attachment":
            return False
        if self.container == "multipart/related" and self.position > 0 and self.content_id:
            return False
        return not self.name or self.container in ("", "multipart/alternative", *smime.MEDIA_TYPES)

    def is_inline(self) -> bool:
        """Whether it is shown in its place, where it is a file."""
        if self.disposition:
            return self.disposition == "inline"
        related = self.container == "multipart/related" and self.content_id is not None
        return related or self.container == "multipart/alternative"


def leaves(root: Part) -> Iterator[Leaf]:
    """The leaves of a tree, in order, without recursion."""
    waiting: list[tuple[Part, str, int, bool]] = [(root, "", 0, False)]
    opened = 0  # opaque signatures
    while waiting:
        part, container, position, alternative = waiting.pop()
        kind = part.get_content_type()
        if part.children:
            alternative = alternative or kind == "multipart/alternative"
            waiting.extend(
                (child, kind, number, alternative)
                for number, child in reversed(list(enumerate(part.children)))
            )
            continue
        if kind in smime.MEDIA_TYPES and opened < MAX_OPENED:
            inner = smime.content(part.decoded()[0])
            if inner:
                opened += 1
                waiting.append((tree(inner), kind, 0, alternative))
                continue
        _, given = parameters.split(str(part.get("content-type", kind)))
        disposition, more = parameters.split(str(part.get("content-disposition", "")))
        name = more.get("filename") or given.get("name") or ""
        if not name and not kind.startswith(("text/", "multipart/")):
            name = _location(str(part.get("content-location", "")))
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


def _location(value: str) -> str:
    """A Content-Location (RFC 2557) that is a file's name and no URL, "" else."""
    value = encoded.from_wire(value).strip()
    return value if _FILE_NAME.fullmatch(value) else ""


def _content_id(value: str) -> str | None:
    """Without brackets and blanks; malformed ones are seen and kept."""
    value = "".join(cleaning.line(encoded.from_wire(value), 300).split()).strip("<>")
    return value or None
