"""Dns: what is asked, remembered, and waited for by one asker of many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

import dns.exception
import dns.message
import dns.query
import dns.resolver
import structlog

from mailhub.dns.resolving import configured, is_nowhere, resolved
from mailhub.settings import host_and_port

log = structlog.get_logger()

LOOKUP_SECONDS = 3.0  # for one name, TCP and a second try included
ALIVE_SECONDS = 1.0  # for a resolver to say anything at all
AWAY_SECONDS = 10.0  # until a resolver that said nothing is asked again
TROUBLE_TTL = 30
MAX_KEPT = 4000  # record sets


class NoAnswer(Exception):
    """Nobody could say: no answer in time, a fault on the way, or too much was asked."""


class ResolverAway(NoAnswer):
    """Our own resolver says nothing, whatever it is asked."""

    def __init__(self) -> None:
        super().__init__("the resolver says nothing")


@dataclass(frozen=True, slots=True)
class _Kept:
    records: tuple[Any, ...]
    trouble: str
    until: float


class Dns:
    """One for a process; used by several threads.

    `server` is `host:port` of a resolver, "" for the system's; `clock` gives seconds that never go back.
    """

    def __init__(self, server: str = "", *, clock: Callable[[], float]) -> None:
        self._server = host_and_port(server) if server else None
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._being_asked: dict[tuple[str, str], Event] = {}
        self._resolver: dns.resolver.Resolver | None = None
        self._away_until = 0.0

    def ask(self, name: str, kind: str, patience: float = LOOKUP_SECONDS) -> tuple[Any, ...]:
        """The records of a name, () where there are none: TXT as joined octets, A and AAAA as text, MX
        as (preference, host), PTR as hosts. CNAMEs are followed. NoAnswer where nobody can say."""
        name = name.lower().rstrip(".")
        if self._server is None and is_nowhere(name):
            return ()
        kept = self._remembered(name, kind) or self._found_out(
            name, kind, min(patience, LOOKUP_SECONDS)
        )
        if kept.trouble:
            raise NoAnswer(kept.trouble)
        return kept.records

    def knows(self, name: str, kind: str) -> bool:
        """Whether `ask` answers at once."""
        name = name.lower().rstrip(".")
        if self._server is None and is_nowhere(name):
            return True
        return self._remembered(name, kind) is not None

    def _remembered(self, name: str, kind: str) -> _Kept | None:
        with self._lock:
            kept = self._kept.get((name, kind))
            if kept is None or kept.until < self._clock():
                return None
            self._kept.move_to_end((name, kind))
            return kept

    def _found_out(self, name: str, kind: str, patience: float) -> _Kept:
        """What is found out now, by whoever asked first; others who ask the same wait for that."""
        with self._lock:
            being_asked = self._being_asked.get((name, kind))
            if being_asked is None:
                mine = self._being_asked[name, kind] = Event()
        if being_asked is not None:
            being_asked.wait(patience)
            kept = self._remembered(name, kind)
            if kept is None:
                raise NoAnswer(f"{name}: no answer in time")
            return kept
        try:
            return self._find_out(name, kind, patience)
        finally:
            with self._lock:
                del self._being_asked[name, kind]
            mine.set()

    def _find_out(self, name: str, kind: str, patience: float) -> _Kept:
        resolver = self._reached()
        ttl: float = TROUBLE_TTL
        records: tuple[Any, ...] = ()
        trouble = ""
        try:
            records, ttl = resolved(resolver, name, kind, patience)
        except dns.exception.Timeout:
            if not self._is_alive(resolver):
                self._away_until = self._clock() + AWAY_SECONDS
                log.warning("resolver-away", servers=[str(s) for s in resolver.nameservers])
                raise ResolverAway from None
            if (
                patience < LOOKUP_SECONDS
            ):  # the asker had no more time: that says little of the name
                raise NoAnswer(f"{name}: no answer in time") from None
            trouble = f"{name}: no answer in time"
        except Exception as error:  # whatever a stranger's answer does to who reads it
            trouble = f"{name}: {type(error).__name__}"
        kept = _Kept(records, trouble, self._clock() + ttl)
        with self._lock:
            self._kept[name, kind] = kept
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _reached(self) -> dns.resolver.Resolver:
        """The resolver; NoAnswer while it is away. The first who asks after that looks for it, and the
        others do not wait for what comes of it."""
        with self._lock:
            was_away, now = self._away_until > 0, self._clock()
            if self._away_until > now:
                raise ResolverAway
            if was_away:
                self._away_until = now + AWAY_SECONDS
        if self._resolver is None:
            try:
                self._resolver = configured(self._server)
            except (dns.exception.DNSException, OSError, ValueError) as error:
                self._away_until = self._clock() + AWAY_SECONDS
                log.warning("resolver-away", error=str(error))
                raise ResolverAway from None
        if was_away:
            if not self._is_alive(self._resolver):
                raise ResolverAway
            self._away_until = 0.0
        return self._resolver

    @staticmethod
    def _is_alive(resolver: dns.resolver.Resolver) -> bool:
        """Whether the resolver says anything, be it a refusal, to a question that it need ask nobody."""
        question = dns.message.make_query(".", "NS")
        for server in resolver.nameservers:
            try:
                dns.query.udp(question, str(server), timeout=ALIVE_SECONDS, port=resolver.port)
            except (dns.exception.DNSException, OSError):
                continue
            return True
        return False
