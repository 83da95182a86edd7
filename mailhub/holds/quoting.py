"""What a held mail says, as it can stand in a notice: the whole of its own words with a bar before each
line, so that none passes for ours; and what it quotes, in short."""

from __future__ import annotations

from mailhub.letter import Letter

QUOTED_LINES = 4
QUOTED_LENGTH = 160  # characters of a line
MAX_LINES = 2_000


def barred(text: str, most: int) -> str:
    """Its lines, each with a bar before it; `most` characters of them."""
    lines = text[:most].strip().splitlines()[:MAX_LINES]
    return "\n".join(f"| {line.rstrip()}".rstrip() for line in lines)


def quoted(letter: Letter) -> str:
    """The beginning of what is quoted, "" where nothing is."""
    own = {line.strip() for line in letter.new_text[:400_000].splitlines()}
    own |= {line.strip() for line in letter.signature[:20_000].splitlines()}
    lines = (line.strip(" >|\t") for line in letter.text[:400_000].splitlines())
    found = [line[:QUOTED_LENGTH] for line in lines if line and line not in own]
    return barred("\n".join(found[:QUOTED_LINES]), 4 * QUOTED_LENGTH + 10)
