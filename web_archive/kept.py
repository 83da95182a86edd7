"""What was rendered is kept, bounded by its size in memory; what nobody asked for meanwhile goes first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry(Generic[Value]):
    value: Value
    weight: int
    asked: bool = False


class Kept(Generic[Value]):
    """At most `octets` of values, by key; `weigh` says how many one takes. Safe between threads.

    A second chance: the oldest goes, but one that was asked for since it came, or since its last turn, is the youngest
    again instead. So asking costs one look, and no lock.
    """

    def __init__(self, octets: int, weigh: Callable[[Value], int]) -> None:
        self._room = octets
        self._weigh = weigh
        self._taken = 0
        self._entries: dict[Hashable, _Entry[Value]] = {}  # the oldest first
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """What was put under `key`, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        entry.asked = True
        return entry.value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep `value`, unless it alone would take a quarter of the room."""
        weight = self._weigh(value)
        if weight * 4 > self._room:
            return
        with self._lock:
            before = self._entries.pop(key, None)
            if before is not None:
                self._taken -= before.weight
            self._entries[key] = _Entry(value, weight)
            self._taken += weight
            while self._taken > self._room:
                oldest = next(iter(self._entries))
                entry = self._entries.pop(oldest)
                if entry.asked:
                    entry.asked = False
                    self._entries[oldest] = entry
                else:
                    self._taken -= entry.weight
