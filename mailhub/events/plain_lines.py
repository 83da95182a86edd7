"""An event in plain lines: "When: next Tuesday 2pm to 4pm", "Where: …", "Places: 20".

Labels stand in `templates/words/` (table `event_lines`); times of day are found by their form, days by
`mailhub.words.dates`. Whatever stands under no label is the text of the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mailhub.reading.happenings import Happening
from mailhub.reading.zones import zone
from mailhub.words import labels, whens

MAX_LINES = 500
MAX_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines say; `problem` where a When cannot be read."""

    happening: Happening | None
    places: int | None
    problem: str = ""


def read_lines(text: str, subject: str, written: datetime, zone_name: str) -> Lines | None:
    """The event that a text describes; None where it has no such labels at all."""
    found, rest = labels.labelled(text.splitlines()[:MAX_LINES], "event_lines")
    places = _places(found.get("places", ""))
    if "when" not in found:
        return Lines(None, places, "no-when") if found else None
    local = zone(zone_name) or UTC
    when = whens.when(found["when"], written.astimezone(local).date())
    if when is None:
        return Lines(None, places, "no-when")
    named = zone(when.zone) if when.zone else None
    return Lines(
        Happening(
            uid="",
            title=found.get("title", "") or subject.strip(),
            starts_at=when.starts.replace(tzinfo=named or local).astimezone(UTC),
            ends_at=when.ends.replace(tzinfo=named or local).astimezone(UTC),
            all_day=when.all_day,
            zone=when.zone if named else zone_name,
            place=found.get("where", "")[:300],
            text=rest.strip(),
        ),
        places,
    )


def _places(said: str) -> int | None:
    digits = "".join(c if c.isdigit() else " " for c in said[:40]).split()
    if not digits or len(digits[0]) > 6:
        return None
    return min(int(digits[0]), MAX_PLACES) or None
