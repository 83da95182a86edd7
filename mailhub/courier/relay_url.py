"""The relay's URL, read: where it is, how it is spoken to and how safely.

    smtp://[user:password@]host[:25][?starttls=offered|required|never][&verify=no]
    smtps://[user:password@]host[:465][?verify=no]
    lmtp://host[:24][?…as smtp]

`starttls` is `required` where there is a password, else `offered`. Where it is required, and with
smtps, the certificate is checked unless `verify=no` says otherwise. Where it is only used if offered
it is not: who could show a false certificate could as well hide the offer (RFC 7435).
Anything else in the URL is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465, "lmtp": 24}


class WrongRelay(ValueError):
    """The relay's URL cannot be used; the text says why and never holds the password."""


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """`tls` is "implicit", "required", "offered" or "never"; `user` is None without a login."""

    scheme: str
    host: str
    port: int
    tls: str
    verify: bool
    user: str | None = None
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """host:port, for words."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read(url: str) -> RelayUrl:
    """The URL of a relay, read; WrongRelay where it is not one."""
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise WrongRelay(f"the relay's URL cannot be read: {error}") from None
    if parts.scheme not in _PORTS:
        raise WrongRelay("the relay's URL must begin with smtp://, smtps:// or lmtp://")
    if not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise WrongRelay("the relay's URL must be like smtp://host:port")
    starttls, verify = options.pop("starttls", ""), options.pop("verify", "yes")
    if options or verify not in ("yes", "no"):
        raise WrongRelay("the relay's URL takes starttls=offered|required|never and verify=yes|no")
    if starttls not in ("", "offered", "required", "never"):
        raise WrongRelay("starttls in the relay's URL must be offered, required or never")
    if parts.scheme == "smtps":
        if starttls:
            raise WrongRelay("smtps:// speaks TLS from the start: starttls does not belong there")
        tls = "implicit"
    else:
        tls = starttls or ("required" if parts.username else "offered")
    return RelayUrl(
        scheme=parts.scheme,
        host=parts.hostname,
        port=_PORTS[parts.scheme] if port is None else port,
        tls=tls,
        verify=verify == "yes" and tls != "offered",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )
