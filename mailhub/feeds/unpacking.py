"""What a server has packed, unpacked as far as the limit goes: a small answer can hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from mailhub.syndication.trouble import Trouble

ENCODINGS = ("gzip", "x-gzip", "deflate", "identity", "")


def unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The octets of a body in its Content-Encoding. Trouble where these are more than `limit`, packed or
    not, where they are broken, or packed in a way that was not asked for."""
    encoding = encoding.strip().lower()
    if encoding not in ENCODINGS:
        raise Trouble("packed", encoding)
    plain = encoding in ("identity", "")
    unpack = (
        None if plain else zlib.decompressobj(zlib.MAX_WBITS | (0 if encoding == "deflate" else 16))
    )
    body, came = bytearray(), 0
    for chunk in chunks:
        came += len(chunk)
        if came > limit:
            raise Trouble("too-large", _size(limit))
        if unpack is None:
            body += chunk
            continue
        try:
            if not body and encoding == "deflate" and came == len(chunk) and chunk[:1] != b"\x78":
                unpack = zlib.decompressobj(-zlib.MAX_WBITS)  # without the head that belongs there
            body += unpack.decompress(chunk, limit - len(body) + 1)
        except zlib.error:
            raise Trouble("packed", encoding) from None
        if len(body) > limit or unpack.unconsumed_tail:
            raise Trouble("too-large", _size(limit))
    if unpack is not None and not unpack.eof:
        raise Trouble("packed", "cut short")
    return bytes(body)


def _size(limit: int) -> str:
    return f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit >> 10} KB"
