"""File names of documents, folded: when two names mean the same paper.

`key` takes away what computers add to a name when a file is saved or sent again: case, blanks or
underscores, "(1)", "Copy of". `family` also takes away what people add from one version to the next:
"v2", "final", "draft". Two files of one key are one document; those of one family only if their
texts are near (`mailhub.library.near`). Years, dates and plain numbers stay: "Budget 2025" and
"Budget 2026" are two papers, and so are "Minutes 3" and "Minutes 4".
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 200
_SEPARATORS = re.compile(r"[\s_.\-‐-―]+")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})\Z")
_COPY_PREFIXES = ("copy of ", "kopie von ", "copie de ", "copia de ", "kopie van ", "copi o ")
_COPY_SUFFIX = re.compile(r"(?: ?\([1-9]\d?\)| ?\[[1-9]\d?\]| copy| kopie| copie| copia)\Z")
_VERSION_SUFFIX = re.compile(
    r" (?:v ?\d{1,3}(?: \d{1,3}){0,2}|(?:version|rev|revision|draft|issue) ?\d{1,3}(?: \d{1,3})?"
    r"|final|draft|clean|revised|updated|amended|approved|latest|new|tracked(?: changes)?"
    r"|track changes|with comments|comments|version|\(final\)|\(draft\)|\(revised\)"
    r"|\(v ?\d{1,3}(?: \d{1,3})?\))\Z"
)
_VERSION_PREFIXES = ("draft ", "final ", "revised ", "updated ", "amended ")
# Formats that people move one paper between, keeping its name.
_FORMATS = {
    "doc": ("docx", "docm", "odt", "rtf"),
    "xls": ("xlsx", "xlsm", "ods"),
    "ppt": ("pptx", "pptm", "odp"),
    "jpg": ("jpeg",),
    "htm": ("html",),
    "tif": ("tiff",),
}
_FORMAT = {other: one for one, others in _FORMATS.items() for other in others}


def key(filename: str) -> str:
    """The name folded, with its extension; "" where there is no name."""
    stem, extension = _apart(filename)
    return f"{_without_copies(stem)}.{extension}" if stem else ""


def family(filename: str) -> str:
    """The name folded, without what tells versions apart, and with its kind of format."""
    stem, extension = _apart(filename)
    for _ in range(4):  # "copy of draft report v2 (final)"
        before = stem
        stem = _without_copies(stem)
        stem = _VERSION_SUFFIX.sub("", stem) or stem
        for prefix in _VERSION_PREFIXES:
            stem = stem.removeprefix(prefix) or stem
        if stem == before:
            break
    return f"{stem}.{_FORMAT.get(extension, extension)}" if stem else ""


def title(filename: str) -> str:
    """The name as a title: without extension, underscores as blanks."""
    name = filename[:MAX_NAME]
    stem = _EXTENSION.sub("", name).replace("_", " ").replace("%20", " ")
    return " ".join(stem.split()) or name


def _apart(filename: str) -> tuple[str, str]:
    name = unicodedata.normalize("NFKC", filename[:MAX_NAME]).casefold().strip()
    name = name.replace("%20", " ")
    extension = _EXTENSION.search(name)
    if extension and extension.start() > 0:
        name = name[: extension.start()]
    else:
        extension = None
    return _SEPARATORS.sub(" ", name).strip(), extension[1] if extension else ""


def _without_copies(stem: str) -> str:
    for _ in range(4):  # "copy of report (1) - copy"
        before = stem
        for prefix in _COPY_PREFIXES:
            stem = stem.removeprefix(prefix) or stem
        stem = _COPY_SUFFIX.sub("", stem) or stem
        stem = stem.strip()
        if stem == before:
            break
    return stem
