"""A page's own feeds, as its head names them (`<link rel="alternate" type="application/rss+xml" …>`)."""

from __future__ import annotations

import html
import re

from mailhub.syndication import urls

LOOKED_AT = 512 * 1024  # octets
MOST = 3
TYPES = (
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
)
_LINK = re.compile(r"<(?:link|base)\s([^<>]{1,2000})>", re.I)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,20})\s{0,5}=\s{0,5}(?:"([^"]{0,1900})"|'([^']{0,1900})'|([^\s"'>]{1,1900}))""",
    re.I,
)
_COMMENTS = re.compile(r"comments?\b|\bsylwadau\b", re.I)


def feeds_of(page: bytes, url: str) -> list[str]:
    """Where the feeds of this page are, the likeliest first; feeds of comments come last."""
    found: list[tuple[bool, str]] = []
    for match in _LINK.finditer(page[:LOOKED_AT].decode("utf-8", "replace")):
        said = {
            one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "")
            for one in _ATTRIBUTE.finditer(match[1])
        }
        if match[0][1:5].lower() == "base":
            url = urls.joined(url, said.get("href", "")) or url
        elif (
            "alternate" in said.get("rel", "").lower().split()
            and said.get("type", "").partition(";")[0].strip().lower() in TYPES
        ):
            link = urls.joined(url, said.get("href", ""))
            about = f"{said.get('title', '')} {link}"
            if link and not any(link == other for _, other in found):
                found.append((bool(_COMMENTS.search(about)), link))
    found.sort(key=lambda pair: pair[0])
    return [link for _, link in found[:MOST]]
