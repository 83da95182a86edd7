"""Keys and DKIM signatures of others, as tests want them: by dkimpy, which has its own way of doing it."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


class Signer:
    """One domain's key; `record` is the TXT of `selector._domainkey.domain`."""

    def __init__(self, domain: str, selector: str = "s1", bits: int = 1024) -> None:
        self.domain = domain
        self.selector = selector
        self._algorithm = b"rsa-sha256" if bits else b"ed25519-sha256"
        if bits:
            key = _rsa(bits)
            self._private = key.private_bytes(
                Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
            )
            public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self.record = "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()
        else:
            edwards = ed25519.Ed25519PrivateKey.from_private_bytes(
                b"not so secret as it should be 32"
            )
            self._private = base64.b64encode(edwards.private_bytes_raw())
            shown = base64.b64encode(edwards.public_key().public_bytes_raw()).decode()
            self.record = "v=DKIM1; k=ed25519; p=" + shown

    @property
    def name(self) -> str:
        """Where the key is published."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def zone(self) -> dict[str, Any]:
        """The record, for `Zones`."""
        return {self.name: {"TXT": [self.record]}}

    def signed(self, raw: bytes, **how: Any) -> bytes:
        """The mail with a signature above it; `how` as `dkim.sign` has it."""
        how = {
            "signature_algorithm": self._algorithm,
            "canonicalize": (b"relaxed", b"relaxed"),
        } | how
        header: bytes = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), self._private, **how
        )
        return header + raw

    def sealed(self, raw: bytes) -> list[bytes]:
        """The lines of an ARC set for a mail with this domain's Authentication-Results on top."""
        domain = self.domain.encode()
        lines: list[bytes] = dkim.arc_sign(
            raw, self.selector.encode(), domain, self._private, domain
        )
        assert lines, "dkimpy does not seal this"
        return lines


@cache
def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)
