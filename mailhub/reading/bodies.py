"""The words and the files of a mail.

Words are text/plain and text/html parts that no one meant as a file; every other leaf is an
Attachment, inline pictures and attached mails too. What is packed (winmail.dat, uuencoded files in the
text) is unpacked in its place.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass, field, replace

from mailhub.letter import Attachment
from mailhub.reading import filenames, html_text, tnef, uuencoded
from mailhub.reading.leaves import Leaf, leaves
from mailhub.reading.parts import Part

STUB = 300  # characters; a longer text part speaks for itself
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
NO_WORDS = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers")
_CID = re.compile(r"cid:([^\s\"'<>()]{1,300})", re.I)
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Body:
    """The words and files of one mail."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    alternatives: bool = True  # every text lies in a multipart/alternative
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The plain parts in order, or what the HTML says where they say nothing.

        A plain part that is empty, or a short note that the mail wants to be seen as HTML, says
        nothing: its words are not among those of the HTML, which is much longer or which it names.
        """
        plain = "\n".join(each for each in self.plain if each.strip())
        if not self.html or len(plain) > STUB or not (self.alternatives or not plain):
            return plain
        seen = html_text.text("\n".join(self.html))
        own = set(_WORD.findall(plain.lower()))
        if not own:
            return seen if _WORD.search(seen) else plain
        shown = set(_WORD.findall(seen.lower()))
        more = len(seen) > 2 * len(plain) or ("html" in own and "html" not in shown)
        return seen if len(own & shown) * 2 < len(own) and more else plain


def read(root: Part) -> Body:
    """All words and files under `root`."""
    body = Body()
    found = list(leaves(root))
    words = [leaf for leaf in found if leaf.is_words()]
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
            text, sure = leaf.text(octets)
            if not sure:
                body.problems.append("charset-guessed")
            if leaf.media_type == "text/html":
                body.html.append(text)
            else:
                text, files = uuencoded.taken_out(text)
                body.plain.append(text)
                body.attachments += [_packed(name, "", content) for name, content in files]
            body.alternatives = body.alternatives and leaf.alternative
        elif _may_be_tnef(leaf) and (unpacked := tnef.unpack(octets)) is not None:
            packed.append(unpacked)
            body.attachments += [
                _packed(file.name, file.media_type, file.content, file.content_id)
                for file in unpacked.files
            ]
        else:
            body.attachments.append(_file(leaf, octets))
    shown = set(_CID.findall("".join(body.html)))
    body.attachments = [
        replace(each, inline=True) if each.content_id in shown else each
        for each in body.attachments
    ]
    if not any(each.strip() for each in body.plain + body.html):
        body.plain += [each.text for each in packed if each.text]
        body.html += [each.html for each in packed if each.html]
    return body


def _may_be_tnef(leaf: Leaf) -> bool:
    """Whether its type or its name says that Outlook packed it; gateways forget the type."""
    return leaf.media_type in TNEF or leaf.name.lower() == "winmail.dat"


def _file(leaf: Leaf, octets: bytes) -> Attachment:
    return Attachment(
        filename=filenames.safe(leaf.name),
        claimed_filename=leaf.name,
        media_type=leaf.media_type,
        content=octets,
        sha256=hashlib.sha256(octets).hexdigest(),
        inline=leaf.is_inline(),
        content_id=leaf.content_id,
    )


def _packed(name: str, media_type: str, content: bytes, content_id: str = "") -> Attachment:
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
