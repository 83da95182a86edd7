"""`mailhub serve`, `mailhub sample`, `mailhub migrate`."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    only: Annotated[
        str, typer.Option(help="Some of smtp,worker,scheduler,web, comma apart; all by default.")
    ] = "",
    sample: Annotated[
        bool, typer.Option("--sample", help="With sample communities, where there are none yet.")
    ] = False,
) -> None:
    """Run the hub: mail in, mail out and the pages, until it is told to stop."""
    import gc

    from mailhub import settings
    from mailhub.app import logs
    from mailhub.app.hub import put_together
    from mailhub.app.serve import ROLES, Serving

    roles = [role.strip() for role in only.split(",") if role.strip()] or list(ROLES)
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(ROLES)}")
    if sample and len(roles) < len(ROLES):
        raise typer.BadParameter("--sample needs the whole hub in one process, without --only")
    chosen = settings.read()
    if not chosen.redis_url and ("worker" in roles) != ("scheduler" in roles):
        # Jobs live in the process then: one that only schedules would wake nobody.
        raise typer.BadParameter("without MAILHUB_REDIS_URL, worker and scheduler go together")
    logs.configure()
    hub = put_together(chosen)
    gc.freeze()  # what was read until now stays to the end: it is never looked through for garbage
    if not sample:
        Serving(hub, roles).run()
        return
    from mailhub.app.sample import serving as played

    played.check(hub.settings)
    Serving(hub, roles).run(lambda serving: played.play_in(serving, hub))


def sample(
    once: Annotated[
        bool, typer.Option("--once", help="Tell the story, check what came of it, and end.")
    ] = False,
) -> None:
    """Play the sample in a hub of its own, and say what each person received.

    It leaves nothing behind. To have it in a hub that stays: `mailhub serve --sample`."""
    import sys

    from mailhub import settings
    from mailhub.app import logs
    from mailhub.app.sample import serving

    if not once:
        raise typer.BadParameter("say --once, or run `mailhub serve --sample`")
    logs.configure(quiet=True)
    told, wrong = serving.once(settings.read(), _typed())
    print(told, flush=True)
    for line in wrong:
        print(f"mailhub sample: {line}", file=sys.stderr)
    if wrong:
        raise typer.Exit(1)


def migrate() -> None:
    """Bring the database to this version."""
    from mailhub import migrations, settings
    from mailhub.app.hub import put_together

    migrations.upgrade(put_together(settings.read()).database)


def _typed() -> str:
    """What to type for `mailhub` here: its path, where that is below the working directory."""
    import sys
    from pathlib import Path

    program, here = Path(sys.argv[0]).absolute(), Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else "mailhub"
