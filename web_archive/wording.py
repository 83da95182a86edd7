"""Figures as people read them: dates written out, sizes of files. The filters of the templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any
from zlib import crc32

from jinja2 import Environment, pass_environment
from markupsafe import Markup

from mailhub.search import Piece
from web_archive.discretion import hide

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile(r"=\?[\w-]{1,40}\?[bqBQ]\?[^\s?]{0,998}(?:\?=)?")
_UNITS = ("KB", "MB", "GB")


@lru_cache(maxsize=4096)
def moment(at: datetime) -> str:
    """`3 November 2026, 14:05`, in UTC."""
    return f"{at.day} {at:%B %Y, %H:%M}"


@lru_cache(maxsize=4096)
def day(at: datetime) -> str:
    """`3 November 2026`."""
    return f"{at.day} {at:%B %Y}"


@lru_cache(maxsize=8192)
def time(at: datetime) -> Markup:
    """A time for people and machines, `<time>`, to the minute."""
    return Markup(f'<time datetime="{at:%Y-%m-%dT%H:%MZ}">{moment(at)}</time>')


@lru_cache(maxsize=8192)
def dated(at: datetime) -> Markup:
    """The same to the day, for lists."""
    return Markup(f'<time datetime="{at:%Y-%m-%dT%H:%MZ}">{day(at)}</time>')


def span(began: datetime, ended: datetime) -> str:
    """`3 November 2026`, `3 to 10 November 2026`, `28 October to 3 November 2026`."""
    if began.date() == ended.date():
        return day(ended)
    if (began.year, began.month) == (ended.year, ended.month):
        return f"{began.day} to {day(ended)}"
    if began.year == ended.year:
        return f"{began.day} {began:%B} to {day(ended)}"
    return f"{day(began)} to {day(ended)}"


def legible(subject: str) -> str:
    """A subject without what its writer's program coded and nobody can decode (RFC 2047); empty where nothing else was
    in it."""
    if "=?" not in subject:
        return subject
    left = _CODED.sub("…", subject)
    return left if any(one.isalnum() for one in left) else ""


@pass_environment
def subject(environment: Environment, text: str) -> str:
    """A subject as pages show it: legible, without addresses, and never empty."""
    words: Any = environment.globals["words"]
    return hide(legible(text)) or words["subjects"]["unreadable" if text else "none"]


def month(at: datetime) -> str:
    """`November 2026`."""
    return f"{at:%B %Y}"


def iso(at: datetime) -> str:
    """For machines (RFC 3339)."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def size(octets: int) -> str:
    """`84 KB`, `1.2 MB`; never 0."""
    amount, unit = octets / 1024, 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return (
        f"{amount:.1f} {_UNITS[unit]}"
        if unit and amount < 10
        else f"{max(amount, 1):.0f} {_UNITS[unit]}"
    )


def initials(name: str) -> str:
    """One or two letters to stand beside a name."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "·"


def hue(name: str) -> int:
    """One of six colours, always the same for a name."""
    return crc32(name.encode(errors="replace")) % 6


def plain(text: str) -> str:
    """Text for a feed: without addresses, and without characters that XML cannot hold."""
    return _NOT_XML.sub("", hide(text))


def marked(pieces: Iterable[Piece]) -> Markup:
    """A snippet of a search, with what was found marked."""
    return Markup(
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.found else escape(piece.text)
            for piece in pieces
        )
    )


FILTERS = {
    "marked": marked,
    "plain": plain,
    "time": time,
    "moment": moment,
    "day": day,
    "dated": dated,
    "span": span,
    "legible": legible,
    "subject": subject,
    "month": month,
    "iso": iso,
    "size": size,
    "initials": initials,
    "hue": hue,
    "hide": hide,
}
