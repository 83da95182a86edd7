"""What one peer, one session, one mail may cost us."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the door; seconds and octets. The defaults leave room for a relay that brings
    all our mail from one address, and RFC 5321 (4.5.3) for what a sender may count on."""

    max_mail_bytes: int = 26_214_400
    bytes_in_hand: int = 256 * 1024 * 1024  # of all mails that are coming in, together
    connections: int = 400
    connections_per_peer: int = 100
    recipients: int = 200  # of one mail
    mails: int = 10_000  # of one session
    commands: int = 1_000  # since the last mail that was kept
    refusals: int = 20  # since the last mail that was kept
    idle_seconds: float = 300  # for the next command
    block_seconds: float = 180  # for the next part of a mail
    mail_seconds: float = 1_800  # for one mail as a whole
    session_seconds: float = 7_200  # until no new mail is begun
    watch_seconds: float = 1  # how often a session looks at its time
    linger_seconds: float = 5  # for the last answer to go out to a peer that does not read
    lookup_seconds: float = 30  # for the answer whether an address is known
    stop_seconds: float = 10  # for mails that are coming in when the door closes


class Guests:
    """Who is in, counted by peer: an IPv4 address, or the /64 that one IPv6 customer has."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_peer: Counter[str] = Counter()

    def enter(self, peer: str) -> bool:
        """Count a connection; False, and not counted, where there are too many."""
        key = _network(peer)
        if (
            self._by_peer.total() >= self._limits.connections
            or self._by_peer[key] >= self._limits.connections_per_peer
        ):
            return False
        self._by_peer[key] += 1
        return True

    def leave(self, peer: str) -> None:
        """A connection that had entered is over."""
        key = _network(peer)
        self._by_peer[key] -= 1
        if self._by_peer[key] <= 0:
            del self._by_peer[key]


@lru_cache(4_096)
def _network(peer: str) -> str:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(IPv6Address(int(address) >> 64 << 64))
    return peer
