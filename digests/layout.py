"""The frame of digests: templates/digest/, rendered once for each language, its styles put in line once, and
cut at its marks into parts that are filled per thing or per reader.

The one place that knows premailer, which takes 11 ms and is never asked per reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from premailer import Premailer

from mailhub import words

DOCTYPE = "<!DOCTYPE html>\n"
_MARK = re.compile(r"\n?<!--\|(\w+)\|-->\n?")
_SLOT = re.compile(r"@@(\w+)@@")
# What is open in a part until a reader is known; no words of people have these in them.
NUMBER, WHY, ORGANISATION = "\x01", "\x02", "\x03"
OPEN = {"n": NUMBER, "why": WHY}


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of one language: `html` and `text` by name (head, section, item, titles, title,
    titles_end, foot), and its words."""

    html: dict[str, str]
    text: dict[str, str]
    words: dict[str, Any]


@cache
def layout(language: str) -> Layout:
    """The layout in a language; English where there is none."""
    try:
        said = words.table("digest", language)
    except (KeyError, FileNotFoundError):
        said = words.table("digest")
    folder = words.templates_folder() / "digest"
    return Layout(_html(folder, said), _text(folder, said), said)


def filled(part: str, **values: str) -> str:
    """A part with its words put in, escaped by the caller where it is HTML; what stays open is the number
    and the reason."""
    return _SLOT.sub(lambda found: (OPEN | values)[found[1]], part)


def html(text: str) -> str:
    """Text as it may stand in HTML, between tags or in an attribute, in ASCII."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _html(folder: Path, said: dict[str, Any]) -> dict[str, str]:
    rendered = _environment(folder, autoescape=True).get_template("layout.html").render(w=said)
    inlined = Premailer(
        rendered,
        allow_network=False,
        disable_validation=True,
        cssutils_logging_level="CRITICAL",
        keep_style_tags=True,
        strip_important=False,
        remove_classes=False,
    ).transform()
    inlined = inlined.encode("ascii", "xmlcharrefreplace").decode("ascii")
    parts = _cut(inlined.replace("%40%40", "@@"))
    if not parts["head"].startswith(DOCTYPE):
        parts["head"] = DOCTYPE + parts["head"]
    return parts


def _text(folder: Path, said: dict[str, Any]) -> dict[str, str]:
    environment = _environment(folder, autoescape=False)
    return _cut(environment.get_template("layout.txt").render(w=said))


def _environment(folder: Path, *, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=autoescape
    )


def _cut(rendered: str) -> dict[str, str]:
    head, *rest = _MARK.split(rendered)
    named = dict(zip(rest[::2], rest[1::2], strict=True))
    return {"head": head, **named}
