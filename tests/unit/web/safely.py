"""A mail's HTML as a page shows it, for the tests of it."""

from __future__ import annotations

import re
from html import unescape

from web_archive.mail_writer import Shown
from web_archive.safe_html import make_safe

SHOWN = Shown(picture=lambda cid: f"/c/x1/picture/3/{cid}", earlier="Earlier", table="Table")


def safe(html: str) -> str:
    """The HTML that is shown."""
    return make_safe(html, SHOWN)


def words(html: str) -> list[str]:
    """The words that a reader sees."""
    return unescape(re.sub(r"<[^>]*>", " ", html)).split()
