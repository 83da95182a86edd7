"""What stands in an archive, by its table of contents, without unpacking it to disk.

Only ZIP is looked into; of gzip, bzip2 and xz so much is unpacked in memory as tells a bomb. Depth,
number and octets are bounded, whatever an archive says of itself.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_ENTRIES = 10_000
MAX_UNPACKED = 2_000_000_000  # octets that an archive may say it holds
MAX_RATIO = 100  # times its size, once it is over SMALL
SMALL = 100_000_000
MAX_DEPTH = 3
MAX_INNER = 20_000_000  # octets of an archive in an archive that is looked into
_STREAM_LIMIT = 64_000_000
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Contents:
    """The names in an archive and in those in it; whether some are locked; whether it is a bomb."""

    names: tuple[str, ...] = ()
    encrypted: bool = False
    bomb: bool = False


def contents(octets: bytes) -> Contents:
    """What is in this archive; nothing where it is none, or too broken to be read."""
    names: list[str] = []
    encrypted = bomb = False
    waiting = [(octets, 1)]
    room = MAX_INNER
    while waiting and not bomb:
        archive, depth = waiting.pop()
        if is_stream_bomb(archive):
            bomb = True
        for info, inner in _entries(archive, room):
            if info is None:
                bomb = True
                break
            names.append(info.filename)
            encrypted = encrypted or bool(info.flag_bits & 1)
            if inner:
                room -= len(inner)
                bomb = bomb or depth == MAX_DEPTH
                waiting.append((inner, depth + 1))
    return Contents(tuple(names[:MAX_ENTRIES]), encrypted, bomb)


def _entries(octets: bytes, room: int) -> Iterator[tuple[zipfile.ZipInfo | None, bytes]]:
    """Each entry, and its octets where it is an archive itself; None where there is too much."""
    if not octets.startswith(b"PK") or b"PK\x05\x06" not in octets[-70_000:]:
        return
    if octets.count(b"PK\x01\x02") > MAX_ENTRIES:
        yield None, b""
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return
    with archive:
        infos = archive.infolist()
        unpacked = sum(info.file_size for info in infos)
        if unpacked > MAX_UNPACKED or unpacked > max(SMALL, MAX_RATIO * len(octets)):
            yield None, b""
            return
        for info in infos:
            inner = b""
            if info.filename.lower().endswith(".zip") and not info.flag_bits & 1:
                inner = read(archive, info, room)
                room -= len(inner)
            yield info, inner


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """One entry; at most `limit` octets of it, whatever size it says it has; b"" where it is broken."""
    try:
        with archive.open(info) as file:
            return file.read(max(0, limit))
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        NotImplementedError,
    ):
        return b""


def is_stream_bomb(octets: bytes) -> bool:
    """Whether a gzip, bzip2 or xz file grows beyond measure when it is unpacked."""
    unpack = next((make() for mark, make in _UNPACKERS if octets.startswith(mark)), None)
    if unpack is None:
        return False
    unpacked = 0
    try:
        for taken in range(0, len(octets), _BLOCK):
            for size in unpack(octets[taken : taken + _BLOCK]):
                unpacked += size
                if unpacked > _STREAM_LIMIT:
                    return unpacked > MAX_RATIO * (taken + _BLOCK)
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        return False
    return False


def _gzip() -> Callable[[bytes], Iterator[int]]:
    unpacker = zlib.decompressobj(wbits=31)

    def unpack(block: bytes) -> Iterator[int]:
        while block and not unpacker.eof:
            yield len(unpacker.decompress(block, _BLOCK))
            block = unpacker.unconsumed_tail

    return unpack


def _with(
    unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor,
) -> Callable[[bytes], Iterator[int]]:
    def unpack(block: bytes) -> Iterator[int]:
        while not unpacker.eof:
            yield len(unpacker.decompress(block, _BLOCK))
            if unpacker.needs_input:
                return
            block = b""

    return unpack


_UNPACKERS: tuple[tuple[bytes, Callable[[], Callable[[bytes], Iterator[int]]]], ...] = (
    (b"\x1f\x8b", _gzip),
    (b"BZh", lambda: _with(bz2.BZ2Decompressor())),
    (b"\xfd7zXZ\0", lambda: _with(lzma.LZMADecompressor(memlimit=100_000_000))),
)
