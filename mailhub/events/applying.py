"""What a change makes of an event's row, and what is told of it: whether it says anything newer, what it takes
over, what differs from before. Whether somebody may change it is asked elsewhere (`changing`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailhub.events import announcing, attending, filing
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Attendance, Event
from mailhub.events.writing import Scene
from mailhub.notes import Desk

# What of an event people are told of, in this order, and its columns.
_SAID = (
    ("title", ("title",)),
    ("when", ("starts_at", "ends_at", "all_day", "rule", "added", "without", "changes")),
    ("where", ("place",)),
    ("places", ("places",)),
    ("text", ("text",)),
)


@dataclass(slots=True)
class Changed:
    """What came of a change: its names as in _SAID, what was queued, and what is said to whom."""

    what: tuple[str, ...]
    outgoing: list[int] = field(default_factory=list)
    moved_up: tuple[Attendance, ...] = ()


def apply(
    here: Scene, desk: Desk, event: Event, proposed: Proposed, inbound_id: int | None
) -> Changed:
    """Make an event what is proposed, and queue what is told of that."""
    session, now = here.session, here.now
    session.refresh(event, with_for_update=True)
    before = _columns(event)
    was_on = event.state == "on"
    _take_over(event, proposed)
    what = tuple(
        name
        for name, columns in _SAID
        if any(before[column] != getattr(event, column) for column in columns)
    )
    if was_on and event.state == "cancelled":
        what = ("cancelled",)
    if not was_on and event.state == "on":
        what = what or ("when",)
    if not what:
        return Changed(())
    event.sequence += 1
    event.changed_at, event.inbound_id = now, inbound_id or event.inbound_id
    filing.settle(session, event, now)
    moved = attending.move_up(session, event) if event.state == "on" else ()
    if what == ("places",):
        return Changed(what, moved_up=moved)
    template = "event-cancelled" if what == ("cancelled",) else "event-changed"
    sent = announcing.tell_change(
        session,
        desk,
        event,
        here.community,
        now,
        template=template,
        afresh="when" in what,
        what=what,
        comment=proposed.main.comment if proposed.main else "",
    )
    return Changed(what, sent, moved)


def _take_over(event: Event, proposed: Proposed) -> None:
    main = proposed.main
    if main is None or cancels(proposed):
        if main is not None and main.of is not None and (event.rule or event.added):
            _differ(event, {"of": main.of.isoformat(), "cancelled": True})
        elif main is not None or proposed.method == "CANCEL":
            event.state = "cancelled"
        if main is None and proposed.places is not None:
            event.places = proposed.places
        _remember(event, proposed)
        return
    if main.of is not None:  # one occurrence of a series alone
        for one in filing.changes((main, *proposed.changed)):
            _differ(event, one)
    else:
        for column, value in filing.times(main).items():
            if value or column not in ("title", "place", "text") or proposed.method != "LINES":
                setattr(event, column, value)
        if proposed.method != "LINES":
            event.changes = filing.changes(proposed.changed)
        event.state = "on"
    if proposed.places is not None:
        event.places = proposed.places
    _remember(event, proposed)


def _remember(event: Event, proposed: Proposed) -> None:
    if proposed.main is not None and proposed.method != "LINES":
        event.their_sequence = max(event.their_sequence, proposed.main.sequence)
        event.their_stamp = proposed.main.stamp or event.their_stamp


def _differ(event: Event, one: dict[str, Any]) -> None:
    event.changes = [*(other for other in event.changes if other["of"] != one["of"]), one]


def _columns(event: Event) -> dict[str, Any]:
    return {column: getattr(event, column) for _, columns in _SAID for column in columns}


def cancels(proposed: Proposed) -> bool:
    """Whether the whole of it is called off."""
    main = proposed.main
    return proposed.method == "CANCEL" or (main is not None and main.cancelled)


def is_old(event: Event, proposed: Proposed) -> bool:
    """Whether the original says nothing newer than what is known."""
    main = proposed.main
    if main is None or proposed.method == "LINES":
        return False
    if main.sequence != event.their_sequence:
        return main.sequence < event.their_sequence
    return _stamp(main.stamp) <= _stamp(event.their_stamp)


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
