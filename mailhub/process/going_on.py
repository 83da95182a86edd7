"""How a mail goes on: under whose From, and with what we found of who sent it. Found out before the
transaction, since DNS may keep us waiting, and once for all copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from mailhub.compose import delivered
from mailhub.compose.origin import From
from mailhub.letter import Letter
from mailhub.process.work import Manner, Tools
from mailhub.proof import Asked, Proof, asks_for_rewriting
from mailhub.proof.policies import Ask
from mailhub.signing import checking

MOST_AUTHORS = 5  # of one From whose domains are asked


def manners(
    tools: Tools, mails: Sequence[Any], letters: dict[int, Letter], proofs: dict[int, Proof]
) -> dict[int, Manner]:
    """The manner of each mail, by its id. `mails` have inbound_id and raw."""
    found: dict[int, Manner] = {}
    asking: dict[int, Callable[[Ask], Manner]] = {}
    for mail in mails:
        letter, proof = letters[mail.inbound_id], proofs[mail.inbound_id]
        has_chain = tools.seals and checking.brings_a_chain(mail.raw)
        if proof.domain and not has_chain and proof.policy in ("", Asked.NOTHING):
            found[mail.inbound_id] = Manner(results=_results(tools, proof))
        else:
            asking[mail.inbound_id] = partial(_manner, tools, mail.raw, letter, proof, has_chain)
    answers = tools.prover.find_out(list(asking.values()))
    return found | dict(zip(asking, answers or [Manner()] * len(asking), strict=True))


def _manner(
    tools: Tools, raw: bytes, letter: Letter, proof: Proof, has_chain: bool, ask: Ask
) -> Manner:
    results, chain_holds = _results(tools, proof), False
    if has_chain:
        chain_holds = checking.holds(raw, ask)
        before = results or tools.site.domain
        results = f"{before}; arc={'pass' if chain_holds else 'fail'}"
    return Manner(_author_from(tools, raw, letter, proof, ask), results, chain_holds)


def _author_from(tools: Tools, raw: bytes, letter: Letter, proof: Proof, ask: Ask) -> From:
    if proof.domain:
        asks = proof.policy not in ("", Asked.NOTHING)
    else:  # no one author
        asks = any(asks_for_rewriting(a.address, ask) for a in letter.authors[:MOST_AUTHORS])
    if not asks:
        return From.KEPT
    # What the list itself writes into the header may be signed too, as empty.
    is_signed = any(result == "pass" for _, result in proof.dkim)
    if is_signed and tools.prover.speaks(proof.domain, delivered.untouched(raw, tools.site), ask):
        return From.SIGNED
    return From.REPLACED


def _results(tools: Tools, proof: Proof) -> str:
    """What was found, for Authentication-Results; "" where that is nothing."""
    said = proof.results(tools.site.domain)
    return "" if said.endswith("; none") else said
