"""What is signed: which fields, and the signature's own field around them (RFC 6376 3.5 and 5.4).

A field that gives the mail its meaning is signed once more than it stands there, so that nobody can
add a second one (RFC 6376 5.4.2). Those that a server on the way may rightly add are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from mailhub.signing import canonical
from mailhub.signing.keys import Key

# What a reader sees, and what says how the body is read.
CORE = (
    "from", "author", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to",
    "references", "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip
OF_THE_LIST = (
    "sender", "list-id", "list-post", "list-help", "list-owner", "list-archive", "archived-at",
    "auto-submitted", "resent-date", "resent-from", "resent-to", "resent-cc", "resent-message-id",
)  # fmt: skip
OF_A_COPY = ("list-unsubscribe", "list-unsubscribe-post")
_NEVER_ADDED = frozenset({"from", "author", "reply-to", "subject", "content-type", *OF_A_COPY})
_ROW = 76  # octets of a line

Fields = Sequence[tuple[str, bytes]]


def names(fields: Fields, wanted: Iterable[str]) -> list[str]:
    """The `h=` of a signature over what there is of the wanted fields."""
    there = [name for name, _ in fields]
    listed: list[str] = []
    for name in wanted:
        count = there.count(name)
        listed += [name] * (count + 1 if count or name in _NEVER_ADDED else 0)
    return listed


def chosen(fields: Fields, listed: Iterable[str]) -> list[bytes]:
    """The signed form of each field that `h=` names, from the lowest up; a name beyond them is
    nothing (RFC 6376 5.4.2)."""
    left: dict[str, list[bytes]] = {}
    for name, octets in fields:
        left.setdefault(name, []).append(octets)
    return [left[name].pop() for name in listed if left.get(name)]


def folded(name: str, *tags: str) -> bytes:
    """A field of tags, each on a line of its own where it does not fit; `h=` breaks at its colons.
    Its last tag is left open for a signature."""
    rows = [f"{name}:"]
    for tag in tags:
        for number, piece in enumerate(_pieces(tag)):
            blank = " " if not number else ""
            if len(rows[-1]) + len(piece) + 1 > _ROW:
                rows.append(" " + piece)
            else:
                rows[-1] += blank + piece
    return "\r\n".join(rows).encode("ascii")


def finished(open_field: bytes, signature: bytes) -> bytes:
    """A field with its signature, complete with CRLF."""
    rows = (signature[i : i + _ROW - 1] for i in range(0, len(signature), _ROW - 1))
    return b"".join([open_field, *(b"\r\n " + row for row in rows), b"\r\n"])


def signature_field(
    key: Key, listed: Sequence[str], body_hash: str, at: int, first: str = "v=1;", name: str = ""
) -> bytes:
    """A DKIM-Signature, or with `i=N;` in the version's place an ARC-Message-Signature (RFC 8617
    4.1.2), open at its end. `at` is in seconds since 1970."""
    return folded(
        name or "DKIM-Signature",
        first,
        "a=rsa-sha256;",
        "c=relaxed/relaxed;",
        f"d={key.domain};",
        f"s={key.selector};",
        f"t={at};",
        f"h={':'.join(listed)};",
        f"bh={body_hash};",
        "b=",
    )


def signed(key: Key, open_field: bytes, over: Iterable[bytes]) -> bytes:
    """The field, signed over others and itself (RFC 6376 3.7)."""
    digest = hashlib.sha256()
    for octets in over:
        digest.update(octets + b"\r\n")
    digest.update(canonical.field(open_field))
    return finished(open_field, key.sign(digest.digest()))


def _pieces(tag: str) -> list[str]:
    if not tag.startswith("h="):
        return [tag]
    listed = tag.split(":")
    return [f"{name}:" for name in listed[:-1]] + listed[-1:]
