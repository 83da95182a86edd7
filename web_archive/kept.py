"""What was rendered is kept, least recently used out first, bounded by its size in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most `octets` of values, by key; `weigh` says how many one takes. Safe between threads."""

    def __init__(self, octets: int, weigh: Callable[[Value], int]) -> None:
        self._room = octets
        self._weigh = weigh
        self._taken = 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """What was put under `key`, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep `value`, unless it alone would take a quarter of the room."""
        weight = self._weigh(value)
        if weight * 4 > self._room:
            return
        with self._lock:
            old = self._values.pop(key, None)
            if old is not None:
                self._taken -= self._weigh(old)
            self._values[key] = value
            self._taken += weight
            while self._taken > self._room:
                _, dropped = self._values.popitem(last=False)
                self._taken -= self._weigh(dropped)
