"""SPF (RFC 7208): whether a host may send for the domain of its envelope.

pyspf reads and decides; every question it has goes to our own resolver, with the limits of one mail. Its
expressions are quadratic in a long word, so a record that nobody would publish is an error.
"""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import Any

import spf

from mailhub.dns import NoAnswer
from mailhub.proof.domains import ascii_domain
from mailhub.proof.policies import Ask

MAX_RECORD = 4096  # octets; RFC 7208, 3.4, asks for 450
MAX_WORD = 512  # of a record
MAX_NAME = 253


def checked(peer: str, mail_from: str, helo: str, ask: Ask) -> tuple[str, str]:
    """(the result as RFC 7208, 2.6, names it, the domain that it is about): of MAIL FROM, or where that
    is null of HELO. ("none", "") where there is nothing to check."""
    domain = sender_domain(mail_from, helo)
    try:
        ipaddress.ip_address(peer)
    except ValueError:
        return "none", ""
    if not domain:
        return "none", ""
    local = mail_from.rpartition("@")[0]
    sender = f"{local if local and '@' not in local else 'postmaster'}@{domain}"
    try:
        return _Query(ask, peer, sender, helo).check()[0], domain
    except Exception:  # pyspf follows what strangers publish
        return "permerror", domain


def sender_domain(mail_from: str, helo: str) -> str:
    """The domain that SPF speaks about."""
    return ascii_domain(mail_from if mail_from else helo)


class _Query(spf.query):  # type: ignore[misc]
    """One check of pyspf, with our resolver."""

    def __init__(self, ask: Ask, peer: str, sender: str, helo: str) -> None:
        super().__init__(i=peer, s=sender, h=helo, strict=True)
        self._ask = ask

    def dns(
        self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False
    ) -> list[Any]:
        """The records of a name; more than two names without any are an error (RFC 7208, 4.6.4)."""
        name = str(name).rstrip(".").lower()
        if len(name) > MAX_NAME or not all(0 < len(label) < 64 for label in name.split(".")):
            return []
        try:
            found = self._ask(name, qtype)
        except NoAnswer as error:
            raise spf.TempError(str(error)) from None
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many names without records")
        return [(record,) for record in found] if qtype == "TXT" else list(found)

    def dns_spf(self, domain: str) -> str | None:
        """The one SPF record of a domain."""
        record: str | None = super().dns_spf(domain)
        if record and (len(record) > MAX_RECORD or max(map(len, record.split(" "))) > MAX_WORD):
            raise spf.PermError("a record that is too long")
        return record

    def validated_ptrs(self) -> list[str]:
        """The names of the peer whose addresses have it; one that DNS says nothing of is passed over
        (RFC 7208, 5.5)."""
        with suppress(spf.TempError):
            return [name for name in self.dns_ptr(self.i)[: spf.MAX_PTR] if self._is_peer(name)]
        return []

    def _is_peer(self, name: str) -> bool:
        with suppress(spf.TempError):
            return bool(self.cidrmatch(self.dns_a(name, self.A), self.cidrmax))
        return False

    def get_explanation(self, spec: str) -> None:
        """Nobody reads it here: not worth a question."""
