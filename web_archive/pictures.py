"""Pictures in a mail: which of its parts is meant, and whether that really is a picture."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from mailhub.letter import Letter

LARGEST = 10 << 20  # octets
# Only what a browser decodes to dots: no SVG, which is a document and can hold scripts.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The octets of a picture and the type that they are, `mark` for its ETag."""

    media_type: str
    content: bytes
    mark: str


NO_PICTURE = Picture("", b"", "")


def find(letter: Letter, content_id: str) -> Picture:
    """The picture of this Content-ID; NO_PICTURE where there is none, or it is something else."""
    wanted = names_of(content_id)
    for part in letter.attachments:
        if part.content_id and _plain(part.content_id) in wanted:
            media_type = type_of(part.content)
            if media_type and part.size <= LARGEST:
                return Picture(media_type, part.content, part.sha256)
    return NO_PICTURE


def named(letter: Letter) -> frozenset[str]:
    """The names, as `names_of` gives them, of all parts of a mail that may be pictures."""
    return frozenset(_plain(part.content_id) for part in letter.attachments if part.content_id)


def names_of(content_id: str) -> tuple[str, ...]:
    """What a Content-ID that is asked for may be called in its mail."""
    return _plain(content_id), _plain(unquote(content_id))


def type_of(content: bytes) -> str:
    """The type by the first octets; "" for what is no picture."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return ""


def weight(picture: Picture) -> int:
    """Octets that a kept picture takes; one that is not there takes a few too."""
    return len(picture.content) + 200


def weight_of(names: frozenset[str]) -> int:
    """Octets that kept names take, about."""
    return sum(map(len, names)) + 200


def _plain(content_id: str) -> str:
    return content_id.strip("<> \t").lower()
