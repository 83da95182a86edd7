"""Addresses: what stands before the @, both ways.

`policy+join@D` is canonical; `policy-join@D` is accepted too, for people who come from Mailman. A
tokened address has one purpose and one object and is signed: `policy+r-TOKEN@D`. An altered token
is no address at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

MAX_LOCAL_PART = 64  # octets, RFC 5321 4.5.3.1.1
MAX_ADDRESS = 254
HUB = "hub"  # the platform itself, and what stands before its tokens
PLATFORM = (HUB, "postmaster", "abuse")
BULLETINS = ("bulletin", "newsletter")  # behind the platform's own name: what stewards say to all
RESERVED = frozenset({HUB, "postmaster", "abuse", "mailer-daemon", "noreply"})
VERBS = {
    "blog": ("blogs",),
    "docs": ("documents", "library"),
    "events": ("event",),
    "facilitators": ("owner",),
    "feeds": ("feed",),
    "help": (),
    "join": ("subscribe",),
    "leave": ("unsubscribe",),
    "notices": (),
    "settings": ("request",),
}
# Of the tools that are not there yet: no community may have their addresses when they come.
_FUTURE_VERBS = frozenset({"wiki", "hotseat", "panel", "search", "people"})
_VERB = {name: verb for verb, synonyms in VERBS.items() for name in (verb, *synonyms)}
_SLUG = re.compile(r"[a-z0-9-]{2,32}\Z")
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


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a mail to one of our addresses goes: a community's list, one of its verbs, a token, or
    the platform itself (`slug` is then empty and `verb` the name: hub, postmaster, abuse, or one of
    BULLETINS)."""

    slug: str
    verb: str = ""
    token: Token | None = None


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


def fold(address: str) -> str:
    """An address in the one form in which addresses are kept and compared: lower-case, NFC, an
    internationalised domain as Unicode. Two addresses are the same where their folds are."""
    address = unicodedata.normalize("NFC", address.strip()).lower()
    local, at, domain = address.rpartition("@")
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            pass
    return local + at + domain.rstrip(".")


def is_at(address: str, domain: str) -> bool:
    """Whether an address is of this domain, however either is written."""
    return fold(address).rpartition("@")[2] == fold(f"@{domain}")[1:]


def is_address(text: str) -> bool:
    """Whether it can be written into an envelope and a header as it stands (a bounded, plain form:
    no quotes, no blanks, no control characters)."""
    local, at, domain = text.rpartition("@")
    return bool(
        at
        and local
        and domain
        and len(text.encode()) <= MAX_ADDRESS
        and len(local.encode()) <= MAX_LOCAL_PART
        and not any(
            c.isspace() or c in '<>()[],;:\\"@' or ord(c) < 33 or ord(c) == 127 for c in local
        )
        and re.fullmatch(r"[\w](?:[\w.-]*[\w])?", domain)
    )


def slug_problem(slug: str) -> str:
    """Why a community cannot have this slug, as the name of a refusal; "" where it can."""
    if not _SLUG.fullmatch(slug) or slug.strip("-") != slug:
        return "slug-form"
    if slug in RESERVED:
        return "slug-reserved"
    stem, dash, verb = slug.rpartition("-")
    if dash and (verb in _VERB or verb in _FUTURE_VERBS) and _SLUG.fullmatch(stem):
        return "slug-captures"
    return ""


def verb_names() -> tuple[str, ...]:
    """Every word that can stand behind a slug, synonyms too."""
    return tuple(_VERB)


def destinations(address: str, domain: str, tokens: Tokens) -> tuple[Destination, ...]:
    """What an address can mean, the likeliest first; empty where it is none of ours.

    The caller takes the first whose community exists: `policy-docs` is the community of that name
    before it is the library of `policy`.
    """
    local = fold(address).rpartition("@")[0]
    if not is_at(address, domain) or not local or len(local.encode()) > MAX_LOCAL_PART:
        return ()
    if local in PLATFORM:
        return (Destination("", local),)
    slug, plus, detail = local.partition("+")
    if slug == HUB and detail in BULLETINS:
        return (Destination("", detail),)
    if slug == HUB and plus:
        return tuple(Destination("", HUB, one.token) for one in _detailed(slug, detail, tokens))
    if not _SLUG.fullmatch(slug):
        return ()
    if plus:
        return _detailed(slug, detail, tokens)
    stem, dash, verb = local.rpartition("-")
    if dash and verb in _VERB:
        return (Destination(local), Destination(stem, _VERB[verb]))
    return (Destination(local),)


def _detailed(slug: str, detail: str, tokens: Tokens) -> tuple[Destination, ...]:
    if detail in _VERB:
        return (Destination(slug, _VERB[detail]),)
    token = tokens.of_word(detail)
    return (Destination(slug, token=token),) if token else ()


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
