"""A newsletter's words in their frame, and a piece as it stands in digests."""

from __future__ import annotations

from dataclasses import dataclass

from digests import cut
from digests.layout import html
from digests.render import wrapped
from mailhub.addresses import HUB
from mailhub.compose.own import Templates
from mailhub.compose.shown import linked
from mailhub.models import Bulletin
from mailhub.site import Site


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
    shown = "<br><br>\n".join(linked(one) for one in paragraphs if one)
    said = "\n\n".join(wrapped(one) for one in paragraphs if one)
    return Piece(
        {"title": cut.encoded_html(html(bulletin.subject)), "words": cut.encoded_html(shown)},
        {"title": cut.encoded_text(wrapped(bulletin.subject)), "words": cut.encoded_text(said)},
    )
