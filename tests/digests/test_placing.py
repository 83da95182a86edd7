"""Where the words of an answer to a digest belong."""

from __future__ import annotations

import pytest

from digests.placing import placed
from mailhub import reading

TITLES = {1: "Bins", 2: "Indicator 6", 3: "A form for service reviews"}
QUOTE = """On 3 Nov 2026 Your communities wrote:
> Your week: 23 November 2026
>
> 1. Bins
> Policy: a new discussion
> When do you collect?
>
> 2. Indicator 6
> Policy: goes on
>
> 3. A form for service reviews
> Housing: a new discussion
"""


def said(body: str, quote: str = QUOTE) -> tuple[dict[int, str], list[tuple[int, str]], list[str]]:
    """(answers, wishes, settings); AssertionError where something has no place."""
    raw = f"From: jane@leeds.example\r\nSubject: Re: Your week\r\nIn-Reply-To: <a@b>\r\n\r\n{body}\n{quote}"
    found = placed(reading.read(raw.encode()), TITLES)
    assert found is not None
    return found.answers, found.wishes, [command.verb for command in found.commands]


@pytest.mark.parametrize(
    ("body", "answers", "wishes", "settings"),
    [
        ("3: we have one", {3: "we have one"}, [], []),
        ("1: weekly\n2: by month", {1: "weekly", 2: "by month"}, [], []),
        ("1: Every week.\n\nAnd glass too.", {1: "Every week.\n\nAnd glass too."}, [], []),
        ("more 3", {}, [(3, "more")], []),
        ("2: mute", {}, [(2, "mute")], []),
        ("1: yes please", {1: "yes please"}, [], []),
        ("monthly please", {}, [], ["monthly"]),
        ("1: Every week.\nmonthly please", {1: "Every week."}, [], ["monthly"]),
        (
            "Indicator 6: by month\n3. A form for service reviews - ask Tom",
            {2: "by month", 3: "ask Tom"},
            [],
            [],
        ),
        ("1: Every week.\nmore 2", {1: "Every week."}, [(2, "more")], []),
    ],
)
def test_by_number(
    body: str, answers: dict[int, str], wishes: list[tuple[int, str]], settings: list[str]
) -> None:
    assert said(body) == (answers, wishes, settings)


def test_below_what_is_quoted() -> None:
    first = "> 1. Bins\n> When do you collect?\n\nEvery week.\n\n"
    second = "> 3. A form for service reviews\n\nAsk Tom.\n"
    assert said("", first + second)[0] == {1: "Every week.", 3: "Ask Tom."}
    assert said("", first.replace("Every week", "On Mondays, by lorry"))[0] == {
        1: "On Mondays, by lorry."
    }


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("We should all meet.", QUOTE),
        ("9: there is no such number", QUOTE),
        ("yes", QUOTE),
        ("Bins: we should talk", QUOTE),
        ("2. A form for service reviews: ask Tom", QUOTE),
        ("", QUOTE + "\nBelow all of it.\n"),
        ("Above it.\n", "> 1. Bins\n\nBelow it.\n"),
        ("", "> 1. Bins\n\nEvery week.\n"),
        ("", "> 1. Another title\n\nBelow it.\n"),
    ],
)
def test_what_has_no_place(body: str, quote: str) -> None:
    raw = (
        f"From: j@l.example\r\nSubject: Re: Your week\r\nIn-Reply-To: <a@b>\r\n\r\n{body}\n{quote}"
    )
    assert placed(reading.read(raw.encode()), TITLES) is None


def test_hostile_answers_end() -> None:
    for body in ("> 1. Bins\nx\n" * 3_000, "1: " * 20_000, ">" * 50_000):
        raw = b"From: j@l.example\r\nIn-Reply-To: <a@b>\r\n\r\n" + body.encode()
        placed(reading.read(raw), TITLES)
