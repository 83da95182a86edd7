"""`mailhub member …`"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

app = typer.Typer(help="Add, list, remove and import members.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
COLUMNS = ("address", "name", "organisation", "role", "delivery")
SET = ("role", "delivery")
MAX_ROWS = 100_000


@app.command()
def add(
    slug: str,
    address: str,
    name: Annotated[str, typer.Option()] = "",
    organisation: Annotated[str, typer.Option()] = "",
    role: Annotated[
        str, typer.Option(help="organiser, facilitator, expert, contributor or reader")
    ] = "contributor",
    delivery: Annotated[str, typer.Option(help="each, daily, weekly, monthly or none")] = "each",
) -> None:
    """Make somebody a member. Mails nobody."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        membership.add(
            session,
            community,
            address,
            clock(),
            name=name,
            organisation=organisation,
            role=role,
            delivery=delivery,
        )


@app.command("list")
def list_(slug: str, as_json: Json = False) -> None:
    """The members of a community."""
    from mailhub import membership
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug)
        output.rows(membership.listing(session, community), as_json=as_json)


@app.command("set")
def set_(
    slug: str,
    address: str,
    settings: Annotated[list[str], typer.Argument(help="role=… or delivery=…, one or both.")],
) -> None:
    """Change what a member means to do, or how mail reaches them. Mails nobody."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    pairs = [setting.partition("=") for setting in settings]
    if any(not equals for _, equals, _ in pairs):
        raise typer.BadParameter("write role=… or delivery=…")
    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        member = membership.known_membership(session, community, address)
        for key, value in ((key.strip(), value) for key, _, value in pairs):
            if key not in SET:
                raise membership.Unusable("unknown-member-setting", key)
            membership.alter(session, member, key, {key: value}, clock())


@app.command()
def remove(slug: str, address: str) -> None:
    """End somebody's membership; their posts stay. Mails nobody."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        if not membership.remove(session, community, address, clock()):
            raise membership.Unusable("not-a-member", address)


@app.command("import")
def import_(
    slug: str,
    file: Annotated[
        str, typer.Argument(help="A CSV file with a line of column names; - is stdin.")
    ],
    as_json: Json = False,
) -> None:
    """Add members from CSV: address,name,organisation,role,delivery. All or, if a line is wrong, none;
    safe to repeat. Mails nobody."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    rows = _from_stdin() if file == "-" else _from_file(file)
    added = 0
    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        now = clock()
        for number, row in rows:
            try:
                added += membership.add(session, community, now=now, **row)[1]
            except membership.Unusable as error:
                raise membership.Unusable(error.name, f"{error.value} (line {number})") from None
    output.one({"added": added, "present": len(rows) - added}, as_json=as_json)


def _from_stdin() -> list[tuple[int, dict[str, Any]]]:
    return _rows(sys.stdin)


def _from_file(path: str) -> list[tuple[int, dict[str, Any]]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as lines:
        return _rows(lines)


def _rows(lines: TextIO) -> list[tuple[int, dict[str, Any]]]:
    """(line number, columns that are not empty) of each row."""
    from mailhub.membership import Unusable

    reader = csv.DictReader(lines)
    # A byte order mark stands in front where standard input is an Excel export.
    names = [(name or "").strip("\ufeff \t").lower() for name in reader.fieldnames or ()]
    if "address" not in names or set(names) - set(COLUMNS):
        raise Unusable("csv-columns", ",".join(names)[:200])
    reader.fieldnames = names
    rows = []
    for row in reader:
        values = {k: v.strip() for k, v in row.items() if k in COLUMNS and v and v.strip()}
        if "address" in values:
            rows.append((reader.line_num, values))
        if len(rows) > MAX_ROWS:
            raise Unusable("csv-rows", str(MAX_ROWS))
    return rows
