"""The signer: seals a mail once, and signs its copies in threads."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mailhub.signing import canonical, chains, fields
from mailhub.signing.keys import Key

if TYPE_CHECKING:
    from hashlib import _Hash

_AT_ONCE = 10  # copies that a thread signs in one go; handing over costs as much as a tenth of one


@dataclass(frozen=True, slots=True)
class Sealed:
    """What all copies of a mail share, signed, and what is needed to sign each of them."""

    octets: bytes = field(repr=False)
    _key: Key = field(repr=False)
    _field: bytes = field(repr=False)  # of a copy's signature, open at its end
    _end: bytes = field(repr=False)  # the same as it is signed
    _begun: _Hash = field(repr=False)  # over the fields that all copies share

    def signed(self, head: bytes) -> bytes:
        """A copy's own header lines with its signature above them."""
        digest = self._begun.copy()
        own = canonical.fields(head)
        for octets in fields.chosen(own, fields.OF_A_COPY):
            digest.update(octets + b"\r\n")
        digest.update(self._end)
        return fields.finished(self._field, self._key.sign(digest.digest())) + head


class Signer:
    """Signs with one key, in threads of its own. May be used by several threads."""

    def __init__(self, key: Key, threads: int) -> None:
        self._key = key
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="signing")

    def close(self) -> None:
        """Signs no more; what is not begun is not signed."""
        self._pool.shutdown(cancel_futures=True)

    def own(self, octets: bytes, now: datetime) -> bytes:
        """A finished mail of ours with CRLF line ends, signed."""
        header, body = canonical.parted(octets)
        found, at = canonical.fields(header), int(now.timestamp())
        return self._dkim(found, _hash(body), at, fields.OF_A_COPY) + octets

    def sealed(self, octets: bytes, now: datetime, *, results: str, holds: bool) -> Sealed:
        """What the copies of a post share, with CRLF line ends, signed and sealed.

        `results` is what we found of its author's signatures, as the value of an
        Authentication-Results; `holds` says that the ARC chain that it brought was verified.
        """
        header, body = canonical.parted(octets)
        found, at, body_hash = canonical.fields(header), int(now.timestamp()), _hash(body)
        dkim = self._dkim(found, body_hash, at)
        with_dkim = [*canonical.fields(dkim), *found]
        arc = chains.sealed(self._key, with_dkim, body_hash, at, results=results, holds=holds)
        shared = fields.names(found, fields.CORE)
        # Its own fields stand last, so that all before them is hashed once for all copies.
        listed = [*shared, *fields.OF_A_COPY, *fields.OF_A_COPY]
        begun = hashlib.sha256(b"".join(o + b"\r\n" for o in fields.chosen(found, shared)))
        open_field = fields.signature_field(self._key, listed, body_hash, at)
        end = canonical.field(open_field)
        return Sealed(arc + dkim + octets, self._key, open_field, end, begun)

    def heads(
        self, ids: Sequence[int], copies: Sequence[tuple[Sealed, bytes]]
    ) -> list[tuple[list[int], Future[list[bytes]]]]:
        """The header lines of some copies, signed: a few ids, and a future with the lines of each of
        them. They are being signed from now on."""
        return [
            (list(ids[i : i + _AT_ONCE]), self._pool.submit(_sign_all, copies[i : i + _AT_ONCE]))
            for i in range(0, len(copies), _AT_ONCE)
        ]

    def wholes(
        self, copies: Mapping[int, tuple[bytes, bytes]], now: datetime
    ) -> list[tuple[list[int], Future[list[bytes]]]]:
        """As `heads`, for copies whose bodies differ: each is (its own part, the rest that is shared)."""
        ids = list(copies)
        return [
            (some, self._pool.submit(self._sign_wholes, [copies[i] for i in some], now))
            for some in (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
        ]

    def _sign_wholes(self, copies: Sequence[tuple[bytes, bytes]], now: datetime) -> list[bytes]:
        return [self.own(head + rest, now).removesuffix(rest) for head, rest in copies]

    def _dkim(
        self, found: fields.Fields, body_hash: str, at: int, more: tuple[str, ...] = ()
    ) -> bytes:
        listed = fields.names(found, (*fields.CORE, *fields.OF_THE_LIST, *more))
        open_field = fields.signature_field(self._key, listed, body_hash, at)
        return fields.signed(self._key, open_field, fields.chosen(found, listed))


def _sign_all(copies: Sequence[tuple[Sealed, bytes]]) -> list[bytes]:
    return [sealed.signed(head) for sealed, head in copies]


def _hash(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(canonical.body(body)).digest()).decode("ascii")
