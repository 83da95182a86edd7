"""What a returned mail or a complaint carries of the mail that it is about: addresses and links that may
be tokens of ours, in whatever part they stand. Whether one is genuine is told elsewhere, by its
signature; nothing else in such a mail proves anything.

Bounds: 200 parts, 64 KB of text, 20 tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from mailhub import addresses
from mailhub.reading.notices import attached, leaves, text_of

MAX_TOKENS = 20
MAX_TEXT = 64 * 1024
MAX_FIELDS = 200
MAX_FIELD = 4_000


def tokens(message: Message) -> tuple[str, ...]:
    """What looks like a tokened address or an unsubscribe link, as it stands, each once."""
    found: dict[str, None] = {}
    room = MAX_TEXT
    for text in _texts(message):
        for match in addresses.TOKENED.finditer(text[:room]):
            found[match.group()] = None
        room -= len(text)
        if room <= 0 or len(found) >= MAX_TOKENS:
            break
    return tuple(found)[:MAX_TOKENS]


def _texts(message: Message) -> Iterator[str]:
    """The headers of attached mails first: there the tokens stand."""
    parts = list(leaves(message))
    for mail in filter(None, map(attached, parts)):
        yield "\n".join(str(value)[:MAX_FIELD] for value in list(mail.values())[:MAX_FIELDS])
    for part in parts:
        if part.get_content_maintype() in ("text", "message") and attached(part) is None:
            yield text_of(part, MAX_TEXT)
