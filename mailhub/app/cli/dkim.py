"""`mailhub dkim …`"""

from __future__ import annotations

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="How the hub signs its mail.", no_args_is_help=True)


@app.command()
def show(
    as_json: Json = False,
) -> None:
    """The DNS record to publish, as a line for a zone file. Its key is made on first use."""
    from mailhub import settings
    from mailhub.app.cli import output
    from mailhub.app.hub import dkim_key
    from mailhub.membership import Unusable

    key = dkim_key(settings.read())
    if key is None:
        raise Unusable("no-selector", "MAILHUB_DKIM_SELECTOR")
    strings = " ".join(f'"{string}"' for string in key.strings)
    line = f"{key.name}. IN TXT ( {strings} )"
    if not as_json:
        print(line)
        return
    shown = {"selector": key.selector, "domain": key.domain, "name": key.name, "type": "TXT"}
    output.one(shown | {"value": key.record, "zone": line}, as_json=True)
