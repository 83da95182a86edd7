"""Two years of a real list, as Mailman 2's archive text: its mails one by one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.corpora import corpora

# By another rule than the product's, which is tested with it.
_BEGINS = re.compile(rb"^From [^\n]+ [\d:]{8} \d{4}\n(?=From: )", re.MULTILINE)


def files() -> list[Path]:
    """The months, in the order of their names."""
    return sorted(corpora("threads/twisted-python").glob("*.txt"))


def mails(count: int | None = None) -> list[bytes]:
    """Each mail with its From_ line, month after month; the first `count` of them."""
    found: list[bytes] = []
    for path in files():
        octets = path.read_bytes()
        starts = [match.start() for match in _BEGINS.finditer(octets)]
        found += [octets[a:b] for a, b in zip(starts, [*starts[1:], len(octets)], strict=True)]
        if count is not None and len(found) >= count:
            break
    return found[:count]
