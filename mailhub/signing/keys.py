"""The key of a selector: RSA of 2048 bits, which every verifier knows (RFC 8301), and its record."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

BITS = 2048
_LEAST_BITS = 1024  # RFC 8301 3.2
_PADDING = padding.PKCS1v15()
_HASHED = Prehashed(hashes.SHA256())
_LONGEST_STRING = 255  # octets of one string in a TXT record, RFC 1035 3.3.14


class BadKey(ValueError):
    """A file is no private key that can sign; the text says why and never holds the key."""


def made() -> bytes:
    """A new private key, as PEM."""
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A private key and where its public half stands: SELECTOR._domainkey.DOMAIN."""

    domain: str
    selector: str
    private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, pem: bytes, domain: str, selector: str) -> Key:
        """The key of a PEM file; BadKey where it cannot be used."""
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise BadKey("is no private key in PEM without a password") from None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise BadKey("is no RSA key")
        if private.key_size < _LEAST_BITS:
            raise BadKey(f"has {private.key_size} bits; nobody believes fewer than {_LEAST_BITS}")
        return cls(domain, selector, private)

    @property
    def name(self) -> str:
        """Where its record stands in DNS, without the last dot."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The value of its TXT record (RFC 6376 3.6.1)."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode('ascii')}"

    @property
    def strings(self) -> list[str]:
        """The value as a zone file has it: strings that are not too long, which belong together."""
        value = self.record
        return [value[i : i + _LONGEST_STRING] for i in range(0, len(value), _LONGEST_STRING)]

    def sign(self, digest: bytes) -> bytes:
        """The signature of a SHA-256 digest, in base64. Other threads run meanwhile."""
        return base64.b64encode(self.private.sign(digest, _PADDING, _HASHED))
