"""A post's words with what they answer: pure.

New words alone leave answers in the air that stand below quoted questions ("Yes. / No, by the week."). What is
quoted below the last of the new words says nothing and is left out, as is the beginning of a long quote.
"""

from __future__ import annotations

MOST_LINES = 5_000
MOST_QUOTED = 8  # lines in front of an answer
CUT = "> […]"


def answered(text: str, new_text: str) -> str:
    """The new words of a post, each below the quote that it stands below in `text`. As `new_text` has them,
    where they do not stand there line by line."""
    own = [line.strip() for line in new_text.splitlines() if line.strip()]
    if not own:
        return text.strip()
    shown: list[str] = []
    between: list[str] = []
    at = 0
    for line in text.splitlines()[:MOST_LINES]:
        if at < len(own) and line.strip() == own[at]:
            shown += [*_shortened(between), line.rstrip()]
            between = []
            at += 1
        else:
            between.append(line.rstrip())
    return "\n".join(shown).strip() if at == len(own) else new_text.strip()


def _shortened(between: list[str]) -> list[str]:
    """What stands between two new lines: blank lines, or a quote with who wrote it."""
    quoted = [line for line in between if line.startswith(">")]
    if not quoted:
        return [""] if between else []
    if len(quoted) <= MOST_QUOTED:
        return between
    last = between.index(quoted[0])
    rest = quoted[-MOST_QUOTED:]
    return [*between[:last], CUT, *rest, ""]
