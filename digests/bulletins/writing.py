"""A newsletter's words in their frame, and a piece as it stands in digests."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from digests import cut
from digests.layout import html
from digests.render import LONGEST_LINK, words, wrapped
from mailhub.addresses import HUB
from mailhub.compose.own import Templates
from mailhub.compose.shown import LINK
from mailhub.models import Bulletin
from mailhub.site import Site

_OF_LINKS = "%:/?#[]@!$&'()*+,;=~"


def newsletter(templates: Templates, site: Site, bulletin: Bulletin, language: str) -> str:
    """Its whole text, in the frame of this language."""
    return templates.body(
        "newsletter",
        language,
        title=bulletin.subject,
        text=bulletin.text,
        platform=templates.line("platform.txt"),
        hub=site.address(HUB),
        site=site,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as octets, for the two bodies of a digest: what its openings are filled with."""

    html: dict[str, bytes]
    text: dict[str, bytes]


def piece(bulletin: Bulletin) -> Piece:
    """What digests say at their top."""
    paragraphs = [" ".join(block.split()) for block in bulletin.text.split("\n\n")]
    shown = "<br><br>\n".join(_linked(one) for one in paragraphs if one)
    said = "\n\n".join(wrapped(one) for one in paragraphs if one)
    return Piece(
        {"title": cut.encoded_html(words(bulletin.subject)), "words": cut.encoded_html(shown)},
        {"title": cut.encoded_text(wrapped(bulletin.subject)), "words": cut.encoded_text(said)},
    )


def _linked(paragraph: str) -> str:
    """A paragraph as HTML, its links to be followed."""
    out: list[str] = []
    at = 0
    for found in LINK.finditer(paragraph):
        url = html(quote(found[0], safe=_OF_LINKS))
        if len(url) > LONGEST_LINK:
            continue
        out += words(paragraph[at : found.start()]), f'<a\nhref="{url}">{words(found[0])}</a>'
        at = found.end()
    return "".join([*out, words(paragraph[at:])])
