"""A mail of Jane Doe's as the hub delivers it."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from mailhub.addresses import Tokens
from mailhub.compose import delivered
from mailhub.compose.origin import Origin
from mailhub.site import Site

TOKENS = Tokens(b"a secret of the tests")
SITE = Site("lists.example.org", "https://hub.example.org", TOKENS)
FOOTER = "Policy and Performance:"


def origin(**other: Any) -> Origin:
    """Where her mail comes from, but for what is given."""
    known: dict[str, Any] = {
        "slug": "policy",
        "community": "Policy and Performance",
        "post_id": 7,
        "message_id": "one@leeds.example",
        "id_is_ours": False,
        "author_name": "Jane Doe",
        "author_address": "jane@leeds.example",
        "received_at": datetime(2026, 11, 3, 9, tzinfo=UTC),
        "peer": "192.0.2.1",
        "helo": "mx.leeds.example",
        "inbound_id": 3,
        "footer": True,
        "replies": "community",
    }
    return Origin(**(known | other))


def composed(raw: bytes, eight_bit: bool = True, **other: Any) -> bytes:
    """The mail as it is delivered to everybody."""
    raw = raw.replace(b"\n", b"\r\n")
    words = {
        "by_mail_words": 'by mail: write "{}" to policy+settings@lists.example.org',
        "footer_words": FOOTER,
        "via_words": "Jane Doe via Policy and Performance",
    }
    return delivered.shared(raw, origin(**other), SITE, eight_bit=eight_bit, **words)


def read(octets: bytes) -> EmailMessage:
    """A mail as its reader's program sees it."""
    parsed = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


HEAD = b"""From: Jane Doe <jane@leeds.example>
To: policy@lists.example.org
Subject: Indicator 6
Message-ID: <one@leeds.example>
MIME-Version: 1.0
"""
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\n\nHow do you count it?\n\nJane\n"
