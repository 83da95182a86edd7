"""Styles of strangers' HTML reduced to a few classes of ours, which the style sheet knows.

What carries meaning stays: bold, italic, struck out, alignment, lines of a table, and the red, blue or
green in which people answer between the lines. Sizes, fonts and all the rest go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def names(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


CLASSES = names(
    "as-bold as-plain as-italic as-underlined as-struck as-centre as-right as-pre "
    "as-ruled as-marked as-red as-blue as-green as-title as-tight"
)
_STYLE_BOUND = 1_000  # characters of a style attribute that are looked at
_PROPERTIES = {
    ("font-weight", "bold"): "as-bold",
    ("font-weight", "bolder"): "as-bold",
    ("font-weight", "600"): "as-bold",
    ("font-weight", "700"): "as-bold",
    ("font-weight", "800"): "as-bold",
    ("font-weight", "900"): "as-bold",
    ("font-weight", "normal"): "as-plain",
    ("font-weight", "400"): "as-plain",
    ("font-style", "italic"): "as-italic",
    ("text-decoration", "underline"): "as-underlined",
    ("text-decoration", "line-through"): "as-struck",
    ("text-align", "center"): "as-centre",
    ("text-align", "right"): "as-right",
    ("white-space", "pre"): "as-pre",
    ("white-space", "pre-wrap"): "as-pre",
    ("background", "yellow"): "as-marked",
    ("background-color", "yellow"): "as-marked",
    ("background-color", "rgb(255,255,0)"): "as-marked",
    ("background-color", "#ffff00"): "as-marked",
}
_NAMED = {
    "red": "as-red",
    "crimson": "as-red",
    "darkred": "as-red",
    "blue": "as-blue",
    "mediumblue": "as-blue",
    "green": "as-green",
    "forestgreen": "as-green",
}
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\Z")
_RGB = re.compile(r"rgb\((\d{1,3}),(\d{1,3}),(\d{1,3})\)\Z")
_TIGHT = ("MsoNormal", "MsoPlainText")  # Outlook parts these by empty ones
_BOTTOM = re.compile(r"\bmargin-bottom\s*:\s*([\d.]{1,8})", re.IGNORECASE)
_MARGIN = re.compile(r"(?<![\w-])margin\s*:\s*([^;!}]{1,60})", re.IGNORECASE)
_SHEET = re.compile(r"\bp\.MsoNormal\b[^{}<]{0,200}\{([^{}<]{0,600})\}")
_SHEET_BOUND = 100_000  # characters in which a style sheet is looked for
_BRIGHT = 0xB0  # below it a colour is ink: Outlook writes replies in #1F497D
_RULED = re.compile(r"border(?:-[a-z]{3,6})?:[^;]{0,40}\bsolid\b")


def sets_apart(html: str) -> bool:
    """Whether a style sheet of Outlook's leaves room between paragraphs, as Word's own style does;
    else people put empty ones between them."""
    sheet = _SHEET.search(html, 0, _SHEET_BOUND)
    return sheet is not None and bool(_room_below(sheet[1]))


def classes_of(name: str, attributes: Mapping[str, str], apart: bool = False) -> list[str]:
    """Our classes for a tag `name` as it came, from its style and its older attributes. `apart`: the
    mail's style sheet leaves room between paragraphs."""
    found = []
    if name == "p" and attributes:
        room = _room_below(attributes.get("style", "")[:_STYLE_BOUND])
        if room == 0 or (room is None and attributes.get("class") in _TIGHT and not apart):
            found.append("as-tight")
    if name in ("h1", "h2"):
        found.append("as-title")
    if name == "center":
        found.append("as-centre")
    if not attributes:
        return found
    style = attributes.get("style", "")[:_STYLE_BOUND].lower()
    for declaration in style.split(";"):
        key, _, value = declaration.partition(":")
        key, value = key.strip(), value.replace("!important", "").strip()
        compact = value.replace(" ", "")
        if known := _PROPERTIES.get((key, compact)):
            found.append(known)
        elif key == "color":
            found += _ink(compact)
    found += _ink(attributes.get("color", "").strip().lower())
    match attributes.get("align", "").strip().lower():
        case "center" if name in ("td", "th", "p", "div"):
            found.append("as-centre")
        case "right" if name in ("td", "th", "p", "div"):
            found.append("as-right")
    if name in ("table", "td", "th") and _is_ruled(attributes, style):
        found.append("as-ruled")
    return list(dict.fromkeys(found))


def _room_below(style: str) -> float | None:
    """The margin below a paragraph, in whatever unit; None where the style says nothing of it."""
    if below := _BOTTOM.search(style):
        value = below[1]
    elif around := _MARGIN.search(style):
        sides = around[1].split() or [""]
        value = sides[2] if len(sides) > 2 else sides[0]
    else:
        return None
    number = re.match(r"\d{0,4}(?:\.\d{1,4})?", value)
    # Word writes .0001pt for nothing.
    return round(float(number[0]), 1) if number and number[0].strip(".") else None


def _ink(colour: str) -> list[str]:
    """A clear red, blue or green; nothing for all that may be the ink of a whole mail."""
    if colour in _NAMED:
        return [_NAMED[colour]]
    if match := _HEX.match(colour):
        red, green, blue = (int(part, 16) for part in match.groups())
    elif match := _RGB.match(colour):
        red, green, blue = (int(part) for part in match.groups())
    else:
        return []
    for main, others, known in (
        (red, (green, blue), "as-red"),
        (blue, (red, green), "as-blue"),
        (green, (red, blue), "as-green"),
    ):
        if main >= _BRIGHT and min(others) < main / 3 and max(others) < main * 0.7:
            return [known]
    return []


def _is_ruled(attributes: Mapping[str, str], style: str) -> bool:
    border = attributes.get("border", "0").strip()
    return bool(
        (border.isdigit() and int(border[:4]) > 0)
        or "MsoTableGrid" in attributes.get("class", "")
        or _RULED.search(style)
    )
