"""Structured logs: one JSON line an event on standard error, or plain lines on a terminal. A mail's
fate can be followed by its `inbound`, `outgoing` and `delivery` ids."""

from __future__ import annotations

import logging
import sys

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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # Warns of every page that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
