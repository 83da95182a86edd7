"""`mailhub inspect`: how the hub understands a mail, one JSON line a file. Touches no data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mailhub.commands.command import Place


def _place(name: str) -> Place:
    """What --as names; asked for only when it is used, since what reads commands is heavy."""
    from mailhub.commands.command import Place

    try:
        return Place(name)
    except ValueError:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(Place)}") from None


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Mails as they came, one a file.")],
    place: Annotated[
        Any,
        typer.Option(
            "--as",
            parser=_place,
            metavar="PLACE",
            help="Also say which commands it would be if it came there:"
            " list, settings, confirm, decision, rsvp, digest, arranging or facilitator.",
        ),
    ] = None,
) -> None:
    """Say how the hub understands a mail: one line of JSON for each file.

    Without --as its kind is what it would be at a list's own address.

    It never fails on a mail. A file that cannot be opened is named on standard error, and the exit
    status is then 1, after the others.
    """
    from mailhub import words
    from mailhub.commands.command import Place
    from mailhub.commands.inspecting import understood_at
    from mailhub.letter import Kind
    from mailhub.reading import gate, read
    from mailhub.reading.inspection import described

    failed = False
    for path in files:
        try:
            with path.open("rb") as file:
                raw = file.read(gate.MAX_MAIL + 1)  # more is too large to be read, and not needed
        except OSError as error:
            print(f"mailhub inspect: {path}: {error.strerror or error}", file=sys.stderr)
            failed = True
            continue
        letter = read(raw)
        understood = described(letter, str(path))
        commands = understood_at(letter, place or Place.LIST)
        if commands:
            understood["kind"] = Kind.COMMAND.value
        if place:
            understood["commands"] = [
                {"verb": one.verb, "argument": one.argument, "item": one.item} for one in commands
            ]
        understood["problems"] = [words.problem(code) for code in understood["problems"]]
        # JSON is UTF-8 whatever the terminal's character set is.
        line = json.dumps(understood, ensure_ascii=False) + "\n"
        sys.stdout.buffer.write(line.encode("utf-8", "replace"))
        sys.stdout.flush()
    if failed:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(inspect)
