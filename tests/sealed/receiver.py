"""A receiver who checks DMARC: authheaders over every signature of a mail, as RFC 7489 has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import authheaders
import dkim
from authres import DKIMAuthenticationResult

Ask = Callable[..., Any]


def asking(records: dict[str, str]) -> Ask:
    """DNS as authheaders and dkimpy ask it."""

    def ask(name: bytes | str, timeout: float = 5) -> str | bytes | None:
        text = name.decode() if isinstance(name, bytes) else name
        value = records.get(text.rstrip("."))
        return value.encode() if value is not None and isinstance(name, bytes) else value

    return ask


def dmarc(raw: bytes, ask: Ask) -> tuple[str, str]:
    """(result, the domain of From), by the signatures alone: SPF may pass too, but a forwarder breaks it."""
    header = (b"\r\n" + raw.partition(b"\r\n\r\n")[0]).lower()
    count = header.count(b"\r\ndkim-signature:")
    results = [
        authheaders.check_dmarc(raw, None, _signature(raw, number, ask), dnsfunc=ask)
        for number in range(count)
    ]
    best = next((one for one in results if one.result == "pass"), results[0])
    return best.result, best.header_from


def _signature(raw: bytes, number: int, ask: Ask) -> DKIMAuthenticationResult:
    verifier = dkim.DKIM(raw)
    try:
        result = "pass" if verifier.verify(idx=number, dnsfunc=ask) else "fail"
    except dkim.DKIMException:
        result = "fail"
    domain = verifier.signature_fields.get(b"d", b"").decode()
    return DKIMAuthenticationResult(result=result, header_d=domain)
