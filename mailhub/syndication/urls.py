"""Web addresses as people write them and as pages name them: read in one way, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from mailhub.syndication.trouble import Trouble

LONGEST = 2_000
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?|\[[0-9a-f:.]{2,45}\]")
_IN_TEXT = re.compile(r"(?:https?|feed)://[^\s<>\"'()\[\]{}]{3,1990}", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@.])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,20}(?:/[^\s<>\"'()]{0,500})?", re.I
)
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|at_medium|at_campaign)\Z", re.IGNORECASE)
_ENDS = ".,;:!?"


@dataclass(frozen=True, slots=True)
class Url:
    """One address: where to connect, and what to ask for there (path and query, ASCII)."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        plain = (self.scheme, self.port) in (("http", 80), ("https", 443))
        return f"{self.scheme}://{self.host}{'' if plain else f':{self.port}'}{self.target}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return str(Url(self.scheme, self.host, self.port, ""))


def read(text: str) -> Url:
    """An address; Trouble where it is none that may be asked for: of another scheme, with a name and a
    password in it, with a host that is none."""
    text = text.strip()
    if len(text) > LONGEST or any(ord(c) < 33 for c in text):
        raise Trouble("url-form", text[:100])
    if text.lower().startswith("feed:"):
        rest = text[5:]
        text = f"http:{rest}" if rest.startswith("//") else rest
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise Trouble("url-form", text[:100]) from None
    if parts.scheme not in ("http", "https"):
        raise Trouble("scheme", parts.scheme or text[:100])
    host = f"[{host}]" if ":" in host else host
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        raise Trouble("url-form", text[:100])
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Url(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), target)


def joined(base: str, link: str) -> str:
    """A link as it stands in a page of this address; "" where it leads to no page."""
    try:
        return str(read(urljoin(base, link.strip()[:LONGEST])))
    except (ValueError, Trouble):
        return ""


def in_text(text: str, most: int = 5) -> list[str]:
    """The addresses in somebody's words, in their order: whole ones, else such as `www.york.example/news`."""
    found = [one.group() for one in _IN_TEXT.finditer(text[:20_000])]
    if not found:
        found = [f"https://{one.group()}" for one in _BARE.finditer(text[:20_000])]
    return list(dict.fromkeys(one.rstrip(_ENDS) for one in found))[:most]


def same_page(url: str) -> str:
    """What two links to one page have in common: no scheme, no marks of who came from where."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [pair for pair in parse_qsl(parts.query)[:50] if not _TRACKING.match(pair[0])]
    host = (parts.netloc or "").lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{urlencode(kept)}"
