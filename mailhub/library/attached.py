"""Every attachment of a letter, those of the mails attached to it too.

An attached mail comes first, then what is in it; five deep and a hundred in all, as a mail that
nobody means to be read goes deeper.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailhub import reading
from mailhub.letter import Attachment, Letter

MAX_DEPTH = 5
MAX_FILES = 100


def attachments(letter: Letter) -> Iterator[tuple[Attachment, Letter]]:
    """(attachment, the letter that it stands in), in the order of the mail, at most MAX_FILES."""
    count = 0
    waiting = [(one, letter, 0) for one in reversed(letter.attachments)]
    while waiting and count < MAX_FILES:
        one, holder, depth = waiting.pop()
        yield one, holder
        count += 1
        if depth < MAX_DEPTH and is_mail(one):
            inner = reading.read(one.content)
            waiting += [(found, inner, depth + 1) for found in reversed(inner.attachments)]


def is_mail(attachment: Attachment) -> bool:
    """Whether an attachment is a mail itself."""
    return attachment.media_type in ("message/rfc822", "message/global") or (
        attachment.filename.lower().endswith(".eml")
    )
