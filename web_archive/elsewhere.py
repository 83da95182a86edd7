"""Links whose words are the address of one site and which lead to another: the other is named behind them, as a picture
elsewhere is."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

LONGEST = 2_000  # characters of a link's words that are looked at
# As nh3 writes them: an end tag for each, and no ">" in an attribute that is not escaped.
_LINK = re.compile(
    r'<a(?: (?:class|dir|lang)="[^"]*")* href="(https?://[^"]{1,2000})"[^>]*>'
    r"([^<]*(?:<(?!/?a\b)[^<]*)*)</a>"
)
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(
    r"\s*(?:https?://|(?=www\.))((?:[\w-]{1,63}\.){1,8}[\w-]{2,63})(?:[:/?#]\S*|\.)?\s*",
    re.IGNORECASE,
)


def named(html: str) -> str:
    """`html`, which nh3 wrote, with the sites named that links lead to though their words are another's address. In time
    linear to its length."""
    return _LINK.sub(_with_site, html) if "<a " in html else html


def _with_site(link: re.Match[str]) -> str:
    words = unescape(_TAG.sub("", link[2][:LONGEST]))
    said = _ADDRESS.fullmatch(words)
    if said is None:
        return link[0]
    site = _site(unescape(link[1]))
    if not site or _is_within(_plain(said[1]), site) or _is_within(site, _plain(said[1])):
        return link[0]
    return f'{link[0]} <span class="picture">[{escape(site)}]</span>'


def _site(address: str) -> str:
    try:
        return _plain(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def _plain(host: str) -> str:
    """A host in the letters of which no two look alike (RFC 5890)."""
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()


def _is_within(host: str, other: str) -> bool:
    return f".{host.removeprefix('www.')}".endswith(f".{other.removeprefix('www.')}")
