"""A batch: the copies of one `send`, of which each gets exactly one outcome."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from mailhub.courier.copies import Copy
from mailhub.courier.outcomes import Deferred, Outcome

_CHANCES = 5


class Batch:
    """What waits, and what was settled since it was last asked."""

    def __init__(self, copies: Iterable[Copy]) -> None:
        self.waiting = deque(copies)
        self.trouble = ""  # why a connection was lost last
        self._settled: list[tuple[int, Outcome]] = []
        self._put_back: Counter[int] = Counter()

    def settle(self, copy: Copy, outcome: Outcome) -> None:
        self._settled.append((copy.delivery_id, outcome))

    def put_back(self, copy: Copy, otherwise: Deferred) -> None:
        """Lets a copy, of whose body nothing has gone, wait for another connection; not for ever:
        it may be this very copy that ends them."""
        self._put_back[copy.delivery_id] += 1
        if self._put_back[copy.delivery_id] > _CHANCES:
            self.settle(copy, otherwise)
        else:
            self.waiting.appendleft(copy)

    def defer_rest(self, outcome: Deferred) -> None:
        while self.waiting:
            self.settle(self.waiting.popleft(), outcome)

    def settled(self) -> Iterator[tuple[int, Outcome]]:
        """What was settled since the last call."""
        settled, self._settled = self._settled, []
        yield from settled
