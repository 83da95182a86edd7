"""Which elements and attributes of strangers' HTML are written, and as what."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from web_archive.discretion import DOMAIN
from web_archive.mail_styles import classes_of, names

KEPT = names(
    "a b blockquote br caption cite code col colgroup dd del div dl dt em h3 hr i ins kbd "
    "li ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr tt u "
    "ul var"
)
BECOMES = {
    "address": "p",
    "center": "div",
    "font": "span",
    "strike": "s",
    "dir": "ul",
    "menu": "ul",
}
BECOMES |= {"section": "div", "article": "div", "header": "div", "footer": "div", "main": "div"}
BECOMES |= {"xmp": "pre", "plaintext": "pre", "listing": "pre", "big": "strong"}
BECOMES |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "h3")
VOID = frozenset({"br", "hr", "col", "img"})
INLINE = names("a b cite code del em i ins kbd q s samp small span strong sub sup tt u var")
# A start tag that ends what stands open without an end tag of its own (HTML 13.1.2.4).
ENDS = {
    "p": ("p",),
    "li": ("li", "p"),
    "dt": ("dt", "dd", "p"),
    "dd": ("dt", "dd", "p"),
    "td": ("td", "th", "p"),
    "th": ("td", "th", "p"),
    "tr": ("tr", "td", "th", "p"),
    **dict.fromkeys(("div", "table", "ul", "ol", "blockquote", "pre", "h3", "hr", "dl"), ("p",)),
}
TABLE_PARTS = ("table", "tr", "tbody", "thead", "tfoot")
NUMBERED = {
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "col": ("span",),
    "colgroup": ("span",),
    "ol": ("start",),
    "li": ("value",),
}
_LANGUAGES = names(
    "en cy ga gd fr de nl pl es it pt sv da nb nn no fi cs sk hu ro bg el tr ar he fa ur "
    "hi bn pa gu ta zh ja ko uk ru lt lv et sl hr sr so sq"
)
WALLS = frozenset({"td", "th", "table"})  # an end tag inside does not reach beyond them
_SIDE = re.compile(r"\d{1,4}\Z")
_COUNT = re.compile(r"[1-9]\d{0,2}\Z")


def written(came_as: str, name: str, attributes: dict[str, str], apart: bool) -> str:
    """The attributes of a tag as they are written; `apart` as `classes_of` takes it."""
    kept = {}
    if classes := classes_of(came_as, attributes, apart):
        kept["class"] = " ".join(classes)
    if name == "a" and (href := _followed(attributes.get("href", ""))):
        kept["href"] = href
    for key in NUMBERED.get(name, ()):
        if _COUNT.match(attributes.get(key, "")):
            kept[key] = attributes[key]
    if (direction := attributes.get("dir", "").lower()) in ("ltr", "rtl"):
        kept["dir"] = direction
    if attributes.get("lang", "").lower().partition("-")[0] in _LANGUAGES:
        kept["lang"] = attributes["lang"][:2]
    return "".join(f' {key}="{escape(value)}"' for key, value in kept.items())


def _followed(href: str) -> str:
    """A link that may be followed; "" for one that runs something, or gives an address away."""
    href = href.strip()
    if not href.lower().startswith(("http://", "https://")) or DOMAIN.search(href):
        return ""
    return href


def size_of(attributes: dict[str, str]) -> str:
    """The width and height of a picture, as they are written."""
    return "".join(
        f' {side}="{attributes[side]}"'
        for side in ("width", "height")
        if _SIDE.match(attributes.get(side, ""))
    )


def host_of(source: str, attributes: dict[str, str]) -> str:
    """The host of a picture elsewhere, in brackets; "" for a dot that only counts who reads."""
    if any(
        attributes.get(side, "").strip("px ") in ("0", "1", "2") for side in ("width", "height")
    ):
        return ""
    try:
        parts = urlsplit(source)
        return f"[{parts.hostname}]" if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
