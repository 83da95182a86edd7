"""Signing: what vouches for a mail of ours on its way (RFC 6376, RFC 8617, RFC 8058).

A `Signer` seals what all copies of a mail share, once: a DKIM signature, then for a post a set of ARC
above it, which keeps what we found of its author's own signatures. Each copy then gets one more DKIM
signature over its own List-Unsubscribe; the body is hashed once for all of them. It reads no
clock, no file and no table, and of what others signed it checks chains alone.

The key of a selector is in `keys`, the forms in which fields and bodies are signed in `canonical`,
what is signed in `fields`, the chain in `chains`, whether one holds in `checking`.
"""

from mailhub.signing.keys import BadKey, Key
from mailhub.signing.signer import Sealed, Signer

__all__ = ["BadKey", "Key", "Sealed", "Signer"]
