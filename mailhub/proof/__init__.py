"""Who is believed: proofs of who sent a mail, and what its author's domain asks for.

`Prover.prove` finds them out, before any transaction, since DNS may be slow; a `Proof` is what is handed
on and kept. What a mail says of itself is believed nowhere here.
"""

from mailhub.proof.policies import Asked, Policy, asks_for_rewriting
from mailhub.proof.prover import Evidence, Prover
from mailhub.proof.verdict import Proof, from_kept

__all__ = [
    "Asked",
    "Evidence",
    "Policy",
    "Proof",
    "Prover",
    "asks_for_rewriting",
    "from_kept",
]
