"""Calendars as other servers exchange them: read or refused, and answers taken as those servers take them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from mailhub.events.letters import ANSWERS
from mailhub.reading import calendars
from mailhub.reading.happenings import Refused
from tests.corpora import corpora

# Where we do otherwise than sabre, and why.
OTHERWISE = {
    "testRequestNew": "an event without a beginning is none that anybody could come to",
    "testRequestUpdate": "the same",
    "testUnsupportedComponent": "a task is no event",
    "testUnsupportedMethod": "PUBLISH announces an event here; this one names no time",
    "testReplyPartyCrasher": "who was not invited is asked by the token or proven; no ATTENDEE is added by itself",
    "testReplyPartyCrashCreateException": "the same",
    "testReplyNoOriginal": "there is no event that it answers",
    "testReplyNewExceptionNoMasterEvent": "the same",
}


def exchanges() -> list[dict[str, Any]]:
    rows = (corpora("calendars/sabre") / "itip.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row) for row in rows]


def test_every_calendar_of_the_exchanges_is_read_or_refused() -> None:
    for exchange in exchanges():
        for text in exchange["ics"].values():
            try:
                calendars.opened(text.encode(), "UTC")
            except Refused as why:
                assert str(why)  # noqa: PT017


def test_replies_end_as_a_calendar_server_ends_them() -> None:
    """The PARTSTAT that sabre would write down is the answer that we would, for the same occurrence."""
    compared = 0
    for exchange in exchanges():
        said = exchange["ics"]
        if not exchange["file"].startswith("BrokerProcess") or exchange["test"] in OTHERWISE:
            continue
        reply = calendars.opened(said["itip"].encode(), "UTC")
        happening = reply.happenings[0]
        assert reply.method in ("REPLY", "CANCEL"), exchange["test"]
        if reply.method == "CANCEL":
            assert happening.uid == "foobar"
            continue
        attendee = happening.attendees[0]
        expected = _expected(said["expected"])
        key = (attendee.address, happening.of)
        assert expected.get(key) == attendee.answer, exchange["test"]
        assert ANSWERS[attendee.answer] == "yes"
        compared += 1
    assert compared >= 9


def _expected(text: str) -> dict[tuple[str, datetime | None], str]:
    """What each attendee says of each occurrence in a calendar as it should be afterwards."""
    # Those without a beginning are read as an answer is.
    text = text.replace("VERSION:2.0", "VERSION:2.0\nMETHOD:REPLY", 1)
    return {
        (one.address, event.of): one.answer
        for event in calendars.opened(text.encode(), "UTC").happenings
        for one in event.attendees
    }
