"""`mailhub digest …`"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="Digests: look at them, make those that are due.", no_args_is_help=True)
AsOf = Annotated[
    str, typer.Option(help="As if it were this time, such as 2026-11-23T07:05 (UTC); else now.")
]

YEARS = range(1970, 3000)


@app.command()
def preview(
    address: Annotated[str, typer.Option("--for", help="Whose digest.")],
    as_of: AsOf = "",
    to: Annotated[
        Path, typer.Option(help="The folder in which its HTML and its text are written.")
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Write somebody's digest, as it would be made now, as HTML and text. Nothing is sent or kept."""
    from digests.preview import previews
    from mailhub.app.cli import opening, output
    from mailhub.app.digesting import DOORS

    hub = opening.hub()
    found = previews(hub.database, hub.tools.site, DOORS, address, _time(as_of))
    rows = []
    for number, one in enumerate(found, 1):
        said = {"frequency": one.frequency, "since": one.since, "until": one.until}
        if one.composed is None:
            rows.append({**said, "subject": "", "html": "", "text": ""})
            continue
        if as_json:
            files = {"html": one.composed.html, "text": one.composed.text}
        else:
            stem = f"digest-{address.replace('/', '_')}" + (f"-{number}" if number > 1 else "")
            files = {
                "html": str(_written(to / f"{stem}.html", one.composed.html)),
                "text": str(_written(to / f"{stem}.txt", one.composed.text)),
            }
        rows.append({**said, "subject": one.composed.subject, **files})
    output.rows(rows, as_json=as_json)


@app.command()
def run(as_of: AsOf = "", as_json: Json = False) -> None:
    """Make every digest that is due and is not made yet; the running hub sends them. Twice does no harm;
    of a time ahead, what happens until then is told in no later digest."""
    from digests.run import run
    from mailhub.app.cli import opening, output
    from mailhub.app.digesting import DOORS
    from mailhub.app.hub import clock

    hub = opening.hub()
    made = run(hub.database, hub.tools.site, DOORS, _time(as_of), clock())
    output.one({"made": made.digests, "empty": made.empty}, as_json=as_json)


def _written(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _time(text: str) -> datetime:
    from mailhub.app.hub import clock

    if not text:
        return clock()
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: write a time such as 2026-11-23T07:05") from None
    if time.year not in YEARS:
        raise typer.BadParameter(f"{text}: no digest is of that year")
    return time if time.tzinfo else time.replace(tzinfo=UTC)
