"""Tokens: a signed word in an address or a link, with one purpose and one object. An altered one is none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from mailhub.addresses.plain import MAX_ADDRESS, is_at

# What looks like a tokened address or link of some hub; whether it is one of ours, `Tokens` tell.
TOKENED = re.compile(
    r"[a-z0-9-]{2,32}\+[a-z]-[a-z2-7]{14,56}@[a-z0-9.-]{1,255}"
    r"|https?://[^\s<>\"']{1,300}/u/[a-z2-7]{14,56}",
    re.IGNORECASE,
)
_EPOCH = date(2020, 1, 1)
_MAC_OCTETS = 8


class Purpose(StrEnum):
    """What a tokened address is for; the letter that stands before its token."""

    REPLY = "r"  # answers a post; object: the post; never expires; proves nothing
    RETURN = "b"  # takes a returned mail (VERP); object: the delivery
    UNSUBSCRIBE = "u"  # declines further mail; object: the membership
    CONFIRM = "c"  # says yes or no to what the hub asked a person; object: the request
    DECIDE = "d"  # decides on a request; object: the notice; person: who decides, 0 a steward
    NOTICE = "n"  # answers a receipt of ours; object: the change, 0 where there was none
    HOLD = "h"  # decides on what is held; object: the notice; person: who decides, 0 a steward
    WITHDRAW = "w"  # takes back one's own mail that is held; object: the hold
    DIGEST = "g"  # answers a digest; object: the digest; person: whose it is
    PLACE = "p"  # says which thing of a digest words are about; object: the request
    DIGESTS_OFF = "o"  # declines further digests; object: the digest; person: whose it is
    EVENT = "e"  # answers an invitation; object: the event; person: whom it was sent to
    FEED = "f"  # in a link: one person's own calendar; object: the feed
    READER = "s"  # in a link: the feeds of what one person may read; object: the link
    BULLETIN = "m"  # answers a bulletin; object: it; person: whose copy it is, 0 a steward
    NEWSLETTERS_OFF = "x"  # declines further newsletters; object: the bulletin; person: whose copy
    ALIVE = "a"  # says that an address is read after all; object: the address


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says. `person` is 0 where it names nobody."""

    purpose: Purpose
    object: int
    person: int = 0
    expires: date | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether its last day has passed, in UTC."""
        return self.expires is not None and now.astimezone(UTC).date() > self.expires


class Tokens:
    """Signs and reads tokens with the hub's secret key (HMAC-SHA256, 64 bits kept)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, token: Token) -> str:
        """The token as lower-case base32; it holds purpose, object, person and expiry."""
        days = (token.expires - _EPOCH).days if token.expires else 0
        payload = _varint(token.object) + _varint(token.person) + _varint(days)
        return _base32(payload + self._mac(token.purpose, payload))

    def read(self, purpose: Purpose, text: str) -> Token | None:
        """The token of `text`, in any case; None where one octet is not as we signed it."""
        octets = _unbase32(text)
        if octets is None or len(octets) <= _MAC_OCTETS:
            return None
        payload, mac = octets[:-_MAC_OCTETS], octets[-_MAC_OCTETS:]
        if not hmac.compare_digest(mac, self._mac(purpose, payload)):
            return None
        number, person, days = _varints(payload)
        return Token(purpose, number, person, _EPOCH + timedelta(days) if days else None)

    def address(self, slug: str, token: Token, domain: str) -> str:
        """`policy+r-TOKEN@D`."""
        return f"{slug}+{self.word(token)}@{domain}"

    def word(self, token: Token) -> str:
        """`r-TOKEN`: the token as it stands in an address, or before the dot of a Message-ID."""
        return f"{token.purpose}-{self.sign(token)}"

    def of_word(self, word: str) -> Token | None:
        """The token of `r-TOKEN`, in any case; None where it is none of ours."""
        letter, dash, text = word.lower().partition("-")
        return self.read(Purpose(letter), text) if dash and letter in set(Purpose) else None

    def of_message_id(self, message_id: str, domain: str) -> Token | None:
        """The token in a Message-ID of ours (`r-TOKEN.…@D`, without brackets)."""
        if len(message_id) > MAX_ADDRESS or not is_at(message_id, domain):
            return None
        return self.of_word(message_id.partition(".")[0])

    def _mac(self, purpose: Purpose, payload: bytes) -> bytes:
        return hmac.digest(self._secret, purpose.encode() + b"\0" + payload, hashlib.sha256)[
            :_MAC_OCTETS
        ]


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def _varints(payload: bytes) -> tuple[int, int, int]:
    """The three numbers of a payload whose MAC was right."""
    numbers, number, shift = [], 0, 0
    for octet in payload:
        number |= (octet & 127) << shift
        shift += 7
        if octet < 128:
            numbers.append(number)
            number, shift = 0, 0
    return numbers[0], numbers[1], numbers[2]


def _base32(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()


def _unbase32(text: str) -> bytes | None:
    try:
        octets = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (ValueError, UnicodeEncodeError):
        return None
    # Base32 leaves spare bits at the end: one text alone is right for these octets.
    return octets if _base32(octets) == text.lower() else None
