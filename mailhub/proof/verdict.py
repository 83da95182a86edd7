"""Proof: what was found out about who sent a mail, and whether that is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from mailhub.proof.policies import Asked


@dataclass(frozen=True, slots=True)
class Proof:
    """Who is believed, and why. The empty Proof says nothing: neither proven nor failed.

    `domain` is that of the one author, in ASCII; `policy` what it asks for. Results are those of RFC
    8601: pass, fail, none, temperror, …; "" was not checked, since nothing could follow from it. `dkim`
    has (domain, result) of each signature that speaks for the author's domain. `by` names the server
    whose results were taken over, "" for checks of our own.
    """

    domain: str = ""
    policy: str = ""
    spf: str = ""
    spf_domain: str = ""
    dkim: tuple[tuple[str, str], ...] = ()
    dmarc: str = ""
    by: str = ""
    asked: bool = True  # False where nothing could follow from it, so that nobody looked
    proven: bool = False  # the one author's domain says that it sent this mail
    fails_policy: bool = False  # it asks for quarantine or rejection, and did not send this mail

    @property
    def word(self) -> str:
        """What came of it: proven, failed (its domain's policy), unproven or unasked."""
        if self.proven:
            return "proven"
        if self.fails_policy:
            return "failed"
        return "unproven" if self.asked else "unasked"

    def kept(self) -> dict[str, Any]:
        """As a table keeps it: what is empty is left out."""
        said = {name: getattr(self, name) for name in _EMPTY}
        return {name: value for name, value in said.items() if value != _EMPTY[name]}

    def told(self) -> str:
        """In one line, for an operator."""
        if not self.domain:
            return "no one author"
        said = [
            self.word,
            f"author={self.domain}",
            f"policy={self.policy}" if self.policy != Asked.NOTHING else "",
            f"spf={self.spf} ({self.spf_domain})" if self.spf else "",
            *(f"dkim={result} ({domain})" for domain, result in self.dkim),
            f"dmarc={self.dmarc}" if self.dmarc else "",
            f"by {self.by}" if self.by else "",
        ]
        return " ".join(filter(None, said))

    def results(self, authserv: str) -> str:
        """The value of an Authentication-Results field in a server's name (RFC 8601), on one line."""
        found = [
            f"spf={self.spf} smtp.mailfrom={self.spf_domain}" if self.spf_domain else "",
            *(f"dkim={result} header.d={domain}" for domain, result in self.dkim),
            f"dmarc={self.dmarc} header.from={self.domain}" if self.dmarc and self.domain else "",
        ]
        return "; ".join([authserv, *filter(None, found)] if any(found) else [authserv, "none"])


_EMPTY = {field.name: field.default for field in fields(Proof)}


def from_kept(kept: Mapping[str, Any]) -> Proof:
    """What `Proof.kept` made; what a later version added to it is passed over."""
    values = {name: value for name, value in kept.items() if name in _EMPTY}
    values["dkim"] = tuple((str(domain), str(result)) for domain, result in kept.get("dkim", ()))
    return Proof(**values)
