"""How a person's digests come: their day, hour, time zone, language and form; and whether newsletters do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailhub import words
from mailhub.membership import people
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import Unusable
from mailhub.models import Person

FORMS = ("html", "text", "mime")
KEYS = ("digest_day", "digest_hour", "digest_form", "digests", "zone", "language", "newsletters")


def typed(key: str, value: str) -> dict[str, Any]:
    """The values of a setting as somebody types it; Unusable where it is none."""
    said = value.strip().lower()
    match key:
        case "digest_day":
            return {key: _listed(key, said, _days(), value)}
        case "digest_hour" if (
            said.isascii() and said.isdigit() and len(said) < 3 and int(said) < 24
        ):
            return {key: int(said)}
        case "digest_form" if said in FORMS:
            return {key: said}
        case "digests" if said in ("together", "apart"):
            return {"digests_apart": said == "apart"}
        case "newsletters" if said in ("on", "off"):
            return {key: said == "on"}
        case "zone":
            return {key: _zone(value.strip())}
        case "language":
            return {key: _listed(key, said, words.table("digest-languages"), value)}
    raise Unusable(f"unknown-{key}", value[:50])


def _days() -> dict[str, int]:
    return {
        name: number
        for number, names in enumerate(words.table("dates")["weekdays"])
        for name in names
    }


def _listed(key: str, said: str, known: dict[str, Any], value: str) -> Any:
    for form in (said, said.removesuffix("s")):
        if form in known:
            return known[form]
    raise Unusable(f"unknown-{key}", value[:50])


def _zone(name: str) -> str:
    name = name.replace(" ", "_")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unusable("unknown-zone", name[:50]) from None
    return name


def set_digests(
    session: Session, person: Person, values: dict[str, Any], now: datetime, *, by: By = OPERATOR
) -> bool:
    """Keep how somebody's digests come; whether anything changed."""
    return people.alter(session, person, "digests", values, now, by=by)
