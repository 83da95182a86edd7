"""The mail inside of an opaque S/MIME signature (RFC 8551, 3.5.2; RFC 5652): Outlook's "signed message".

Only found, not verified: the signature proves nothing here. What is encrypted stays closed. A walk
over the few BER elements in front of the content, bounded; never raises.
"""

from __future__ import annotations

MEDIA_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
MAX_PIECES = 100_000

_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _CHOICE = 0x30, 0x31, 0x02, 0x06, 0x04, 0xA0
_PIECES = 0x24  # an OCTET STRING in pieces
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")


class _Strange(Exception):
    """The octets are something else."""


def content(octets: bytes) -> bytes:
    """The signed MIME entity; b"" where there is none, or none that can be found."""
    try:
        position, _ = _enter(octets, 0, _SEQUENCE)
        position = _expect(octets, position, _OID, _SIGNED_DATA)
        position, _ = _enter(octets, position, _CHOICE)
        position, _ = _enter(octets, position, _SEQUENCE)
        position = _expect(octets, position, _INTEGER)
        position = _expect(octets, position, _SET)
        position, _ = _enter(octets, position, _SEQUENCE)
        position = _expect(octets, position, _OID, _DATA)
        position, _ = _enter(octets, position, _CHOICE)
        return _string(octets, position)
    except _Strange:
        return b""


def _head(octets: bytes, position: int) -> tuple[int, int, int]:
    """(tag, where the value begins, where it ends); -1 as the end of one that ends with a mark."""
    if position + 2 > len(octets):
        raise _Strange
    tag, length = octets[position], octets[position + 1]
    position += 2
    if length == 0x80:
        return tag, position, -1
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            raise _Strange
        length = int.from_bytes(octets[position : position + size], "big")
        position += size
    return tag, position, position + length


def _enter(octets: bytes, position: int, wanted: int) -> tuple[int, int]:
    tag, start, end = _head(octets, position)
    if tag != wanted:
        raise _Strange
    return start, end


def _expect(octets: bytes, position: int, wanted: int, value: bytes = b"") -> int:
    """Behind an element of that tag, and of that value if one is given."""
    start, end = _enter(octets, position, wanted)
    if end < 0 or (value and octets[start:end] != value):
        raise _Strange
    return end


def _string(octets: bytes, position: int) -> bytes:
    tag, start, end = _head(octets, position)
    if tag == _OCTETS and end >= 0:
        return octets[start:end]
    if tag != _PIECES:
        raise _Strange
    pieces: list[bytes] = []
    while len(pieces) < MAX_PIECES and (end < 0 or start < end):
        tag, begin, stop = _head(octets, start)
        if tag != _OCTETS or stop < 0:
            break  # the mark of the end
        pieces.append(octets[begin:stop])
        start = stop
    return b"".join(pieces)
