"""Couriers for tests: one that remembers everything."""

from __future__ import annotations

import email
import email.policy
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

from mailhub.courier import Copy, Features, Outcome, Sent


@dataclass(frozen=True)
class Remembered:
    """A copy as it was sent; `raw` as its recipient would get it."""

    delivery_id: int
    sender: str
    recipient: str
    raw: bytes = field(repr=False)

    @property
    def mail(self) -> EmailMessage:
        """Read by the standard library: our own mail must be readable by anyone."""
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class RememberingCourier:
    """Takes everything and remembers it in `sent`, unless `answer` says otherwise for a copy."""

    def __init__(
        self,
        answer: Callable[[Copy], Outcome] = lambda copy: Sent("250 2.0.0 remembered"),
        features: Features = Features(eight_bit=True, smtputf8=True),  # noqa: B008 (frozen)
    ) -> None:
        self.sent: deque[Remembered] = deque()
        self.batches = 0
        self.closed = False
        self._answer = answer
        self._features = features
        self._came = threading.Condition()

    def send(self, copies: Sequence[Copy]) -> Iterator[tuple[int, Outcome]]:
        self.batches += 1
        for copy in copies:
            outcome = self._answer(copy)
            if isinstance(outcome, Sent):
                raw = copy.head + copy.shared.unstuffed()
                with self._came:
                    self.sent.append(Remembered(copy.delivery_id, copy.sender, copy.recipient, raw))
                    self._came.notify_all()
            yield copy.delivery_id, outcome

    def features(self) -> Features:
        return self._features

    def close(self) -> None:
        self.closed = True

    def to(self, recipient: str) -> list[Remembered]:
        """What this person got, in order."""
        return [copy for copy in list(self.sent) if copy.recipient == recipient]

    def wait_for(self, count: int, timeout: float = 60) -> list[Remembered]:
        """All that was sent, once there are `count`; fails if there are not in `timeout` seconds."""
        with self._came:
            enough = self._came.wait_for(lambda: len(self.sent) >= count, timeout)
        assert enough, f"{len(self.sent)} of {count} copies were sent"
        return list(self.sent)
