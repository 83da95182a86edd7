"""What people are shown of events, and letters that go on to whose event it is."""

from __future__ import annotations

from mailhub.commands import Told
from mailhub.commands.asked import NOTHING
from mailhub.events.tables import Event
from mailhub.tool import Came


def passed_on(came: Came, event: Event) -> Told:
    """What is no answer goes on to whose event it is."""
    return NOTHING
