"""Whatever is said, the door answers in its own words and has no fault."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.app.smtpd import Limits
from tests.front_door import front_door
from tests.unit.door.peers import Peer

WORDS = (
    *(
        b"HELO ",
        b"EHLO ",
        b"MAIL FROM:",
        b"RCPT TO:",
        b"DATA",
        b"RSET",
        b"QUIT",
        b"VRFY ",
        b"STARTTLS",
    ),
    *(
        b"<policy@lists.localhost>",
        b"<",
        b">",
        b"@",
        b'"',
        b"\\",
        b":",
        b" ",
        b"=",
        b"SIZE=",
        b"SMTPUTF8",
    ),
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b".\r\n",
        b"\0",
        b"\xff",
        b"\xe2\x80\xae",
        b"\t",
        b"[IPv6:",
        b"x" * 3_000,
    ),
)


def test_no_words_make_a_fault(tmp_path: Path) -> None:
    limits = Limits(refusals=1_000, commands=10_000, max_mail_bytes=2_000)
    with front_door(tmp_path, limits) as door:

        @settings(max_examples=200, deadline=None)
        @given(
            st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=9)), max_size=40).map(
                b"".join
            )
        )
        def say(words: bytes) -> None:
            with Peer(door.smtp) as peer:
                peer.socket.sendall(words + b"\r\n.\r\nQUIT\r\n")
                peer.socket.shutdown(socket.SHUT_WR)
                for line in peer.heard:
                    assert re.fullmatch(rb"[2-5]\d\d[ -][\x20-\x7e]*\r\n", line)

        say()
        assert door.figure("mailhub_refused_total", name="own-fault") == 0
        assert door.figure("mailhub_refused_total", name="wrong-syntax") > 0
        assert door.figure("mailhub_sessions_total") >= 100
