"""Whether the chain of ARC sets that a mail brings holds (RFC 8617 5.2): its last signature and every
seal. What others signed with more than one reading, with `l=`, or with a key that proves nothing, does
not; nor does a chain of which DNS will not give the keys.

All is bounded: fifty sets, one question to DNS for each key, and `ask` has its own limits.
"""

from __future__ import annotations

import base64
import hashlib
import re
from binascii import Error as NotBase64
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailhub.dns import NoAnswer
from mailhub.signing import canonical, fields
from mailhub.signing.chains import Chain

MAX_FIELD = 8_192  # octets of a signature or seal
MAX_KEY = 2_048  # octets of a key's record
_LEAST_BITS = 1024  # RFC 8301 3.2
_LINE_END = re.compile(rb"\r\n|\r|\n")
# The tag's value as it is taken out before it is signed (RFC 6376 3.7).
_SIGNATURE = re.compile(rb"((?:^|;)[ \t\r\n]{0,9}b[ \t\r\n]{0,9}=)[^;]*")

Ask = Callable[[str, str], tuple[object, ...]]  # `Dns.ask`
Tags = dict[str, str]


class _Fails(Exception):
    """The chain does not hold."""


def brings_a_chain(raw: bytes) -> bool:
    """Whether there is anything to check, quickly."""
    end = raw.find(b"\n\r\n")
    return b"arc-seal" in raw[: end if end >= 0 else len(raw)].lower()


def holds(raw: bytes, ask: Ask) -> bool:
    """Whether it does; False too where there is none. The mail must have passed `reading.gate`."""
    header, body = canonical.parted(_LINE_END.sub(b"\r\n", raw))
    found = canonical.fields(header)
    chain = Chain.read(found)
    if not chain.sets or chain.is_closed:
        return False
    try:
        _check_signature(chain, header, found, body, ask)
        for number in range(len(chain.sets), 0, -1):
            _check_seal(chain, number, ask)
    except (_Fails, NoAnswer):
        return False
    return True


def _check_seal(chain: Chain, number: int, ask: Ask) -> None:
    seal = chain.sets[number - 1][2]
    tags = _tags(seal)
    if tags.get("cv") != ("none" if number == 1 else "pass") or "h" in tags:
        raise _Fails
    signed = [octets for one in chain.sets[:number] for octets in one][:-1]
    _verify(tags, [*signed, _without_signature(seal)], ask)


def _check_signature(
    chain: Chain, header: bytes, found: fields.Fields, body: bytes, ask: Ask
) -> None:
    """The last ARC-Message-Signature, which speaks of the mail as it is."""
    field = chain.sets[-1][1]
    tags = _tags(field)
    of_header, _, of_body = tags.get("c", "simple/simple").partition("/")
    listed = [name.lower() for name in tags.get("h", "").split(":")]
    names = [name for name, _ in found]
    # A second From could be shown to the reader in the place of the one that was signed.
    if "from" not in listed or "l" in tags or names.count("from") > max(1, listed.count("from")):
        raise _Fails
    hashed = canonical.body(body) if of_body == "relaxed" else canonical.simple_body(body)
    if base64.b64encode(hashlib.sha256(hashed).digest()).decode() != tags.get("bh"):
        raise _Fails
    if of_header == "relaxed":
        signed = [*fields.chosen(found, listed), _without_signature(field)]
    else:
        as_it_is = canonical.simple_fields(header)
        own = next(o for _, o in as_it_is if canonical.field(o) == field)
        signed = [*fields.chosen(as_it_is, listed), _without_signature(own)]
    _verify(tags, signed, ask)


def _verify(tags: Tags, signed: list[bytes], ask: Ask) -> None:
    if tags.get("a") != "rsa-sha256" or not tags.get("d") or not tags.get("s"):
        raise _Fails
    digest = hashlib.sha256(b"\r\n".join(signed)).digest()
    key = _key(f"{tags['s']}._domainkey.{tags['d']}", ask)
    try:
        signature = base64.b64decode(tags.get("b", ""))
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except (NotBase64, ValueError, InvalidSignature):
        raise _Fails from None


def _key(name: str, ask: Ask) -> rsa.RSAPublicKey:
    for record in ask(name, "TXT")[:1]:
        if isinstance(record, bytes) and len(record) <= MAX_KEY:
            tags = _tags(b"key:" + record)
            try:
                key = load_der_public_key(base64.b64decode(tags.get("p", "")))
            except (NotBase64, ValueError, UnsupportedAlgorithm):
                break
            if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_BITS:
                return key
    raise _Fails


def _tags(field: bytes) -> Tags:
    """The tags of a field; _Fails where one stands twice."""
    if len(field) > MAX_FIELD:
        raise _Fails
    tags: Tags = {}
    for tag in field.partition(b":")[2].decode("latin-1").split(";"):
        name, equals, value = tag.partition("=")
        name = name.strip()
        if equals and name in tags:
            raise _Fails
        if equals:
            tags[name] = "".join(value.split())
    return tags


def _without_signature(field: bytes) -> bytes:
    name, colon, value = field.partition(b":")
    return name + colon + _SIGNATURE.sub(rb"\1", value, count=1)
