"""One thing as digests tell it: rendered once for a community, a window and a language.

What differs between readers stays open: the number, and the line of why it stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from digests.choose import RANKS
from digests.layout import ORGANISATION, Layout, filled, html
from mailhub.news import News
from mailhub.site import Site

LONGEST = 360  # characters of a thing's own words
LONGEST_QUOTE = 1_000  # where an answer quotes it
LONGEST_TITLE = 100  # where it stands alone
LONGEST_LINK = 700  # octets in an attribute; what is longer leads to the community's page
WIDTH = 72
PART = 20  # characters of a word that stay together


@dataclass(frozen=True, slots=True)
class Place:
    """The community that a piece is of."""

    id: int
    slug: str
    name: str


def piece(news: News, place: Place, layout: Layout, site: Site) -> dict[str, Any]:
    """The columns of a DigestPiece, but for its window and language."""
    said = shortened(news.text)
    address = answer_address(news, place, site)
    by = _by(news, layout)
    title = " ".join(news.title.split()) or "…"
    if news.off:
        title = layout.words["off"].format(title=title)
    url = news.url if len(html(news.url)) <= LONGEST_LINK else site.community_url(place.slug)
    return {
        "community_id": place.id,
        "section": news.section,
        "kind": news.kind,
        "object_id": news.object_id,
        "voice": news.voice,
        "title": title,
        "author": " ".join(news.author.split()),
        "said": quotable(news.text),
        "answer": f"{news.answer.purpose}{news.answer.object}" if news.answer else "",
        "html": _html(layout, title, said, by, address, url),
        "text": _tidy(
            filled(
                layout.text["item"],
                title=wrapped(title),
                by=by,
                said=wrapped(said),
                url=url,
            )
        ),
        "short_html": filled(
            layout.html["title"],
            title=words(shortened(title, LONGEST_TITLE)),
            url=html(url),
            where=words(place.name),
        ),
        "short_text": filled(
            layout.text["title"],
            title=shortened(title, LONGEST_TITLE),
            where=place.name,
            url=url,
        ),
        "whys": {why: _why(news, place, layout.words, why) for why in RANKS},
        "posts": list(news.posts),
    }


def words(text: str) -> str:
    """Text between tags, on lines that any relay takes (RFC 5322 2.1.1): broken at blanks, and within a word
    that is long, as a link or a text without blanks is; there a narrow screen may break it too."""
    return "\n".join(
        " ".join(
            "<wbr\n>".join(html(word[at : at + PART]) for at in range(0, len(word), PART))
            for word in line.split(" ")
        )
        for line in wrapped(text).split("\n")
    )


def _html(layout: Layout, title: str, said: str, by: str, address: str, url: str) -> str:
    reply = title if title.lower().startswith("re:") else layout.words["reply_prefix"] + title
    return filled(
        layout.html["item"],
        title=words(title),
        by=words(by),
        said=words(said),
        url=html(url),
        answer=html(quote(address, safe="@+")),
        reply=quote(reply[: 150 if reply.isascii() else 45]),  # up to a dozen octets a character
    )


def wrapped(text: str, width: int = WIDTH) -> str:
    """Words that stand on one line, on lines of this width where no word is longer; links stay whole."""
    lines, line = [], ""
    for word in text.split(" "):  # not at a blank that is not to be broken at
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _tidy(text: str) -> str:
    """Without the lines that nothing was said in."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(line for line in rest if line.strip())])


def shortened(text: str, longest: int = LONGEST) -> str:
    """The first words of a text on one line; where it is cut, it says so."""
    words = " ".join(text.split())
    if len(words) <= longest:
        return words
    cut = words[: longest - 1]
    return (cut.rpartition(" ")[0] or cut) + "\N{NO-BREAK SPACE}…"


def quotable(text: str) -> str:
    """The first words of a text in its own paragraphs; where it is cut, it says so."""
    lines = [" ".join(line.split()) for line in text[: LONGEST_QUOTE + 1].strip().splitlines()]
    kept = "\n".join(line for n, line in enumerate(lines) if line or lines[n - 1])
    if len(text.strip()) <= LONGEST_QUOTE:
        return kept
    return (kept.rpartition(" ")[0] or kept) + "\N{NO-BREAK SPACE}…"


def answer_address(news: News, place: Place, site: Site) -> str:
    """Where what is said to it goes."""
    if news.answer is None:
        return site.address(place.slug)
    return site.tokens.address(place.slug, news.answer, site.domain)


def _by(news: News, layout: Layout) -> str:
    if news.author and news.organisation:
        by: str = layout.words["by"].format(author=news.author, organisation=news.organisation)
        return by
    return news.author


def _why(news: News, place: Place, words: Any, why: str) -> str:
    """ "Policy and Performance: a new discussion, 2 answers; you take part in it" """
    kinds = words["kinds"]
    kind = kinds.get(news.kind, kinds["other"])[_state(news)]
    counts = words["counts"]
    count = ""
    if news.count:
        count = counts["one"] if news.count == 1 else counts["many"].format(count=news.count)
    reason = words["whys"][why].format(organisation=ORGANISATION)
    return f"{place.name}: " + "; ".join(
        filter(None, [", ".join(filter(None, [kind, count])), reason])
    )


def _state(news: News) -> str:
    """Which words of its kind say what it is."""
    return "off" if news.off else "new" if news.is_new else "again"
