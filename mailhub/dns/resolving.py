"""One question to a resolver, with patience that ends, and its answer in plain values."""

from __future__ import annotations

import socket
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

TRY_SECONDS = 1.5
MIN_TTL, MAX_TTL = 30, 3600
MAX_NOTHING_TTL = 300
MAX_OCTETS = 16 * 1024  # of one record set
# RFC 2606, RFC 6761, RFC 6762, RFC 7686.
NOWHERE = ("localhost", "test", "example", "invalid", "local", "onion")
DOCUMENTATION = ("example.com", "example.net", "example.org")


def is_nowhere(name: str) -> bool:
    """Whether a name can never be in the DNS, or is one of documentation."""
    return name.rpartition(".")[2] in NOWHERE or any(
        name == domain or name.endswith("." + domain) for domain in DOCUMENTATION
    )


def configured(server: tuple[str, int] | None) -> dns.resolver.Resolver:
    """The resolver at this address, the system's without one."""
    resolver = dns.resolver.Resolver(configure=server is None)
    if server is not None:
        host, port = server
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
        resolver.nameservers = [str(found[0][4][0])]
        resolver.port = port
    resolver.timeout = TRY_SECONDS
    resolver.use_edns(0, 0, 1232)  # most answers in one packet, none in pieces
    return resolver


def resolved(
    resolver: dns.resolver.Resolver, name: str, kind: str, patience: float
) -> tuple[tuple[Any, ...], float]:
    """(the records, for how many seconds they hold)."""
    try:
        asked = dns.name.from_text(name)
    except (dns.exception.DNSException, UnicodeError):
        return (), MAX_TTL  # no name that could be there
    try:
        answer = resolver.resolve(
            asked, kind, lifetime=patience, search=False, raise_on_no_answer=False
        )
    except dns.resolver.NXDOMAIN as error:
        chain = error.response(asked).resolve_chaining()  # type: ignore[no-untyped-call]
        return (), max(MIN_TTL, min(chain.minimum_ttl, MAX_NOTHING_TTL))
    ttl = max(MIN_TTL, min(answer.chaining_result.minimum_ttl, MAX_TTL))
    if answer.rrset is None:
        return (), min(ttl, MAX_NOTHING_TTL)
    if sum(len(record.to_wire()) for record in answer.rrset) > MAX_OCTETS:
        raise dns.exception.TooBig
    return tuple(_plain(record) for record in answer.rrset), ttl


def _plain(record: Any) -> Any:
    match dns.rdatatype.to_text(record.rdtype):
        case "TXT":
            return b"".join(record.strings)
        case "MX":
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
        case _:
            return record.to_text()
