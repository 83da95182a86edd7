"""Who is believed."""

from mailhub.proof.policies import Asked, Policy, asks_for_rewriting

__all__ = ["Asked", "Policy", "asks_for_rewriting"]
