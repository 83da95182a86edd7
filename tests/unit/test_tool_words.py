"""What people say to the tools of a community, in three languages."""

from __future__ import annotations

import pytest

from mailhub import reading
from mailhub.commands.of_tools import said_to

SAID = [
    ("blog", "follow Rhian", "follow Rhian"),
    ("blog", "follow", "follow"),
    ("blog", "Follow\n\nTom Price", "follow"),
    ("blog", "dilynwch Rhian Lloyd", "follow Rhian Lloyd"),
    ("blog", "Dilyn os gwelwch yn dda", "follow"),
    ("blog", "Peidiwch â dilyn Rhian", "unfollow Rhian"),
    ("blog", "pwy sy'n blogio yma?", "authors"),
    ("blog", "Folge Anna Schmidt", "follow Anna Schmidt"),
    ("blog", "nicht mehr folgen bitte", "unfollow"),
    ("blog", "Folge nicht mehr Anna", "unfollow Anna"),
    ("blog", "wem folge ich?", "following"),
    ("feeds", "rhestr y ffrydiau", "list"),
    ("feeds", "gollwng ffrwd rhif 3", "drop 3"),
    ("feeds", "Feed 3 abbestellen", "drop 3"),
    ("feeds", "liste die feeds", "list"),
    ("blog", "We should follow what Leeds does.", ""),
    ("blog", "Ich folge dem gern, aber wer zahlt?", ""),
    ("blog", "Rydym yn dilyn polisi newydd eleni.", ""),
]


@pytest.mark.parametrize(("tool", "text", "wanted"), SAID)
def test_what_is_said_to_a_tool(tool: str, text: str, wanted: str) -> None:
    head = "From: Tom Price <tom@cardiff.example>\r\nSubject: x\r\n"
    kind = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    said = said_to(tool, reading.read(f"{head}{kind}{text}\r\n".encode()))
    assert " ".join(f"{one.verb} {one.argument or ''}".strip() for one in said[:1]) == wanted
