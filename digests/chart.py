"""A chart as a PNG, without a library: bars of two shades, one below the other, over a line. Its figures go
with it as text; it has no writing of its own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 560, 180, 12
# White, the line, the lower and the upper part of a bar.
COLOURS = ((255, 255, 255), (85, 96, 109), (31, 95, 139), (155, 203, 240))


def bars(values: Sequence[tuple[int, int]]) -> bytes:
    """A PNG of one bar for each (lower, upper); the highest reaches the top."""
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    base, room = HEIGHT - EDGE, HEIGHT - 2 * EDGE
    most = max((low + high for low, high in values), default=0) or 1
    step = (WIDTH - 2 * EDGE) // max(1, len(values))
    for number, (low, high) in enumerate(values):
        left = EDGE + number * step + step // 8
        right = EDGE + (number + 1) * step - step // 8
        middle = base - round(room * low / most)
        top = base - round(room * (low + high) / most)
        for shade, above, below in ((2, middle, base), (3, top, middle)):
            for y in range(above, below):
                rows[y][left:right] = bytes([shade]) * (right - left)
    rows[base][EDGE : WIDTH - EDGE] = b"\x01" * (WIDTH - 2 * EDGE)
    return _png(rows)


def _png(rows: Sequence[bytearray]) -> bytes:
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", head),
            (b"PLTE", bytes(part for colour in COLOURS for part in colour)),
            (b"IDAT", packed),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
