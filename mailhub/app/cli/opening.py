"""What every command that touches data begins with."""

from __future__ import annotations

from mailhub import settings
from mailhub.app.hub import Hub, put_together


def hub() -> Hub:
    """The hub of this machine's settings, its schema seen to."""
    from mailhub.app.serve import prepare

    opened = put_together(settings.read())
    prepare(opened)
    return opened
