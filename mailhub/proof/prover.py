"""Finding out whether the author's domain sent a mail (DMARC, RFC 7489), by what others cannot write:
the results of a mail server that the operator trusts, else SPF and DKIM checked here.

Only what speaks for the author's domain is looked at: a signature or a return path of some other
domain proves nothing, and its owner could keep us waiting. Nobody is believed for a From with two
readings. Nothing here raises; where no policy can be had, or no DNS at all, nothing has failed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from mailhub import signatures
from mailhub.dns import Allowance, Dns
from mailhub.letter import Kind, Letter
from mailhub.proof import senders
from mailhub.proof.domains import aligned, ascii_domain
from mailhub.proof.policies import Ask, Asked, Policy, policy_of
from mailhub.proof.verdict import Proof
from mailhub.reading import authentication
from mailhub.reading.authentication import Result

T = TypeVar("T")
AT_ONCE = 8  # mails of one group that wait for DNS
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mail, and how it came. `from_sender` is False where whoever handed it over cannot be its
    sender, as with LMTP. `matters`: something will be done because of who wrote it, so all is checked;
    else only what the author's domain asks for."""

    raw: bytes
    letter: Letter
    peer: str
    helo: str
    mail_from: str
    from_sender: bool = True
    matters: bool = True


@dataclass(slots=True)
class _Found:
    """What was found out; `spf_known` is False where SPF could not be checked at all."""

    spf: str = ""
    spf_domain: str = ""
    spf_known: bool = False
    dkim: tuple[tuple[str, str], ...] = ()
    dmarc: str = ""  # what a trusted server said
    by: str = ""

    def passes(self, domain: str, policy: Policy) -> bool:
        """Whether something that passed speaks for the author's domain."""
        passed = [d for d, result in self.dkim if result == "pass"]
        return any(aligned(d, domain, strict=policy.strict_dkim) for d in passed) or (
            self.spf == "pass" and aligned(self.spf_domain, domain, strict=policy.strict_spf)
        )

    def dmarc_result(self, passes: bool, policy: Policy, *, met_silence: bool) -> str:
        """The result of DMARC; "" where SPF could not be checked and might have passed.

        A key or a record that cannot be had counts as none, unless our own resolver is away: a forger
        may name a selector, or a domain below the author's, that is known to be broken.
        """
        if self.dmarc:
            return self.dmarc
        if policy.asked != Asked.UNKNOWN and passes:
            return "pass" if policy.is_published else "none"
        if policy.asked == Asked.UNKNOWN or met_silence:
            return "temperror"
        if not policy.is_published:
            return "none"
        return "fail" if self.spf_known else ""


class Prover:
    """One for a process; used by several threads.

    `authservs` are the servers whose results are believed, in mail that comes from `peers`. Without
    DNS it believes and fails nobody.
    """

    def __init__(
        self,
        dns: Dns | None = None,
        *,
        clock: Callable[[], float] = lambda: 0.0,
        authservs: Sequence[str] = (),
        peers: Sequence[Network] = (),
    ) -> None:
        self._dns = dns
        self._clock = clock
        self._authservs = frozenset(name.lower() for name in authservs)
        self._peers = tuple(peers)
        self.on_proof: Callable[[Proof], None] = lambda proof: None
        self._pool = ThreadPoolExecutor(AT_ONCE, "proof")

    def prove(self, mails: Sequence[Evidence]) -> list[Proof]:
        """The proofs of some mails, in their order. It may take seconds: never inside of a transaction."""
        if self._dns is None:
            return [Proof() for _ in mails]
        # Of most authors everything is remembered; the others wait beside each other.
        found: list[Future[Proof] | Proof] = [
            self._proof(self._dns, mail)
            if len(mails) == 1 or self._dns.knows(f"_dmarc.{_author_domain(mail.letter)}", "TXT")
            else self._pool.submit(self._proof, self._dns, mail)
            for mail in mails
        ]
        proofs = [one if isinstance(one, Proof) else one.result() for one in found]
        for proof in proofs:
            self.on_proof(proof)
        return proofs

    def find_out(self, questions: Sequence[Callable[[Ask], T]]) -> list[T]:
        """What more is asked about some mails, each with an allowance of its own, beside each other;
        nothing without DNS. It may take seconds."""
        if self._dns is None or not questions:
            return []
        asks = [Allowance(self._dns, self._clock).ask for _ in questions]
        if len(questions) == 1:
            return [questions[0](asks[0])]
        found = [self._pool.submit(one, ask) for one, ask in zip(questions, asks, strict=True)]
        return [one.result() for one in found]

    @staticmethod
    def speaks(domain: str, raw: bytes, ask: Ask) -> bool:
        """Whether a whole signature of a mail speaks for its author's domain."""
        strict = policy_of(domain, ask).strict_dkim
        signed = signatures.verified(raw, ask, lambda d: aligned(d, domain, strict=strict))
        return any(signature.result == "pass" for signature in signed)

    def _proof(self, dns: Dns, mail: Evidence) -> Proof:
        domain = _author_domain(mail.letter)
        if not domain:
            return Proof()
        allowance = Allowance(dns, self._clock)
        policy = policy_of(domain, allowance.ask)
        if not mail.matters and policy.asked == Asked.NOTHING:
            return Proof(domain, Asked.NOTHING, asked=False)
        found = self._found(mail, domain, policy, allowance.ask)
        passes = found.passes(domain, policy)
        dmarc = found.dmarc_result(passes, policy, met_silence=allowance.met_silence)
        enforced = policy.is_enforced or policy.asked == Asked.UNKNOWN
        return Proof(
            domain=domain,
            policy=policy.asked,
            spf=found.spf,
            spf_domain=found.spf_domain,
            dkim=found.dkim,
            dmarc=dmarc,
            by=found.by,
            proven=dmarc == "pass" or (passes and dmarc != "fail"),
            fails_policy=dmarc == "fail" and enforced,
        )

    def _found(self, mail: Evidence, domain: str, policy: Policy, ask: Ask) -> _Found:
        is_trusted = self._is_ours(mail.peer)
        found, said = _Found(), {}
        if is_trusted and self._authservs:
            said = authentication.believed(mail.raw, self._authservs, self._is_ours)
            _take_over(found, said, domain)
        if not found.spf_known and mail.from_sender and not is_trusted:
            found.spf_known = True
            sender = senders.sender_domain(mail.mail_from, mail.helo)
            if aligned(sender, domain, strict=policy.strict_spf):
                found.spf, found.spf_domain = senders.checked(
                    mail.peer, mail.mail_from, mail.helo, ask
                )
        if "dkim" not in said and signatures.are_there(mail.raw):
            found.dkim = tuple(
                (signature.domain, signature.result)
                for signature in signatures.verified(
                    mail.raw, ask, lambda d: aligned(d, domain, strict=policy.strict_dkim)
                )
            )
        return found

    def _is_ours(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(parsed in network for network in self._peers)


def _author_domain(letter: Letter) -> str:
    """The domain of the one author; "" where From is in doubt."""
    if letter.ambiguous_author or len(letter.authors) != 1 or letter.kind == Kind.UNREADABLE:
        return ""
    return ascii_domain(letter.author.address)


def _take_over(found: _Found, said: Mapping[str, Sequence[Result]], domain: str) -> None:
    """What a trusted server says of this author's domain."""
    for result in said.get("spf", ()):
        about = result.properties.get("smtp.mailfrom") or result.properties.get("smtp.helo", "")
        found.spf, found.spf_domain, found.spf_known = result.result, ascii_domain(about), True
        break
    signed = [
        (ascii_domain(r.properties.get("header.d") or r.properties.get("header.i", "")), r.result)
        for r in said.get("dkim", ())
    ]
    found.dkim = tuple((d, result) for d, result in signed if aligned(d, domain, strict=False))
    for result in said.get("dmarc", ()):
        if ascii_domain(result.properties.get("header.from", "")) == domain:
            found.dmarc = result.result
            break
    if said:
        found.by = next(iter(said.values()))[0].by
