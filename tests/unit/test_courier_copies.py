"""What goes over the wire: line ends, dots, and what may stand in a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.courier import SharedMail
from mailhub.courier.copies import sound_address, stuffed

ODD = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"\xff", b"\0"])).map(b"".join)


@given(ODD)
def test_nothing_in_a_mail_can_end_it_early(raw: bytes) -> None:
    wire = stuffed(raw)
    lines = wire.split(b"\r\n")
    assert lines.pop() == b""  # it ends with CRLF, or is empty
    for line in lines:
        assert b"\r" not in line
        assert b"\n" not in line
        assert line != b"."
        assert not line.startswith(b".") or line.startswith(b"..")


@given(ODD)
def test_what_is_read_back_is_the_mail_with_crlf(raw: bytes) -> None:
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    assert SharedMail(raw).unstuffed() == b"".join(line + b"\r\n" for line in lines)


@pytest.mark.parametrize(
    ("raw", "eight_bit", "smtputf8"),
    [
        (b"Subject: x\r\n\r\nplain\r\n", False, False),
        (b"Subject: x\r\n\r\nca\xc3\xb1a\r\n", True, False),
        (b"Subject: ca\xc3\xb1a\r\n\r\nplain\r\n", True, True),
        (b"\r\nSubject: ca\xc3\xb1a\r\n\r\nall of it is body\r\n", True, False),
        (b"Subject: ca\xc3\xb1a", True, True),
        (b"", False, False),
    ],
)
def test_what_a_mail_asks_of_the_relay(raw: bytes, eight_bit: bool, smtputf8: bool) -> None:
    mail = SharedMail(raw)
    assert (mail.needs_8bit, mail.needs_smtputf8) == (eight_bit, smtputf8)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jane@x.example",
        '"jane doe"@x.example',
        "jos\u00e9@b\u00fccher.example",
        "a+b=c@[192.0.2.1]",
    ],
)
def test_addresses_that_can_stand_in_a_command(address: str) -> None:
    assert sound_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "jane@x.example>\r\nRCPT TO:<eve@x.example",
        "jane@x.example\n",
        "jane\0@x.example",
        "jane@x.example> NOTIFY=NEVER",
        "<jane@x.example",
        "jane@x.example SIZE=1",
        "\ud800@x.example",
        "jane\u2028@x.example",
        "j" * 320 + "@x.example",
        "\u00e9" * 160 + "@x.example",
    ],
)
def test_addresses_that_cannot(address: str) -> None:
    assert not sound_address(address)
