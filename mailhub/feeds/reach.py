"""Which machines a feed may be fetched from: those of the open internet, never one inside our network.

A name is resolved once, its addresses are checked, and it is to the checked address that the caller
connects: a name that says something else a moment later changes nothing. What is inside may be named by
the operator (`MAILHUB_FEED_NETWORKS`), for an intranet's own feeds; there any port will do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from mailhub.syndication.trouble import Trouble

PORTS = frozenset({80, 443, 8080, 8443})
# Which `is_global` lets through though they lead, or may lead, to an address of the old kind that is inside:
# NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056) and its relays, Teredo (RFC 4380); and to many at once.
_LEADS_ON = tuple(
    ip_network(one)
    for one in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::ffff:0:0/96",
        "::/96",
        "192.88.99.0/24",
    )
)

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Ask = Callable[[str, str], tuple[Any, ...]]  # as `dns.Dns.ask`


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the open internet, and of one machine there."""
    if ip.is_multicast or not ip.is_global or getattr(ip, "is_site_local", False):
        return False
    return not any(ip in network for network in _LEADS_ON if network.version == ip.version)


class Reach:
    """What may be reached. `ask` gives the records of a name; `networks` are those inside that may be."""

    def __init__(self, ask: Ask, networks: Sequence[Network] = ()) -> None:
        self._ask = ask
        self._networks = tuple(networks)

    def address(self, host: str, port: int) -> str:
        """The address to connect to. Trouble where there is none that may be reached."""
        found = self._addresses(host)
        if not found:
            raise Trouble("no-such-host", host)
        for ip in found:
            if self._may(ip, port):
                return str(ip)
        name = "inside" if not any(map(is_public, found)) else "port"
        raise Trouble(name, host if name == "inside" else str(port))

    def _may(self, ip: Ip, port: int) -> bool:
        inside = any(ip in network for network in self._networks if network.version == ip.version)
        return inside or (is_public(ip) and port in PORTS)

    def _addresses(self, host: str) -> list[Ip]:
        literal = _literal(host.strip("[]"))
        if literal is not None:
            return [literal]
        texts = [*self._ask(host, "A"), *self._ask(host, "AAAA")]
        found = (_literal(str(text)) for text in texts[:20])
        return [ip for ip in found if ip is not None]


def _literal(text: str) -> Ip | None:
    """An address as it is written in full. What C libraries take besides (`0x7f.1`, `2130706433`) is a
    name, which nobody has."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
