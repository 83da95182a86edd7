"""What mail systems, filters, absence assistants and complaint desks write, and people who write about
such things: each mail in the files beside this one stands below its name and what must be read in it.

    === name
    > jane@leeds.example failed hard        (a line for each recipient, none other)
    > kind auto-reply                       (where it is no returned mail)
"""

from __future__ import annotations

import pytest

from mailhub.letter import Kind
from mailhub.reading import read
from tests.transcripts.reading import Transcript, transcripts

ALL = list(transcripts())


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len({one.name for one in ALL}) == len(ALL) >= 300


@pytest.mark.parametrize("transcript", ALL, ids=[one.name for one in ALL])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_it_is_read_as_it_says_above_it(transcript: Transcript, line_end: bytes) -> None:
    letter = read(transcript.mail.replace(b"\n", line_end))
    found = [f"{one.address.lower()} {one.action} {one.kind}" for one in letter.bounce]
    if letter.kind != Kind.BOUNCE:
        found = [f"kind {letter.kind}"]
    assert sorted(found) == sorted(line.lower() for line in transcript.wanted)
