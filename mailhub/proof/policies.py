"""What a domain asks to be done with mail in its name that is not proven (DMARC, RFC 7489)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mailhub.dns import NoAnswer
from mailhub.proof.domains import ascii_domain, organisational

MAX_RECORD = 2048  # octets
_VERSION = re.compile(rb"v[ \t]{0,9}=[ \t]{0,9}DMARC1[ \t]{0,9}(?:;|\Z)")

Ask = Callable[[str, str], tuple[object, ...]]  # `Dns.ask`


class Asked(StrEnum):
    """What a domain asks for."""

    NOTHING = "none"  # no record, or p=none
    QUARANTINE = "quarantine"
    REJECT = "reject"
    UNKNOWN = "unknown"  # DNS did not say


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy that holds for one domain; `is_published` is False where there is no record."""

    asked: Asked = Asked.NOTHING
    is_published: bool = False
    strict_dkim: bool = False
    strict_spf: bool = False
    percent: int = 100

    @property
    def is_enforced(self) -> bool:
        """Whether unproven mail is to be stopped; `pct=0` asks for nothing yet."""
        return self.asked in (Asked.QUARANTINE, Asked.REJECT) and self.percent > 0


def policy_of(domain: str, ask: Ask) -> Policy:
    """The policy of a domain, as given by `ascii_domain`: its own record, else the organisational
    domain's with `sp=` (RFC 7489, 6.6.3)."""
    if not domain:
        return Policy()
    try:
        tags, above = _record(domain, ask), organisational(domain)
        inherited = tags is None and above != domain
        if inherited:
            tags = _record(above, ask)
    except NoAnswer:
        return Policy(Asked.UNKNOWN, strict_dkim=True, strict_spf=True)
    if not tags:
        return Policy()
    asked = (tags.get("sp") if inherited else None) or tags.get("p", "")
    if asked not in ("none", "quarantine", "reject"):
        asked = (
            "none"  # where reports are asked for; else there is no policy, which is the same here
        )
    percent = tags.get("pct", "")
    return Policy(
        Asked(asked),
        is_published=True,
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
        percent=min(int(percent), 100) if re.fullmatch("[0-9]{1,3}", percent) else 100,
    )


def asks_for_rewriting(address: str, ask: Ask) -> bool:
    """Whether mail of this author, or domain, that a list sends on would be refused under the
    author's own From. Where DNS does not say, it is taken to be so. `pct` is no excuse: with pct=0 a
    domain that prepares for more asks lists for just this.
    """
    return policy_of(ascii_domain(address), ask).asked != Asked.NOTHING


def _record(domain: str, ask: Ask) -> dict[str, str] | None:
    """The tags of the one DMARC record of a domain; None for no record, {} for several, which are no
    policy."""
    records = [
        record
        for record in ask(f"_dmarc.{domain}", "TXT")
        if isinstance(record, bytes) and len(record) <= MAX_RECORD and _VERSION.match(record)
    ]
    if len(records) != 1:
        return {} if records else None
    tags: dict[str, str] = {}
    for tag in records[0].decode("ascii", "replace").split(";"):
        name, equals, value = tag.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip().lower())
    return tags
