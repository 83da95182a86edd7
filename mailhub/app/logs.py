"""Structured logs: one JSON line an event on standard error, or plain lines on a terminal. A mail's
fate can be followed by its `inbound`, `outgoing` and `delivery` ids."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO, cast

import structlog

AGAIN_SECONDS = 60.0  # until a library is heard again that says the same
MOST_REMEMBERED = 1_000


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
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries(plain=tty)])
    # Warns of every page that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Warns of a second worker at one broker, by which each kind of job has threads of its own.
    logging.getLogger("dramatiq.broker").setLevel(logging.ERROR)


def of_libraries(*, plain: bool) -> logging.Handler:
    """What writes down the warnings of the libraries: a line of JSON each, or plain words."""
    handler = logging.StreamHandler(cast("TextIO", StandardError()))
    handler.addFilter(_not_again())
    if not plain:
        handler.setFormatter(_LikeOurs())
    return handler


class _LikeOurs(logging.Formatter):
    """What a library says, as a line of JSON like our own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC)
        said = {
            "by": record.name,
            "said": record.getMessage(),
            "event": "library-said",
            "level": record.levelname.lower(),
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said)


def _not_again() -> Callable[[logging.LogRecord], bool]:
    """Lets the same words through once in AGAIN_SECONDS: while Redis is away each queue says so every
    few seconds."""
    latest: dict[str, float] = {}

    def lets_through(record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if record.created - latest.get(words, 0.0) < AGAIN_SECONDS:
            return False
        if len(latest) >= MOST_REMEMBERED:
            latest.clear()
        latest[words] = record.created
        return True

    return lets_through


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
