"""Reading many mails: in child processes where there are many, since reading costs more than filing.

What comes back is a Letter without the bytes of its attachments: those are in the blobs by then; and without
our tokens, as of a post that comes by mail. A child ends with its parent, however that ends.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from mailhub import library, reading
from mailhub.blobs import Blobs
from mailhub.children import end_with_parent
from mailhub.compose import private
from mailhub.letter import Letter
from mailhub.library import Prepared
from mailhub.site import Site

AHEAD = 4  # batches that are read or wait to be filed

Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail that was read, the bytes of its papers kept."""

    letter: Letter
    prepared: tuple[Prepared, ...]


def understand(blobs: Blobs, site: Site, raws: list[bytes]) -> list[Understood]:
    """Read some mails and keep the bytes of their papers; CannotKeep where that fails."""
    found = []
    for raw in raws:
        letter = private.letter(reading.read(raw), site)
        prepared = library.prepare(blobs, letter)
        found.append(Understood(replace(letter, attachments=()), prepared))
    return found


def in_order(
    batches: Iterable[Batch],
    raws: Callable[[Batch], list[bytes]],
    blobs: Blobs,
    site: Site,
    children: int,
) -> Iterator[tuple[Batch, list[Understood]]]:
    """Each batch with what was read in its mails, in their order; 0 children: read here.

    The children are forks, made before the first batch is asked for: no connection to a database
    may be open until then.
    """
    if not children:
        for batch in batches:
            yield batch, understand(blobs, site, raws(batch))
        return
    with ProcessPoolExecutor(
        children, multiprocessing.get_context("fork"), initializer=end_with_parent
    ) as pool:
        pool.submit(len, b"").result()
        waiting: deque[tuple[Batch, Future[list[Understood]]]] = deque()
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(understand, blobs, site, raws(batch))))
                if len(waiting) == AHEAD:
                    first, read = waiting.popleft()
                    yield first, read.result()
            for first, read in waiting:
                yield first, read.result()
        finally:
            pool.shutdown(cancel_futures=True)
