"""The mbox format, both ways; also the archive text that Mailman 2 offers for download.

A mail begins at a From_ line that ends in a date and has a header line after it, as Mailman 2's own
cleanarch sees it, or stands between blank lines: any other "From " is somebody's sentence. Lines that were quoted (">From ", mboxo
and mboxrd) lose one mark; a Content-Length (mboxcl) is not believed, since whoever wrote the mail
could hide the next one with it. In archive text "jane at leeds.gov.uk" becomes an address again.
What does not begin with a From_ line is no mbox (NotAnMbox).
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from pathlib import Path
from typing import IO, Self

MAX_LINE = 64 * 1024  # octets looked at together; a longer line is passed over in pieces
MAX_FROM_LINE = 1_000
NULL_SENDER = "MAILER-DAEMON"
_GZIP = b"\x1f\x8b"
_ZONE = rb"[+-]\d{4}|[A-Z]{1,5}(?:[ ]DST)?"
_FROM_LINE = re.compile(
    rb"From[ ]+(?:(?P<sender>\S.*?)[ \t]+)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+(?P<day>\d{1,2})[ \t]+"
    rb"(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    rb"(?:[ \t]+(?P<zone>" + _ZONE + rb"))?[ \t]+(?P<year>\d{4})(?:[ \t]+(?P<zone_after>"
    rb"" + _ZONE + rb"))?(?:[ \t]+remote[ ]from[ ].*)?\s*\Z"
)
_HEADER_LINE = re.compile(rb"(?:>From |[!-9;-~]{1,100}[ \t]*:)")
_MARKED = re.compile(rb"^>(>*From )", re.MULTILINE)
_TO_MARK = re.compile(rb"^(>*From )", re.MULTILINE)
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_AUTHOR_AT = re.compile(
    rb"^(From:[ \t]*)([^\s()<>@,;:\"]{1,200}) at ([A-Za-z0-9._-]{1,250})(?=[ \t]*(?:\(|\r?$))",
    re.MULTILINE | re.IGNORECASE,
)


class NotAnMbox(Exception):
    """A file that does not begin with a From_ line; the text names it."""


@dataclass(frozen=True, slots=True)
class Archived:
    """One mail of an mbox. `sender` and `at` are what its From_ line says of envelope and time: ""
    where there is no address, None where there is no such time. Without a zone it is UTC."""

    sender: str
    at: datetime | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """Where a mail stands in its mbox, From_ line included, in octets; and when it was received."""

    start: int
    end: int
    at: datetime | None


class Mbox:
    """An open mbox, gzipped or plain. One that is gzipped is unpacked into a temporary file."""

    def __init__(self, path: Path) -> None:
        """NotAnMbox, or OSError."""
        self._file = _opened(path)
        first = next((line for line in self._lines() if line.strip()), b"")
        if first and not _from_line(first):
            self._file.close()
            raise NotAnMbox(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def spans(self) -> Iterator[Span]:
        """Where each mail stands, in one pass; nothing but a line is in memory."""
        self._file.seek(0)
        at = begins = 0
        current: re.Match[bytes] | None = None  # the mail that we are in
        waiting: re.Match[bytes] | None = None  # a From_ line whose next line has not come
        was_blank = after_blank = True
        for line in self._lines():
            is_blank = not line.strip()
            if waiting is not None and (
                current is None or _HEADER_LINE.match(line) or (after_blank and is_blank)
            ):
                if current is not None:
                    yield Span(begins, at - len(waiting.string), _time(current))
                current, begins = waiting, at - len(waiting.string)
            waiting, after_blank, was_blank = _from_line(line), was_blank, is_blank
            at += len(line)
        if current is not None:
            yield Span(begins, at, _time(current))

    def read(self, span: Span) -> Archived:
        """The mail that stands there."""
        octets = os.pread(self._file.fileno(), span.end - span.start, span.start)
        line, _, raw = octets.partition(b"\n")
        found = _from_line(line)
        return Archived(_sender(found) if found else "", span.at, _readdressed(_unquoted(raw)))

    def _lines(self) -> Iterator[bytes]:
        """Line by line with their ends; of one that is too long, the rest is no line of its own."""
        while piece := self._file.readline(MAX_LINE):
            yield piece
            while not piece.endswith(b"\n") and (piece := self._file.readline(MAX_LINE)):
                yield b" " * len(piece)


def written(sender: str, at: datetime, raw: bytes) -> bytes:
    """A mail as it stands in an mbox (mboxrd, line ends LF): From_ line, quoted lines, blank line."""
    when = at.astimezone(UTC).ctime()
    who = "".join(sender.split()) or NULL_SENDER
    body = _TO_MARK.sub(rb">\1", raw.replace(b"\r\n", b"\n"))
    end = b"\n" if body.endswith(b"\n") else b"\n\n"
    return b"From " + who.encode("utf-8", "replace") + b" " + when.encode() + b"\n" + body + end


def _opened(path: Path) -> IO[bytes]:
    """The file to read, unpacked where it is gzipped."""
    with ExitStack() as on_error:
        file = on_error.enter_context(path.open("rb"))
        gzipped = file.read(2) == _GZIP
        file.seek(0)
        if not gzipped:
            on_error.pop_all()
            return file
        unpacked = tempfile.TemporaryFile(prefix="mailhub-")  # noqa: SIM115
        on_error.push(lambda kind, *_: unpacked.close() if kind else None)
        try:
            with gzip.GzipFile(fileobj=file) as packed:
                shutil.copyfileobj(packed, unpacked)
            unpacked.seek(0)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NotAnMbox(str(path)) from error
        return unpacked


def _from_line(line: bytes) -> re.Match[bytes] | None:
    if not line.startswith(b"From ") or len(line) > MAX_FROM_LINE:
        return None
    return _FROM_LINE.match(line)


def _time(found: re.Match[bytes]) -> datetime | None:
    zone = found["zone"] or found["zone_after"] or b"+0000"
    words = b" ".join((found["day"], found["month"], found["year"], found["time"], zone))
    fields = parsedate_tz(words.decode("ascii"))
    if fields is None:
        return None
    try:
        zone_of = timezone(timedelta(seconds=fields[9] or 0))
        return datetime(*fields[:6], tzinfo=zone_of).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _sender(found: re.Match[bytes]) -> str:
    words = (found["sender"] or b"").decode("utf-8", "replace").split()
    if len(words) == 3 and words[1] == "at":
        words = [f"{words[0]}@{words[2]}"]
    good = len(words) == 1 and "@" in words[0] and words[0].isprintable()
    return words[0] if good else ""


def _unquoted(raw: bytes) -> bytes:
    """Without the blank line that ends every mail of an mbox, and one mark less on quoted lines."""
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    return _MARKED.sub(rb"\1", raw)


def _readdressed(raw: bytes) -> bytes:
    end = _END_OF_HEADER.search(b"\n" + raw)
    header = raw[: max(end.start() - 1, 0)] if end else raw
    return _AUTHOR_AT.sub(rb"\1\2@\3", header, count=1) + raw[len(header) :]
