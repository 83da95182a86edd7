"""Tables of phrases in many languages, and how a stranger's text is compared with them.

The words stand in `templates/words/<name>.toml`; here is only the reading of them. Texts and phrases
are folded the same way first, so that accents, capitals, typographic quotes and line ends make no
difference. A comparison is a plain search for a substring: no expression of a stranger's choosing
or length can make it slow.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from typing import Any

from mailhub.words import templates_folder

_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_TYPOGRAPHY = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "„": '"',
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "Ø": "o",
        "đ": "d",
        "Đ": "d",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "ı": "i",
    }
)


def fold(text: str) -> str:
    """`text` in one case, without accents, with single blanks: the form in which words are compared."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_TYPOGRAPHY)
    return " ".join(text.casefold().split())


@cache
def table(name: str) -> dict[str, Any]:
    """The table `templates/words/<name>.toml`, read once."""
    return tomllib.loads((templates_folder() / "words" / f"{name}.toml").read_text("utf-8"))


@cache
def phrases(name: str, key: str) -> tuple[str, ...]:
    """The folded phrases under `key` (dots go deeper) of a table; lists per language are joined."""
    found: Any = table(name)
    for step in key.split("."):
        found = found[step]
    lists = found.values() if isinstance(found, dict) else [found]
    return tuple(dict.fromkeys(fold(phrase) for one in lists for phrase in one))


def first_of(folded: str, choices: tuple[str, ...]) -> str:
    """The first of `choices` that stands in the folded text, "" where none does."""
    return next((phrase for phrase in choices if phrase in folded), "")
