"""The distribution's Chromium, driven by Playwright; it speaks to nobody by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers.programs import program

INTRANET = "intranet.example"
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    # A site that is no "localhost", reached without TLS: browsers say less there of where a form comes from.
    f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; gone afterwards."""
    path = program("chromium", "chromium")
    # Its sandbox does not start as root.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
