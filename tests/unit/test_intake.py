"""What ends a mail, however it is cut into blocks; beside aiosmtpd's own DATA as the measure."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailhub.app.smtpd.intake import END, Intake

PIECES = (
    b"\r\n",
    b"\r",
    b"\n",
    b".",
    b"..",
    b"a",
    b"\r\n.",
    b".\r\n",
    b"\xff\0",
    END,
    b"long " * 90,
)
MEGABYTE = 1_048_576


def take(blocks: list[bytes], max_bytes: int = MEGABYTE) -> tuple[Intake, bytes | None]:
    """Feed blocks up to the end, and what came behind it."""
    intake = Intake(max_bytes)
    for number, block in enumerate(blocks):
        rest = intake.feed(block)
        if rest is not None:
            return intake, rest + b"".join(blocks[number + 1 :])
    return intake, None


class Wire(asyncio.Transport):
    """A transport that goes nowhere, for the stock session to stand on."""

    def write(self, data: bytes) -> None:
        """Nobody listens."""

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...


class Stock(SMTP):
    """aiosmtpd's own, but for its limit of 1,001 octets a line, which real mail passes."""

    line_length_limit = MEGABYTE


async def by_the_stock(stream: bytes) -> tuple[bytes, bytes]:
    """The first mail that aiosmtpd reads from what comes after DATA, and what is left."""
    read: list[tuple[bytes, bytes]] = []

    class Reads:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            read.append((envelope.content, bytes(server._reader._buffer)))
            return "250 OK"

    smtp = Stock(Reads(), hostname="stock", loop=asyncio.get_running_loop())
    smtp.connection_made(Wire())
    smtp.data_received(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + stream)
    for _ in range(200):
        await asyncio.sleep(0)
        if read:
            break
    smtp.connection_lost(None)
    return read[0]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join), st.lists(st.integers(1, 7)))
@example(b"", [])
@example(b".", [1, 1, 1, 1])
@example(b"\r\n", [2, 1])
@example(b"..\r\n.\r\r\n", [3])
def test_it_ends_where_the_stock_one_ends_and_holds_the_same(body: bytes, cuts: list[int]) -> None:
    stream = body + END + b"RSET\r\nQUIT\r\n"
    blocks, at = [], 0
    for cut in cuts:
        blocks.append(stream[at : at + cut])
        at += cut
    intake, rest = take([block for block in [*blocks, stream[at:]] if block])
    content, left = asyncio.run(by_the_stock(stream))
    assert rest == left
    if intake.smuggles:
        taken = stream[: len(stream) - len(left) - len(b".\r\n")]
        assert re.search(rb"(?:\A|[\r\n])\.[\r\n]", taken)
    else:
        assert intake.raw() == content


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join))
def test_a_mail_that_is_taken_has_no_second_end_for_any_reader(body: bytes) -> None:
    intake, _ = take([body + END])
    if not intake.smuggles:
        raw = intake.raw()
        # As it would be sent on, with its dots doubled again, whatever counts as a line end there.
        again = re.sub(rb"(?m)^\.", b"..", raw.replace(b"\r\n", b"\n"))
        assert not re.search(rb"(?:\A|[\r\n])\.[\r\n]", again)


@pytest.mark.parametrize("size", [1, 4, 5, 6, 65_536])
def test_a_line_without_end_takes_no_memory_beyond_the_limit(size: int) -> None:
    intake = Intake(100_000)
    for _ in range(200_000 // size):
        assert intake.feed(b"x" * size) is None
        assert intake.held <= 100_003
    assert intake.is_too_large
    assert intake.held == 0
    assert intake.feed(END + b"QUIT") == b"QUIT"
    assert intake.is_too_large


def test_the_limit_is_exact() -> None:
    mail = b"x" * 98 + b"\r\n"
    assert take([mail + b".\r\n"], max_bytes=100)[0].raw() == mail
    assert take([mail + b".\r\n"], max_bytes=99)[0].is_too_large


def test_a_line_of_a_megabyte_is_kept_whole() -> None:
    mail = b"x" * (MEGABYTE - 2) + b"\r\n"
    stream = mail + b".\r\n"
    intake, rest = take([stream[at : at + 65_536] for at in range(0, len(stream), 65_536)])
    assert (intake.raw(), rest) == (mail, b"")


def test_what_is_dropped_stays_dropped_and_still_ends() -> None:
    intake = Intake(1_000)
    intake.feed(b"one\r\n")
    intake.drop()
    assert intake.feed(b"two\r\n.") is None
    assert intake.feed(b"\r\nNOOP\r\n") == b"NOOP\r\n"
    assert (intake.held, intake.is_dropped, intake.is_too_large) == (0, True, False)
