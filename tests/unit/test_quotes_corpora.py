"""The replies that other parsers are tested with, and what each of them expects of its own.

The parsers disagree (talon keeps signatures and forwarded mails in the new words, others take them
off; two of willdurand's answers belong to other mails), so each set has a floor, and the misses are
printed by `pytest -s`. The HTML of quotequail comes without answers: what stands here was seen by eye.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mailhub.reading import html_text
from mailhub.reading.quotes import NewWords, split
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


def parts_of(name: str, page: str, subject: str) -> NewWords:
    html = (corpora(f"replies/{name}") / page).read_text("utf-8", "replace")
    return split(html_text.text(html), html, subject)


def test_nine_programs_html_of_the_same_reply_gives_the_same_new_words() -> None:
    folder = corpora("replies/talon") / "tests/fixtures/html_replies"
    pages = sorted(path.relative_to(corpora("replies/talon")) for path in folder.glob("*.html"))
    found = [parts_of("talon", str(page), "Re: Test") for page in pages]
    assert len(found) == 9
    assert len({folded(parts.new_text) for parts in found}) == 1
    assert all(parts.new_text and parts.quoted for parts in found)


@pytest.mark.parametrize(
    ("page", "subject", "new_lines"),
    [
        ("apple_forward", "Fwd: a", 2),
        ("apple_reply", "Re: a", 2),
        ("gmail_forward", "Fwd: a", 2),
        ("gmail_reply", "Re: a", 2),
        ("ios_mail_reply_unescaped_address", "Re: a", 1),
        ("outlook_forward", "Fwd: a", 2),
        ("yahoo_reply_unescaped_address", "Re: a", 2),
    ],
)
def test_html_of_replies_and_forwards(page: str, subject: str, new_lines: int) -> None:
    parts = parts_of("quotequail", f"tests/files/{page}.html", subject)
    assert len([line for line in parts.new_text.splitlines() if line.strip()]) == new_lines
    assert parts.quoted


@pytest.mark.parametrize("page", ["mailru_forward", "thunderbird_forward"])
def test_html_of_forwards_with_nothing_above(page: str) -> None:
    parts = parts_of("quotequail", f"tests/files/{page}.html", "Fwd: a")
    assert parts.new_text
    assert not parts.quoted
