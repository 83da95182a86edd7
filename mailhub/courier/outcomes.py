"""What becomes of a copy that is given to the relay: Sent, Deferred or Refused.

The words of an outcome are the relay's own ("550 5.1.1 No such user"), cleaned and cut, or ours,
which have an enhanced code (RFC 3463) and no reply code before it ("4.4.1 no connection …").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailhub.courier.copies import Copy

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """The relay answered 2xx after the body: the copy is its own now."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now. Where the connection broke before the last answer, the relay may have the copy."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: this copy must not be tried again."""

    reply: str


Outcome = Sent | Deferred | Refused


@dataclass(frozen=True, slots=True)
class Features:
    """What the way out can carry. `size` is the most octets of one mail, 0 where it is not said."""

    eight_bit: bool = False
    smtputf8: bool = False
    size: int = 0
    pipelining: bool = False


class RelayAway(Exception):
    """The relay could not be asked; the text says why, as an outcome would."""


class Courier(Protocol):
    """The way out for finished copies. One may be shared by threads."""

    def send(self, copies: Sequence[Copy]) -> Iterator[tuple[int, Outcome]]:
        """Each copy's (delivery_id, outcome), once each, in the order the outcomes are known.

        Copies go out while this is iterated, not before. If the caller stops iterating, what is
        under way is cut off, and what was not reported may or may not have arrived.
        """
        ...

    def features(self) -> Features:
        """What the relay offers; asks it if need be. RelayAway where it cannot be asked."""
        ...

    def close(self) -> None:
        """Takes leave of the relay. A `send` under way ends by itself."""
        ...


def cleaned(words: bytes | str) -> str:
    """A stranger's words for a log, a table or a page: one line, printable, at most 500 characters."""
    if isinstance(words, bytes):
        words = words[: 4 * LONGEST_WORDS].decode("utf-8", "replace")
    words = words[: 4 * LONGEST_WORDS].strip()
    if not words.isprintable():
        words = "".join(c if c.isprintable() else " " for c in words)
    return words.strip()[:LONGEST_WORDS]
