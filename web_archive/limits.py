"""How often one peer may ask for something: a few at once, then one at a time (the generic cell rate algorithm).

One number is kept for each peer, and the peers that were seen longest ago are forgotten first, so that many
peers cost no more memory than few. Each process counts for itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import BoundedSemaphore, Lock

MOST_PEERS = 20_000


class Limit:
    """`burst` at once, then one in `seconds`. Safe between threads."""

    def __init__(self, burst: int, seconds: float, most: int = MOST_PEERS) -> None:
        self._slack = (burst - 1) * seconds
        self._each = seconds
        self._most = most
        self._free_at: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = Lock()

    def wait(self, peer: Hashable, now: float) -> float:
        """Count one more of this peer's, at `now` in seconds of any clock: 0 where it may go on, else the
        seconds until it may, and then it was not counted."""
        with self._lock:
            free_at = max(self._free_at.pop(peer, now), now)
            wait = free_at - now - self._slack
            self._free_at[peer] = free_at if wait > 0 else free_at + self._each
            if len(self._free_at) > self._most:
                self._free_at.popitem(last=False)
            return max(wait, 0.0)


class Limits:
    """What is bounded, for one app."""

    def __init__(self) -> None:
        self.signing_in = Limit(30, 2.0)  # a whole council may come from one address
        self.searching = Limit(60, 0.5)
        self.downloading = Limit(120, 0.25)
        self.picturing = Limit(600, 0.1)  # those for which a mail has to be read
        self.whole_archives = BoundedSemaphore(2)  # at a time
