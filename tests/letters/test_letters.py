"""Every letter of this folder is read as the JSON beside it says.

The JSON holds what matters in that letter, under the names of `mailhub inspect` and of `Letter`.
`…_has` lists words that must stand in a text. Of an attachment only what is named is compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailhub import words
from mailhub.letter import Letter
from mailhub.reading import read
from mailhub.reading.inspection import described

LETTERS = sorted(Path(__file__).parent.rglob("*.eml"))


def facts(letter: Letter) -> dict[str, Any]:
    """What is known of a letter, as JSON has it."""
    more = {
        "ambiguous_author": letter.ambiguous_author,
        "claimed_date": letter.claimed_date,
        "html": letter.html,
        "message_id_made": letter.message_id_made,
        "reaction": letter.reaction,
        "thread_index": letter.thread_index.hex(),
    }
    return described(letter, "") | more


def matching(expected: Any, found: Any) -> Any:
    """`found`, cut to the keys that `expected` names in its objects."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: matching(value, found.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [matching(*pair) for pair in zip(expected, found, strict=True)]
    return found


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_letter_is_read_as_it_says_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    assert expected, "says nothing"
    found = facts(read(path.read_bytes()))
    assert set(found["problems"]) <= set(words.table("problems")), "a problem has no words"
    for key, value in expected.items():
        if key.endswith("_has"):
            text = found[key.removesuffix("_has")]
            assert [each for each in value if each not in text] == []
        else:
            assert matching(value, found[key]) == value, key
