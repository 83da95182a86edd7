"""Lines that begin with a label: "When: …", "Where: …"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from mailhub import words

MAX_LINE = 1_000
_AROUND = " \t>|*_•-"


def labelled(lines: Sequence[str], table: str) -> tuple[dict[str, str], str]:
    """(what stands behind each label of a table of `templates/words/`, all other lines)."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for line in lines:
        plain = line[:MAX_LINE].strip(_AROUND)
        match = _line(table).fullmatch(plain)
        key = _labels(table)[match["label"].casefold()] if match else ""
        if match and key not in found:
            found[key] = " ".join(match["value"].strip(" *_").split())
        else:
            rest.append(line)
    return {key: value for key, value in found.items() if value}, "\n".join(rest)


@cache
def _labels(table: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted((words.templates_folder() / "words").glob("??.toml")):
        try:
            said = words.table(table, path.stem)
        except KeyError:
            continue
        found |= {label.casefold(): key for key, labels in said.items() for label in labels}
    return found


@cache
def _line(table: str) -> re.Pattern[str]:
    either = "|".join(re.escape(label) for label in sorted(_labels(table), key=len, reverse=True))
    return re.compile(rf"(?P<label>{either})[ *_]*[:：]\s*(?P<value>.*)", re.IGNORECASE)
