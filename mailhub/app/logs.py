"""Structured logs: one JSON line an event on standard error, or plain lines on a terminal. A mail's
fate can be followed by its `inbound`, `outgoing` and `delivery` ids."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


def configure(*, quiet: bool = False) -> None:
    """Set up the logs of this process; `quiet` says what is wrong and nothing else."""
    tty = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if tty else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", StandardError())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # Warns of every page that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Warns of a second worker at one broker, by which each kind of job has threads of its own.
    logging.getLogger("dramatiq.broker").setLevel(logging.ERROR)


class StandardError:
    """Standard error as it is at the moment. Where nobody reads it any more the words are lost, and
    whoever wrote them goes on: a log that has gone away must stop no mail."""

    def write(self, words: str) -> None:
        """Write if it can be written."""
        with suppress(OSError, ValueError):
            sys.stderr.write(words)

    def flush(self) -> None:
        """Flush if it can be flushed."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()
