"""The command line. `mailhub --help` is complete; every command that prints data takes --json.

Exit status: 0, 1 (it failed, one clear line on standard error), 2 (wrong usage).
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from mailhub import words
from mailhub.app.cli import community, inspect, member, moves, queue, running, trace
from mailhub.blobs import CannotKeep
from mailhub.mbox import NotAnMbox
from mailhub.membership import Unusable
from mailhub.migrations import NotMigrated
from mailhub.settings import WrongSettings

app = typer.Typer(
    name="mailhub",
    help="Communities of practice by email.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(running.serve)
app.command()(running.sample)
app.command()(running.migrate)
app.command()(inspect.inspect)
app.command()(trace.trace)
app.add_typer(community.app, name="community")
app.add_typer(member.app, name="member")
app.add_typer(moves.import_app, name="import")
app.add_typer(moves.export_app, name="export")
app.add_typer(queue.app, name="queue")


def main() -> Any:
    """The entry point; what went wrong is said in one line."""
    try:
        return app()
    except Unusable as error:
        said = words.refusal(error.name, error.value)
    except NotAnMbox as error:
        said = words.refusal("not-an-mbox", str(error))
    except NotMigrated:
        said = words.refusal("not-migrated", "")
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except (WrongSettings, CannotKeep, UnicodeDecodeError) as error:
        said = str(error)
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip()
    print(f"mailhub: {said}", file=sys.stderr)
    return 1
