"""What every command that touches data begins with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mailhub import notes, settings
from mailhub.app.hub import Hub, clock, put_together
from mailhub.notes import Desk, Note


def hub() -> Hub:
    """The hub of this machine's settings, its schema seen to."""
    from mailhub.app.starting import prepare

    opened = put_together(settings.read())
    prepare(opened)
    return opened


def send(hub: Hub, session: Session, written: Sequence[Note]) -> None:
    """Queue mail of ours; the running hub sends it."""
    desk = Desk(hub.tools.site, hub.tools.templates)
    notes.send(session, desk, written, clock())
