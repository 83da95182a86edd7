"""Who asks: the peer's address, or the one that a proxy of ours says it passed on.

A proxy on this machine or one of MAILHUB_TRUSTED_PROXIES is believed about the address before its own in
X-Forwarded-For, and nobody else.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from werkzeug.exceptions import TooManyRequests

from mailhub.settings import listed
from web_archive.current import hub
from web_archive.limits import Limit

MOST_PASSED_ON = 20  # addresses that are looked at


def is_near(address: str, trusted: Collection[str]) -> bool:
    """Whether this is an address of this machine, or of a trusted proxy."""
    try:
        return ip_address(address).is_loopback or address in trusted
    except ValueError:
        return False


def peer_of(address: str, forwarded: str, trusted: Collection[str]) -> str:
    """Whom to count: an IPv4 address, or the network of an IPv6 one, of which a person has a whole /64."""
    passed_on = [part.strip() for part in forwarded[-2_000:].split(",") if part.strip()]
    for _ in range(MOST_PASSED_ON):
        if not passed_on or not is_near(address, trusted):
            break
        address = passed_on.pop()
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def peer() -> str:
    """Whose request this is; "" where nobody knows."""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    trusted = listed(hub().settings.trusted_proxies)
    return peer_of(request.remote_addr or "", forwarded, trusted)


def bound(limit: Limit, *, except_near: bool = False) -> None:
    """TooManyRequests where this peer asks too often. With `except_near` those who ask from this machine
    itself are not counted: load tests, and an operator's own programs."""
    who = peer()
    if except_near and is_near(who, ()):
        return
    wait = limit.wait(who, hub().now().timestamp())
    if wait:
        raise TooManyRequests(retry_after=math.ceil(wait))
