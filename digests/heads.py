"""What a digest says of itself: its header, and the words of its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from digests.bodies import Entry
from digests.run import token
from mailhub.addresses import HUB, Purpose, Token
from mailhub.compose import headers
from mailhub.site import Site

_SAME = (
    b"Auto-Submitted: auto-generated\r\n"
    b"X-Auto-Response-Suppress: All\r\n"
    b"Precedence: list\r\n"
    b"MIME-Version: 1.0\r\n"
)
_ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@dataclass(frozen=True, slots=True)
class Heading:
    """Who a digest is from, as whom it answers to, and its subject. `frame` is what the openings of its
    frame say."""

    slug: str
    sender: str
    subject: str
    off_mail: str
    frame: Mapping[str, str]


def heading(
    site: Site,
    row: Any,
    words: Mapping[str, Any],
    entries: Sequence[Entry],
    places: Mapping[int, Any],
) -> Heading:
    """That of a digest, with these entries, about these places (with id, slug and name)."""
    where = {entry[1].community_id for entry in entries}
    here = places.get(row.community_id)
    slug = here.slug if here else HUB
    names = {
        "period": words[row.frequency],
        "day": _days(row, ZoneInfo(row.zone or site.zone), words),
        "community": here.name if here else "",
    }
    told_where = (
        words["places_one"].format(name=places[min(where)].name)
        if len(where) == 1
        else words["places"].format(count=len(where))
    )
    count = len(entries)
    subject = _subject(words, entries, names)
    off = site.tokens.word(Token(Purpose.DIGESTS_OFF, row.id, row.person_id))
    return Heading(
        slug,
        here.name if here else words["platform"],
        subject,
        f"{slug}+{off}@{site.domain}",
        {
            "subject": subject,
            "heading": _heading(words, names),
            "intro": words["intro_one" if count == 1 else "intro"].format(
                count=count, places=told_where
            ),
            "me": site.tokens.address(slug, token(row.id, row.person_id), site.domain),
            "off": f"{site.url}/u/{off.partition('-')[2]}",
        },
    )


def _subject(words: Mapping[str, Any], entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    """What the digest begins with, but for what its reader began, and what is called off: of the one it says
    that there are answers to it; where the other is all, it is the heading."""
    titles = [(why, piece.title[:80]) for _, piece, _, why, _ in entries if why != "off"]
    first = next((title for why, title in titles if why != "own"), "")
    if titles and not first:
        first = words["answers_to"].format(title=titles[0][1])
    if not first:
        return _heading(words, names)
    said: str = words["subject" if len(entries) == 1 else "subject_more"]
    return said.format(first=first, count=len(entries) - 1, **names)


def _heading(words: Mapping[str, Any], names: Mapping[str, str]) -> str:
    said: str = words["heading_one" if names["community"] else "heading"]
    return said.format(**names)


def header(site: Site, row: Any, said: Heading) -> bytes:
    """Its header, but for what its body is."""
    address = site.address(said.slug, "" if said.slug == HUB else "notices")
    name = _name(said.sender)
    off = said.frame["off"]
    lines = [
        headers.raw("From", f"{name}<{address}>"),
        headers.raw("To", headers.mailbox(row.name, row.address)),
        headers.raw("Reply-To", f"{name}<{said.frame['me']}>"),
        headers.raw("Subject", said.subject)
        if said.subject.isascii() and said.subject.isprintable()
        else headers.field("Subject", said.subject),
        _date(row.created_at),
        headers.raw("Message-ID", f"<{row.message_id}>"),
        headers.raw("List-Id", f"<digests.{site.domain}>"),
        b"List-Unsubscribe: <%b>,\r\n <mailto:%b?subject=unsubscribe>\r\n"
        % (off.encode("ascii"), said.off_mail.encode("ascii")),
        _ONE_CLICK if off.startswith("https://") else b"",
        headers.raw("Content-Language", row.language),
        _SAME,
    ]
    return b"".join(lines)


@lru_cache(maxsize=256)
def _name(sender: str) -> str:
    """A sender's name as it stands before an address."""
    return headers.mailbox(sender, "x@x").removesuffix("<x@x>")


@lru_cache(maxsize=16)  # those of one run share a moment
def _date(at: datetime) -> bytes:
    return headers.raw("Date", format_datetime(at))


def _days(row: Any, zone: ZoneInfo, words: Mapping[str, Any]) -> str:
    """What it tells of: "22 November" of a day, else "20 to 27 November"."""
    first, last = row.since.astimezone(zone).date(), row.until.astimezone(zone).date()
    if row.frequency == "daily" or first == last:
        return day_said(last, words)
    said: str = words["days"]
    if (first.year, first.month) == (last.year, last.month):
        begins: str = words["date"].format(day=first.day, month="")
        return said.format(since=begins.strip(), until=day_said(last, words))
    year = first.year != last.year
    return said.format(since=day_said(first, words, year), until=day_said(last, words, year))


def day_said(day: date, words: Mapping[str, Any], year: bool = False) -> str:
    """A day such as 22 November, in the words of one language's table "digest"."""
    said: str = words["date"].format(day=day.day, month=words["months"]["names"][day.month - 1])
    return f"{said} {day.year}" if year else said
