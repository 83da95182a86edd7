"""A log that nobody reads any more stops nothing; what libraries say is told like our own words."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from mailhub.app.logs import StandardError, of_libraries


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


def test_what_a_library_says_is_a_line_like_ours_once_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = io.StringIO()
    monkeypatch.setattr(sys, "stderr", heard)
    handler = of_libraries(plain=False)
    for after, queue in ((0, "deliver"), (3, "index"), (59, "deliver"), (61, "deliver")):
        record = logging.makeLogRecord(
            {"name": f"worker({queue})", "msg": "%s is away", "args": ("Redis",), "levelno": 50}
        )
        record.created = 1_790_000_000.0 + after
        handler.handle(record)
    first, second = map(json.loads, heard.getvalue().splitlines())
    assert (first["event"], first["by"], first["said"]) == (
        "library-said",
        "worker(deliver)",
        "Redis is away",
    )
    assert second["timestamp"] > first["timestamp"]
