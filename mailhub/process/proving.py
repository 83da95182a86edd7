"""Who sent the mails of a group: found out before its transaction, as DNS may keep us waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailhub import addresses
from mailhub.addresses import Destination, Purpose
from mailhub.letter import Kind, Letter
from mailhub.process.work import Tools
from mailhub.proof import Evidence, Proof, from_kept

# Where a mail changes nothing but the community's threads and papers, whoever wrote it.
_POSTS = frozenset({"", "blog", "docs", "facilitators"})
_NO_PROOF_NEEDED = frozenset({Purpose.REPLY, Purpose.RETURN, Purpose.UNSUBSCRIBE})
FEW_WORDS = 200  # characters; what may be a command on the list address is no longer


def proofs(tools: Tools, mails: Sequence[Any], letters: dict[int, Letter]) -> dict[int, Proof]:
    """The proof of each mail, by its id; what was found out when it came first stays. `mails` have
    inbound_id, raw, recipients, proof, peer, helo, mail_from and protocol."""
    found = {mail.inbound_id: from_kept(mail.proof) for mail in mails if mail.proof}
    new = [mail for mail in mails if mail.inbound_id not in found]
    evidence = [
        Evidence(
            raw=mail.raw,
            letter=letters[mail.inbound_id],
            peer=mail.peer,
            helo=mail.helo,
            mail_from=mail.mail_from,
            from_sender=mail.protocol != "LMTP",
            matters=tools.seals or _matters(tools, letters[mail.inbound_id], mail.recipients),
        )
        for mail in new
    ]
    proven = tools.prover.prove(evidence)
    return found | {mail.inbound_id: proof for mail, proof in zip(new, proven, strict=True)}


def _matters(tools: Tools, letter: Letter, recipients: Sequence[str]) -> bool:
    """Whether anything may be done because of who wrote this."""
    if letter.kind == Kind.COMMAND or len(letter.new_text) <= FEW_WORDS:
        return True
    site = tools.site
    return not all(
        _is_post(destination)
        for recipient in recipients
        for destination in addresses.destinations(recipient, site.domain, site.tokens)
    )


def _is_post(destination: Destination) -> bool:
    if destination.token is not None:
        return destination.token.purpose in _NO_PROOF_NEEDED
    return bool(destination.slug) and destination.verb in _POSTS
