"""A name that can be stored, shown and saved, whatever the mail calls the file.

No path, no leading dot, no control or direction mark, no character that a file system refuses, at
most 200 characters with the last extension kept. What is no name at all becomes "".
"""

from __future__ import annotations

import re
import unicodedata

from mailhub.reading import cleaning, encoded

MAX = 200
# Marks that are not seen and change how a name is read; and characters that Windows refuses.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufff9-\ufffb]"
)
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]')
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_BLANKS = re.compile(r"\s+")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def claimed(value: str) -> str:
    """The name as the mail gives it, RFC 2047 words decoded (they are not allowed here, and seen)."""
    return cleaning.line(encoded.text(value), 1000)


def safe(name: str) -> str:
    """A safe name for a claimed one."""
    name = _UNSEEN.sub("", unicodedata.normalize("NFC", name))
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _BLANKS.sub(" ", _REFUSED.sub("_", name)).strip(" .")
    if not name.strip("_. "):
        return ""
    if _DEVICES.match(name):
        name = "_" + name
    if len(name) > MAX:
        extension = _EXTENSION.search(name)
        tail = extension[0] if extension else ""
        name = name[: MAX - len(tail)].rstrip(" .") + tail
    return name
