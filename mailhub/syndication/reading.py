"""A feed as it came, read: RSS 0.9 to 2, Atom, JSON Feed. Pure; a stranger's octets in, plain words out.

Nothing of its markup is kept: titles and summaries become text, links must lead to pages. feedparser gets
octets and never a name; entities that a feed defines itself are taken out before it looks, so that none can
grow. It still may take long over what was made for that: `parsing` calls this in a child process.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from mailhub.syndication import urls

MOST = 100  # headlines of one fetch
LONGEST_TITLE = 300  # characters
LONGEST_SUMMARY = 500
LOOKED_AT = 20_000  # characters of an entry's words
MOST_ENTRIES = 2_000
OLDEST_YEAR = 1990
# RSS 0.90 was published under two names, of which feedparser knows one.
_RSS_090 = b"http://my.netscape.com/rdf/simple/0.9/"
_OTHER_090 = b"http://channel.netscape.com/rdf/simple/0.9/"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}(?:\[[^\]]{0,200000}\]?[^>]{0,100})?>?", re.I)
_DECLARES = re.compile(rb"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)[^>]{0,100000}>?", re.I)
_TAG = re.compile(r"<(?:!--.{0,20000}?-->|(?:/?[A-Za-z]|[!?])[^<>]{0,20000}(?:>|\Z))", re.S)
_SILENT = re.compile(r"<(script|style)\b.{0,20000}?(?:</\1[^<>]{0,20}>|\Z)", re.I | re.S)
_BLANKS = re.compile(r"[\s\x00-\x20\x7f-\xa0\u200b\u2028\u2029\ufeff]+")
# What turns the direction of writing would turn what stands around it too.
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class NoFeed(Exception):
    """The octets are no feed."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One entry of a feed. `key` is the same whenever it comes; `at` an ISO time, "" where none is told."""

    key: str
    title: str
    url: str
    summary: str
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a feed is called, where its pages are, and its entries in their order."""

    title: str
    site_url: str
    headings: tuple[Heading, ...]

    def as_json(self) -> str:
        """For another process."""
        return json.dumps(asdict(self))


def of_json(text: str) -> Read:
    """What `as_json` gave."""
    said = json.loads(text)
    return Read(said["title"], said["site_url"], tuple(Heading(**h) for h in said["headings"]))


def read(body: bytes, content_type: str, url: str) -> Read:
    """The feed in these octets; NoFeed where there is none."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    found = feedparser.parse(
        io.BytesIO(_without_declarations(body)),
        response_headers={"content-type": content_type, "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not found.get("version"):
        raise NoFeed
    entries = [e for e in found.entries[:MOST_ENTRIES] if isinstance(e, Mapping)]
    headings = (_heading(_of_xml(entry), url) for entry in entries)
    about = found.feed
    return Read(
        plain(about.get("title", ""), LONGEST_TITLE),
        _link(url, str(about.get("link", ""))),
        _once(headings),
    )


def _without_declarations(body: bytes) -> bytes:
    """Without what a document says of its own entities."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:8]:
        try:  # two or four octets a character
            wide = "utf-32" if body[:4] in (b"\0\0\xfe\xff", b"\xff\xfe\0\0") else "utf-16"
            body = body.decode(wide).encode()
            body = re.sub(rb"^(<\?xml[^>]{0,200}?) encoding=[\"'][^\"']{0,40}[\"']", rb"\1", body)
        except UnicodeError:
            raise NoFeed from None
    body = body.replace(_OTHER_090, _RSS_090, 1)
    return _DECLARES.sub(b"", _DOCTYPE.sub(b"", body, count=1))


def _of_xml(entry: Mapping[str, Any]) -> dict[str, str]:
    content = entry.get("content") or [{}]
    words = entry.get("summary") or (content[0].get("value") if content else "") or ""
    at = entry.get("published_parsed") or entry.get("updated_parsed")
    return {
        "id": str(entry.get("id", "")),
        "url": str(entry.get("link", "")),
        "title": str(entry.get("title", "")),
        "summary": str(words),
        "author": str(entry.get("author", "")),
        "at": _moment(_struct(at)) if at and OLDEST_YEAR <= at[0] < 9999 else "",
    }


def _struct(at: Sequence[int]) -> datetime:
    year, month, day, hour, minute, second = at[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


def _json_feed(body: bytes, url: str) -> Read:
    """A JSON Feed, version 1 or 1.1."""
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NoFeed from None
    if not isinstance(said, dict) or "jsonfeed.org/version/" not in str(said.get("version", "")):
        raise NoFeed
    items = said.get("items")
    entries = (
        [i for i in items[:MOST_ENTRIES] if isinstance(i, dict)] if isinstance(items, list) else []
    )
    headings = (_heading(_of_json(item), url) for item in entries)
    return Read(
        plain(_text(said, "title"), LONGEST_TITLE),
        _link(url, _text(said, "home_page_url")),
        _once(headings),
    )


def _of_json(item: dict[str, Any]) -> dict[str, str]:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    first = authors[0] if authors and isinstance(authors[0], dict) else {}
    identity = item.get("id", "")
    try:
        at = datetime.fromisoformat(_text(item, "date_published") or _text(item, "date_modified"))
        moment = _moment(at if at.tzinfo else at.replace(tzinfo=UTC))
    except ValueError:
        moment = ""
    return {
        "id": str(identity) if isinstance(identity, str | int) else "",
        "url": _text(item, "url") or _text(item, "external_url"),
        "title": _text(item, "title"),
        "summary": _text(item, "summary")
        or _text(item, "content_text")
        or _text(item, "content_html"),
        "author": _text(first, "name"),
        "at": moment,
    }


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _heading(said: dict[str, str], base: str) -> Heading | None:
    """One entry; None where it says nothing."""
    summary = plain(said["summary"], LONGEST_SUMMARY)
    title = plain(said["title"], LONGEST_TITLE) or _shortened(summary, 100)
    link = _link(base, said["url"])
    if not title:
        return None
    named = said["id"].strip() or link or f"{title}\0{summary}"
    key = hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32]
    return Heading(key, title, link, summary, plain(said["author"], 100), said["at"])


def _link(base: str, said: str) -> str:
    return urls.joined(base, said) if said.strip() else ""


def _once(headings: Iterator[Heading | None]) -> tuple[Heading, ...]:
    found: dict[str, Heading] = {}
    for one in headings:
        if one is not None:
            found.setdefault(one.key, one)
        if len(found) >= MOST:
            break
    return tuple(found.values())


def plain(markup: str, most: int) -> str:
    """Words without markup, on one line, at most so many characters."""
    text = _TAG.sub(" ", _SILENT.sub(" ", markup[:LOOKED_AT]))
    text = html.unescape(text)
    if "<" in text and ("&lt;" in markup or "&#60;" in markup):  # escaped twice, as many do
        text = html.unescape(_TAG.sub(" ", _SILENT.sub(" ", text)))
    return _shortened(_BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(), most)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _moment(at: datetime) -> str:
    try:
        return at.astimezone(UTC).isoformat() if at.year >= OLDEST_YEAR else ""
    except (ValueError, OverflowError):
        return ""
