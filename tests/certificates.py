"""A certificate of our own making, for 127.0.0.1 and localhost."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """Files in PEM, good for two days."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts it alone."""
        return ssl.create_default_context(cafile=str(self.cert))


def make_certificate(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificate:
    """Makes one with the openssl command, which ca-certificates brings along."""
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    command = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    subprocess.run(
        [
            *command.split(),
            *("-subj", "/CN=test", "-addext", f"subjectAltName={names}"),
            *("-out", made.cert, "-keyout", made.key),
        ],
        check=True,
        capture_output=True,
    )
    return made
