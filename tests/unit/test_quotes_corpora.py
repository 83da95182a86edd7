"""The replies that other parsers are tested with, and what each of them expects of its own.

The parsers disagree (talon keeps signatures and forwarded mails in the new words, others take them
off), so each set has a floor, and the misses are printed by `pytest -s`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mailhub.reading.quotes import split
from tests.corpora import corpora

# At least so many of the answers are ours too, of so many.
FLOORS = {
    "talon": 60,
    "willdurand": 20,
    "github": 9,
    "crisp": 59,
}

# talon's tests of its inner steps say nothing of the new words.
OTHER_FUNCTIONS = {"mark_message_lines", "preprocess", "split_emails", "extract_from_html"}


def answers(name: str) -> Iterator[dict[str, Any]]:
    for line in (corpora(f"replies/{name}") / "expected.jsonl").read_text("utf-8").splitlines():
        reply = json.loads(line)
        if reply.get("fn") not in OTHER_FUNCTIONS:
            yield reply


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def agrees(reply: dict[str, Any], new_text: str) -> bool:
    if reply["expected"] is not None:
        return folded(new_text) == folded(reply["expected"])
    return all(re.search(pattern, new_text) for pattern in reply["first_fragment_regex"])


@pytest.mark.parametrize("name", FLOORS)
def test_other_parsers_answers(name: str) -> None:
    replies = list(answers(name))
    right = 0
    for reply in replies:
        new_text = split(reply["input"]).new_text
        if agrees(reply, new_text):
            right += 1
        else:
            print(
                f"\n--- {name} {reply['id']}\nexpected {reply['expected']!r}\ngot      {new_text!r}"
            )
    print(f"\n=== {name}: {right} of {len(replies)}")
    assert right >= FLOORS[name]
