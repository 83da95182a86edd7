"""Strangers' HTML as a row of tags and texts, in time linear to its length, whatever is in it.

It reads as a browser does where that matters: comments, raw text elements, quoted attributes. Nobody's safety rests
on the likeness: what is made of the tokens is written anew and goes through nh3 (`safe_html`). No recursion, no
tree; entities are resolved; what stands in scripts and styles is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice

MAX_ATTRIBUTES = 40
# Possessive throughout, so that nothing is tried twice.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)"""
    r"""((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+)*+)>"""
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*))?)?"""
)
SKIPPED = ("script", "style", "title", "iframe", "noembed", "noframes", "template", "svg", "math")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in SKIPPED}


@dataclass(frozen=True, slots=True)
class Words:
    """Text between tags, entities resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """A start tag; `attributes` is the text after its name, read by `attributes_of` when needed."""

    name: str
    attributes: str


@dataclass(frozen=True, slots=True)
class Close:
    """An end tag."""

    name: str


def tokens(html: str) -> Iterator[Words | Open | Close]:
    """The tags and texts of `html` in order."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        if start > at:
            yield Words(unescape(html[at:start]))
        follower = html[start + 1 : start + 2]
        if follower in ("!", "?"):
            at = _after_comment(html, start)
        elif tag := _TAG.match(html, start):
            name = tag[2].lower()
            at = tag.end()
            if tag[1]:
                yield Close(name)
            elif name in _RAW_END:
                at = _after_raw(html, name, at)
            else:
                yield Open(name, tag[3])
        elif follower.isalpha() or html[start + 1 : start + 3].strip("/").isalpha():
            # A tag without an end: none of what follows can be one either.
            yield Words(unescape(html[start:]))
            return
        else:
            yield Words("<")
            at = start + 1
        if at < 0:
            return
    if at < len(html):
        yield Words(unescape(html[at:]))


def attributes_of(tag: Open) -> dict[str, str]:
    """The first `MAX_ATTRIBUTES` attributes, names in lower case; of a doubled one the first."""
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(tag.attributes), MAX_ATTRIBUTES):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), unescape(value))
    return found


def _after_comment(html: str, start: int) -> int:
    """Where a comment, a doctype or a processing instruction ends; -1 where it never does."""
    if not html.startswith("<!--", start):
        return html.find(">", start) + 1 or -1
    if html.startswith((">", "->"), start + 4):
        return html.index(">", start) + 1
    end = html.find("-->", start + 4)
    return end + 3 if end >= 0 else -1


def _after_raw(html: str, name: str, at: int) -> int:
    """Where the end tag of a passed-over element stands; -1 where there is none."""
    end = _RAW_END[name].search(html, at)
    return end.start() if end else -1
