"""Plays a dialog, written as text, against a door.

# A comment.
@ lmtp                  speaks to the LMTP listener
@ limits recipients=2   a door with other limits
C: MAIL FROM:<>         the client says this line
R: a\\nb\\r\\n             the client sends exactly these octets (Python's escapes)
S: 250 2.1.0 *          the server answers this line; * is anything
S: (hangs up)           the server ends the connection
K: <jane@example.org> policy@lists.localhost 'raw mail'
                        this mail was kept; all that were kept are told, in order, at the end
K: nothing              none was
"""

from __future__ import annotations

import ast
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.front_door import OpenDoor

PATIENCE = 60.0  # seconds that an answer may take


@dataclass
class Dialog:
    """One file."""

    path: Path
    is_lmtp: bool = False
    limits: dict[str, Any] = field(default_factory=dict)
    lines: list[tuple[int, str, str]] = field(default_factory=list)  # number, who, what
    kept: list[tuple[str, list[str], bytes]] | None = None


def read(path: Path) -> Dialog:
    """A dialog from its file; an unknown line is an error of its writer."""
    dialog = Dialog(path)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if mark in ("C:", "R:", "S:"):
            dialog.lines.append((number, mark[0], rest))
        elif mark == "K:":
            dialog.kept = dialog.kept or []
            if rest != "nothing":
                sender, recipients, raw = rest.split(" ", 2)
                mail = ast.literal_eval(raw).encode("latin-1")
                dialog.kept.append((sender[1:-1], recipients.split(","), mail))
        elif line == "@ lmtp":
            dialog.is_lmtp = True
        elif line.startswith("@ limits "):
            for word in line.split()[2:]:
                name, _, value = word.partition("=")
                dialog.limits[name] = float(value) if name.endswith("seconds") else int(value)
        elif line and mark != "#":
            raise ValueError(f"{path.name}:{number}: {line!r} is no line of a dialog")
    return dialog


def play(dialog: Dialog, door: OpenDoor) -> None:
    """Fails at the first line that the server says otherwise."""
    with socket.create_connection(door.lmtp if dialog.is_lmtp else door.smtp, PATIENCE) as peer:
        heard = peer.makefile("rb")
        for number, who, what in dialog.lines:
            if who == "C":
                peer.sendall(what.encode() + b"\r\n")
            elif what == "(closes)":
                peer.shutdown(socket.SHUT_WR)
            elif who == "R":
                peer.sendall(ast.literal_eval(f"b'{what}'"))
            else:
                _expect(heard.readline(), what, f"{dialog.path.name}:{number}")
        with suppress(OSError):  # gone already
            peer.shutdown(socket.SHUT_WR)
        left = heard.read()
        assert not left, f"{dialog.path.name}: said besides: {left!r}"
    if dialog.kept is not None:
        kept = [(mail.mail_from, mail.recipients, mail.raw) for mail in door.kept()]
        assert kept == dialog.kept


def _expect(line: bytes, wanted: str, where: str) -> None:
    if wanted == "(hangs up)":
        assert not line, f"{where}: {line!r} instead of the end"
        return
    assert line.endswith(b"\r\n"), f"{where}: {line!r} instead of {wanted!r}"
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    assert re.fullmatch(pattern, line.decode().rstrip("\r\n")), f"{where}: {line!r}"
