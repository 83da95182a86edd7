"""The line above a quote, "On 3 November 2026, Jane <jane@…> wrote:", found in HTML that was written so
far, so that it is folded with the quote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mailhub.reading import attributions
from web_archive.mail_elements import INLINE, VOID

LOOKED_BACK = 80  # tags and texts
MAX_LETTERS = 400
_NAME = re.compile(r"</?([a-z0-9]+)")


def begins_at(out: Sequence[str], texts: Mapping[int, str], least: int) -> int | None:
    """Where in `out`, a row of tags and texts, the line begins that introduces what comes now; None
    where there is none. It begins at `least` or later, and what stands in it is balanced.

    `texts` are the texts by their places. A line ends at a break, or where a block begins or ends.
    """
    words: list[str] = []
    letters = depth = 0
    start: int | None = least
    for place in range(len(out) - 1, least - 1, -1):
        if len(out) - place > LOOKED_BACK or letters > MAX_LETTERS:
            return None
        if place in texts:
            words.append(texts[place])
            letters += len(texts[place].strip())
            continue
        tag = _NAME.match(out[place])
        if tag is None or tag[1] in ("details", "summary"):
            continue
        is_block = tag[1] not in INLINE
        if is_block:
            words.append("\n")
        if tag[1] in VOID:
            if letters and not depth:
                start = place + 1
                break
        elif out[place].startswith("</"):
            if letters and not depth and is_block:
                start = place + 1
                break
            depth += 1
        elif not depth:  # what all this stands in
            start = place + 1
            break
        else:
            depth -= 1
            if letters and not depth and is_block:
                start = place
                break
    return start if letters and not depth and _introduces("".join(reversed(words))) else None


def _introduces(text: str) -> bool:
    """Whether this is the line of a mail program and nothing else."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines or not attributions.may_end(lines[-1]):
        return False
    found = attributions.ending_at(lines, len(lines) - 1)
    if found is None or found.start or found.column:
        return False
    return found.sure or "@" in text  # "As Tom wrote:" may be somebody's own
