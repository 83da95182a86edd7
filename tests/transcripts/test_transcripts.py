"""What mail systems, filters, absence assistants and complaint desks write, and people who write about
such things: each mail in the files beside this one stands below its name and what must be read in it.

    === name
    > jane@leeds.example failed hard        (a line for each recipient, none other)
    > kind auto-reply                       (where it is no returned mail)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub.letter import Kind
from mailhub.reading import read


def transcripts() -> Iterator[tuple[str, list[str], bytes]]:
    """(name, expected lines, mail)"""
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        for block in f"\n{path.read_text('utf-8')}".split("\n=== ")[1:]:
            name, *lines = block.split("\n")
            count = next(i for i, line in enumerate(lines) if not line.startswith("> "))
            wanted = [line.removeprefix("> ") for line in lines[:count]]
            mail = "\n".join(lines[count:]).rstrip("\n") + "\n"
            yield f"{path.stem}/{name}", wanted, mail.encode()


ALL = list(transcripts())


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len({name for name, _, _ in ALL}) == len(ALL) >= 300


@pytest.mark.parametrize(("name", "wanted", "mail"), ALL, ids=[name for name, _, _ in ALL])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_it_is_read_as_it_says_above_it(
    name: str, wanted: list[str], mail: bytes, line_end: bytes
) -> None:
    letter = read(mail.replace(b"\n", line_end))
    found = [f"{one.address.lower()} {one.action} {one.kind}" for one in letter.bounce]
    if letter.kind != Kind.BOUNCE:
        found = [f"kind {letter.kind}"]
    assert sorted(found) == sorted(line.lower() for line in wanted)
