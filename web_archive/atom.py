"""A list of things as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template

from web_archive.current import hub, reader

WORDS = 4_000  # characters of one entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed; `path` is where it stands for ever."""

    title: str
    path: str
    author: str
    at: datetime
    words: str = ""


def answer(title: str, about: str, at: tuple[str, str], entries: Sequence[Entry]) -> Response:
    """`at`: the feed's own path, and that of the page it follows."""
    xml = render_template(
        "atom.xml",
        title=title,
        about=about,
        own=(by_link[0] if (by_link := reader()) else "") + at[0],
        page=at[1],
        entries=entries,
        site=hub().settings.site_url,
        bound=WORDS,
    )
    response = Response(xml, content_type="application/atom+xml; charset=utf-8")
    if entries:
        response.last_modified = max(entry.at for entry in entries)
    return response
