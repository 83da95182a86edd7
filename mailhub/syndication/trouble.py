"""Why a feed cannot be had, by name; the words stand in templates/words/, under `feed_troubles`."""

from __future__ import annotations

# Which are the web address's own fault: trying again brings nothing new.
FINAL = frozenset(
    {"url-form", "scheme", "inside", "port", "no-feed", "robots", "gone", "no-such-host"}
)


class Trouble(Exception):
    """`name` is the trouble's name, `said` what belongs to it: a status, a host; `retry_after` the seconds
    that the other side asks us to wait."""

    def __init__(self, name: str, said: str = "", retry_after: int = 0) -> None:
        super().__init__(f"{name}: {said}" if said else name)
        self.name = name
        self.said = said[:200]
        self.retry_after = retry_after
