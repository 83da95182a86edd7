"""What stands in somebody's digest, and in which order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digests import choose
from digests.choose import Reader, Told
from mailhub.news import SECTIONS, unsigned

NOW = datetime(2026, 11, 16, 7, tzinfo=UTC)
JANE = Reader(1, "Leeds", frozenset({13}))
PLAIN = Told(
    piece_id=1,
    section="discussions",
    kind="thread",
    object_id=1,
    community_id=1,
    at=NOW,
    count=0,
    size=1_400,
    short=200,
    by=frozenset({9}),
    people=frozenset({9}),
    organisations=frozenset({"Cardiff"}),
    awaited=frozenset(),
)


def test_what_concerns_the_reader_stands_first() -> None:
    told = [
        replace(PLAIN, piece_id=1, section="library", kind="document"),
        replace(PLAIN, piece_id=2, at=NOW + timedelta(hours=1)),
        replace(PLAIN, piece_id=3, count=7),
        replace(PLAIN, piece_id=4, organisations=frozenset({"Leeds"})),
        replace(PLAIN, piece_id=5, people=frozenset({1, 9})),
        replace(PLAIN, piece_id=6, awaited=frozenset({1})),
        replace(PLAIN, piece_id=7, section="events", kind="event", at=NOW + timedelta(days=9)),
        replace(PLAIN, piece_id=8, section="events", kind="event", at=NOW + timedelta(days=2)),
    ]
    found = choose.entries(JANE, told)
    assert [entry[0] for entry in found] == [6, 8, 7, 5, 4, 3, 2, 1]
    assert [entry[2] for entry in found][:1] == ["asked"]
    assert [entry[2] for entry in found][3:6] == ["yours", "colleagues", "plain"]


def test_ones_own_doings_and_muted_discussions_are_no_news() -> None:
    assert not choose.entries(JANE, [replace(PLAIN, by=frozenset({1}))])
    assert not choose.entries(JANE, [replace(PLAIN, object_id=13)])
    assert choose.entries(JANE, [replace(PLAIN, by=frozenset({1, 9}))])
    assert choose.entries(JANE, [replace(PLAIN, object_id=13, kind="document")])


def test_in_whose_words_it_is_told() -> None:
    voices = [
        replace(PLAIN, piece_id=1, but=frozenset({1, 2})),
        replace(PLAIN, piece_id=2, only=frozenset({1}), begun_by=1),
        replace(PLAIN, piece_id=3, only=frozenset({2}), people=frozenset({1, 2})),
        replace(PLAIN, piece_id=4, section="events", people=frozenset({1}), off=True),
        replace(PLAIN, piece_id=5, section="events"),
    ]
    told = {person: choose.entries(Reader(person), voices) for person in (1, 2, 3)}
    said = {person: [(one[0], one[2]) for one in found] for person, found in told.items()}
    called_off = [(5, "plain"), (4, "off")]
    assert said == {
        1: [*called_off, (2, "own")],
        2: [*called_off, (3, "yours")],
        3: [*called_off, (1, "plain")],
    }


def test_there_is_room_for_all() -> None:
    dice = random.Random(4)
    for count in (0, 1, 30, 200, 600):
        told = [
            replace(
                PLAIN,
                piece_id=number,
                section=dice.choice(SECTIONS[1:]),
                size=dice.randrange(300, 4_000),
                short=dice.randrange(100, 290),
            )
            for number in range(count)
        ]
        found = choose.entries(JANE, told)
        assert len(found) == min(count, choose.MOST)
        order = [SECTIONS.index(entry[1]) for entry in found]
        assert order == sorted(order)
        for section in SECTIONS:
            full = [entry[3] for entry in found if entry[1] == section]
            assert full == sorted(full, reverse=True)
        octets = sum(told[i].size if full else told[i].short for i, _, _, full in found)
        assert octets <= max(choose.MOST_HTML, sum(told[entry[0]].short for entry in found))


def test_what_stands_below_the_authors_name_is_left_out() -> None:
    signed = "We share one.\n\nJane  Doe,\nHead of Policy\nTel: 0113"
    assert unsigned(signed, "Jane Doe") == "We share one."
    assert unsigned("Jane Doe\nHead of Policy", "Jane Doe") == "Jane Doe\nHead of Policy"
    assert unsigned("Jane Doe knows.\nAsk her.", "Jane Doe") == "Jane Doe knows.\nAsk her."
    assert unsigned(signed, "") == signed
    note = "Dear all,\n\nWhat does it cost?\n\nBest wishes\nJane\n"
    assert unsigned(note, "Jane Doe") == "What does it cost?"
    assert unsigned("Jane, what does it cost?\nJane knows.", "Jane Doe").endswith("Jane knows.")
    assert unsigned("Dear all,", "Jane Doe") == "Dear all,"
    assert unsigned("Yes,\nwe do.", "Jane Doe") == "Yes,\nwe do."
