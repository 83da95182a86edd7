"""A log that nobody reads any more stops nothing."""

from __future__ import annotations

import io
import sys

import pytest

from mailhub.app.logs import StandardError


def test_a_log_that_has_gone_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    log = StandardError()
    log.write("kept")
    log.flush()
    heard = io.StringIO()
    monkeypatch.setattr(sys, "stderr", heard)
    log.write("kept")
    assert heard.getvalue() == "kept"
