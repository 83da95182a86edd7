"""DKIM signatures of mail that came (RFC 6376), verified by dkimpy behind a gate of our own.

dkimpy says whether a signature is whole. What it does not look at is looked at here, since we believe
what is signed:

- From must be signed, and no field that people or programs read may stand more often than it is signed.
- All of the body must be signed: with `l=` anybody can write below.
- SHA-1 and keys under 1024 bits prove nothing (RFC 8301), a key in testing (`t=y`) neither.
- A lone CR in the header is refused: programs disagree about where the header ends.

Its expressions are quadratic in runs of blanks, and an exponent is as long as a stranger wants it: so
signatures, blanks and keys are bounded before it sees them.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailhub.dns import NoAnswer

MAX_SIGNATURES = 5  # of one mail that are verified
MAX_SIGNATURE = 4096  # octets of one header field
MAX_KEY = (
    1200  # octets of a key's record: room for 4096 bits (RFC 8301), not for an endless exponent
)
MIN_BITS = 1024
ALGORITHMS = (b"rsa-sha256", b"ed25519-sha256")
# What stands in a mail once, and what a reader goes by.
SINGLE = frozenset(
    b"from sender reply-to to cc date subject message-id in-reply-to references"
    b" mime-version content-type content-transfer-encoding".split()
)
_END_OF_HEADER = re.compile(rb"\n\r?\n")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_BLANKS = re.compile(rb"[\t ]+")
_LINE_ENDS = re.compile(rb"(?:\n\r)*+")
_MANY_BLANKS = re.compile(rb"\s{100}")
_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature: the domain that signed, and the result (RFC 8601, 2.7.1): pass, fail, policy
    (whole, but not enough to be believed), temperror or permerror, with why."""

    domain: str
    selector: str
    result: str
    why: str = ""


class Refused(Exception):
    """(result, why): it is not verified at all."""


def are_there(raw: bytes) -> bool:
    """Whether a mail has a signature at all, quickly."""
    end = _END_OF_HEADER.search(raw)
    header = raw[: end.start()] if end else raw
    return b"dkim-signature" in header.lower()


def verified(
    raw: bytes,
    ask: Callable[[str, str], tuple[object, ...]],
    wanted: Callable[[str], bool] = lambda domain: True,
) -> tuple[Signature, ...]:
    """The signatures of a mail, from the top, those of `wanted` domains alone. Keys come by `ask` (as
    `Dns.ask`). Never raises. The mail must have passed `reading.gate`."""
    try:
        mail = _Mail(raw)
    except (dkim.DKIMException, IndexError):
        return ()  # no header that two programs would read alike
    found: list[Signature] = []
    for number, value in enumerate(mail.signatures):
        if len(found) == MAX_SIGNATURES:
            break
        domain, selector = "", ""
        try:
            tags = _tags(value)
            domain = tags[b"d"].decode("ascii").lower()
            selector = tags[b"s"].decode("ascii")
            if not wanted(domain):
                continue
            found.append(Signature(domain, selector, *mail.verified(number, tags, ask)))
        except Refused as refused:
            if domain:
                found.append(Signature(domain, selector, *refused.args))
        except NoAnswer as error:
            found.append(Signature(domain, selector, "temperror", str(error)))
        except dkim.ValidationError as error:  # of the body, or of a signature that is over
            found.append(Signature(domain, selector, "fail", str(error)[:100]))
        except Exception as error:  # dkimpy over a stranger's tags and key
            if domain:
                found.append(Signature(domain, selector, "permerror", type(error).__name__))
    return tuple(found)


class _Mail:
    """A mail as dkimpy wants it: fields, and a body with CRLF."""

    def __init__(self, raw: bytes) -> None:
        end = _END_OF_HEADER.search(raw)
        header, body = (raw[: end.start() + 1], raw[end.end() :]) if end else (raw, b"")
        if b"\r" in header.replace(b"\r\n", b"") or b"\0" in header:
            raise dkim.MessageFormatError("a lone CR or a NUL in the header")
        self.fields, _ = dkim.rfc822_parse(header)
        if body.count(b"\n") > body.count(b"\r\n"):
            body = _BARE_LF.sub(b"\r\n", body)
        self.body = _without_empty_lines(body)
        self._relaxed: bytes | None = None
        self.counts = Counter(name.lower() for name, _ in self.fields)
        self.signatures = [v for n, v in self.fields if n.lower() == b"dkim-signature"]

    def relaxed_body(self) -> bytes:
        """The body with each run of blanks as one and none before a line end: what "relaxed" makes of
        it, without dkimpy's quadratic way."""
        if self._relaxed is None:
            relaxed = _BLANKS.sub(b" ", self.body).replace(b" \r\n", b"\r\n")
            self._relaxed = _without_empty_lines(relaxed)
        return self._relaxed

    def verified(
        self, number: int, tags: dict[bytes, bytes], ask: Callable[[str, str], tuple[object, ...]]
    ) -> tuple[str, str]:
        """(result, why) of one signature."""
        _check_algorithm(tags)
        names = [name.strip().lower() for name in tags[b"h"].split(b":")]
        if b"from" not in names:
            raise Refused("permerror", "From is not signed")
        signed = Counter(names)
        twice = [n for n in SINGLE if self.counts[n] > max(1, signed[n])]
        if twice:
            raise Refused("policy", f"{twice[0].decode()} stands more than once")
        verifier = dkim.DKIM(None, logger=_SILENT, minkey=MIN_BITS)
        verifier.headers = self.fields
        is_relaxed = tags.get(b"c", b"").partition(b"/")[2] == b"relaxed"
        verifier.body = self.relaxed_body() if is_relaxed else self.body
        if not verifier.verify(number, dnsfunc=_Keys(tags, ask)):
            return "fail", "the signature does not match"
        if b"l" in tags and int(tags[b"l"]) < len(verifier.body.rstrip(b"\r\n")):
            return "policy", "not all of the body is signed"
        return "pass", ""


def _tags(value: bytes) -> dict[bytes, bytes]:
    if len(value) > MAX_SIGNATURE or _MANY_BLANKS.search(value):
        raise Refused("permerror", "a signature that is too long")
    try:
        tags: dict[bytes, bytes] = parse_tag_value(value)
    except InvalidTagValueList:
        raise Refused("permerror", "not written as a signature is") from None
    missing = [tag.decode() for tag in (b"a", b"d", b"s", b"h", b"bh", b"b") if tag not in tags]
    if missing:
        raise Refused("permerror", f"no {missing[0]}=")
    return tags


def _check_algorithm(tags: dict[bytes, bytes]) -> None:
    if tags[b"a"] not in ALGORITHMS:
        raise Refused("policy", "an algorithm that proves nothing")


class _Keys:
    """Finds the key of one signature, and looks at what its record says of itself."""

    def __init__(
        self, tags: dict[bytes, bytes], ask: Callable[[str, str], tuple[object, ...]]
    ) -> None:
        self._tags = tags
        self._ask = ask

    def __call__(self, name: bytes, timeout: float = 0) -> bytes:
        records = [
            record
            for record in self._ask(name.decode("ascii"), "TXT")
            if isinstance(record, bytes) and len(record) <= MAX_KEY
        ]
        if not records:
            raise Refused("permerror", "no key")
        key: dict[bytes, Any] = parse_tag_value(records[0])
        if not key.get(b"p"):
            raise Refused("permerror", "the key was withdrawn")
        if key.get(b"k", b"rsa") != self._tags[b"a"].partition(b"-")[0]:
            raise Refused("permerror", "a key of another kind")
        if b"h" in key and b"sha256" not in _words(key[b"h"]):
            raise Refused("permerror", "the key is not for this algorithm")
        if b"s" in key and not {b"*", b"email"} & set(_words(key[b"s"])):
            raise Refused("permerror", "the key is not for mail")
        flags = _words(key.get(b"t", b""))
        if b"y" in flags:
            raise Refused("policy", "the key is being tested")
        identity = self._tags.get(b"i", b"").rpartition(b"@")[2]
        if b"s" in flags and identity.lower() not in (b"", self._tags[b"d"].lower()):
            raise Refused("permerror", "the key is not for domains below")
        return records[0]


def _without_empty_lines(body: bytes) -> bytes:
    """All line ends at the end of a body as one: neither way of writing it counts them."""
    tail = body[len(body.rstrip(b"\r\n")) :]
    lines = _LINE_ENDS.match(tail[::-1])
    assert lines
    return body[: len(body) - lines.end() + 2] if lines.end() > 2 else body


def _words(value: bytes) -> list[bytes]:
    return [word.strip() for word in value.split(b":")]
