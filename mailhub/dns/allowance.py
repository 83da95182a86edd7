"""What one mail may make us ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailhub.dns.asking import Dns, NoAnswer, ResolverAway

MAIL_SECONDS = 8.0  # for all that one mail makes us ask
MAIL_NAMES = 60  # RFC 7208, 4.6.4: 10 mechanisms, of which "mx" may name 10 hosts each


class Allowance:
    """What one mail may make us ask: so many names in so many seconds, then NoAnswer. `met_silence` says
    whether our own resolver was away."""

    def __init__(
        self,
        dns: Dns,
        clock: Callable[[], float],
        *,
        seconds: float = MAIL_SECONDS,
        names: int = MAIL_NAMES,
    ) -> None:
        self._dns = dns
        self._clock = clock
        self._until = clock() + seconds
        self._names = names
        self.met_silence = False

    def ask(self, name: str, kind: str) -> tuple[Any, ...]:
        """As `Dns.ask`."""
        self._names -= 1
        left = self._until - self._clock()
        if self._names < 0 or left <= 0:
            raise NoAnswer("one mail made us ask too much")
        try:
            return self._dns.ask(name, kind, left)
        except ResolverAway:
            self.met_silence = True
            raise
