"""Patterns of words, and the lines that they are compared with."""

from __future__ import annotations

import pytest

from mailhub.words.line import MAX_LINE, MAX_WORDS, Line, fold
from mailhub.words.patterns import Patterns
from mailhub.words.places import Meaning, phrases
from mailhub.words.typing_errors import Corrections, one_slip

SLOTS = {
    "number": lambda line, at: [(at + 1, line.words[at])] if line.words[at].isdigit() else [],
    "rest": lambda line, at: [(len(line), line.rest(at))],
}


def matched(pattern: str, text: str, **shared: list[str]) -> list[tuple[str, ...]]:
    patterns = Patterns([(Meaning("it"), pattern)], phrases(shared))
    return [match.captures for match in patterns.whole(Line(text), SLOTS)]


@pytest.mark.parametrize(
    ("pattern", "lines", "others"),
    [
        ("stop", ["stop", "Stop!", " *STOP* "], ["stops", "stop it", ""]),
        ("stop [it|this now]", ["stop", "stop it", "stop this, now"], ["stop this", "stop now"]),
        ("(stop|end) it", ["stop it", "end it"], ["it", "stop end it"]),
        ("[please] [do] stop", ["stop", "do stop", "please do stop"], ["do please stop"]),
        ("a|b c", ["a", "b c"], ["c", "a c"]),
        ("{both} (x|{both})", ["me x", "me and you me"], ["x", "me and x"]),
        ("don't stop", ["don't stop", "dont stop", "DON’T stop"], ["don stop", "do not stop"]),
    ],
)
def test_what_a_pattern_matches(pattern: str, lines: list[str], others: list[str]) -> None:
    shared = {"both": ["me [and you]"]}
    assert [line for line in lines if not matched(pattern, line, **shared)] == []
    assert [line for line in others if matched(pattern, line, **shared)] == []


def test_slots_stand_for_what_was_written() -> None:
    assert matched("get <number> [v <number>]", "get 12 v 3") == [("12", "3")]
    assert matched("get <number> [v <number>]", "get 12") == [("12",)]
    assert matched("{got} [then <rest>]", "get 12, then: Öl & more ", got=["get <number>"]) == [
        ("12", "Öl & more")
    ]
    # As much as can be is the pattern's own.
    assert matched("no [because] <rest>", "no because it is late") == [("it is late",)]


def test_phrases_around_a_pattern() -> None:
    shared = phrases({"before": ["hi", "please"], "after": ["thanks", "bye"]})
    patterns = Patterns([(Meaning("it"), "stop")], shared, before="before", after="after")
    assert patterns.whole(Line("hi hi please stop thanks bye"), SLOTS)
    assert not patterns.whole(Line("thanks stop"), SLOTS)


@pytest.mark.parametrize("pattern", ["", "[a", "a)", "(a]", "{nobody}", "re-join", "a ]"])
def test_a_pattern_written_wrongly_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|brackets|phrase|word"):
        Patterns([(Meaning("it"), pattern)], {})


def test_a_phrase_names_only_those_above_it() -> None:
    with pytest.raises(ValueError, match="no phrase"):
        phrases({"a": ["x {b}"], "b": ["y"]})


def test_folding_keeps_every_place() -> None:
    line = Line("Dé­rangé par l’œuvre: İstanbul")
    assert line.words[:3] == ["derange", "par", "lœuvre"]
    assert line.rest(3) == "İstanbul"
    assert fold("Ŵyl") == "wyl"


def test_a_long_line_ends_in_more_than_any_pattern() -> None:
    for text in (
        "stop " + "x" * MAX_LINE,
        "stop " * (MAX_WORDS + 1),
        "stop" + " " * MAX_LINE + "x",
    ):
        assert not matched("stop", text)
        assert not matched("stop [stop]", text)
    assert matched("stop <rest>", "stop " + "word " * 5000)[0][0].count("word") == 5000


def test_one_slip_of_the_fingers() -> None:
    for slip in ("unsubscibe", "unsubscribee", "unsubscrobe", "unsubscirbe", "unsubscribe"):
        assert one_slip(slip, "unsubscribe")
    for other in ("subscribe", "unsubscribed!", "xunsubscribe", "unsubcsrbie"):
        assert not one_slip(other, "unsubscribe")
    of = Corrections(["weekly", "leave", "yes", "approve", "12345"]).of
    assert of("wekly") == ("weekly",)
    assert of("leaves") == ("leave",)
    assert of("weekly") == of("yess") == of("12346") == of("month") == ()
