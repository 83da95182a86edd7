"""What many commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Slug = Annotated[
    str, typer.Argument(help="The community: what stands before the @ of its address.")
]
Address = Annotated[str, typer.Argument(help="A person's mail address.")]
