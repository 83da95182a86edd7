"""What people sign with, below their first words: it says who they are without a question. What is
doubtful is left out: nobody needs to tell any of it."""

from __future__ import annotations

import re
from functools import cache

from mailhub import words
from mailhub.letter import Letter

MAX_LINES = 500
MAX_SIGNED = 12
MAX_WORDS = 100  # characters of a line
_CAPITAL = r"[^\W\d_a-z][\w.'’-]{0,30}"
_NAME = re.compile(rf"{_CAPITAL}(?: (?:van|von|de|der|le|la|ap|ab)){{0,2}}(?: {_CAPITAL}){{1,3}}")
_OTHER = re.compile(r"@|https?:|www\.|\d{4}|:")  # addresses, links, telephones, labelled lines


def read(letter: Letter) -> dict[str, str]:
    """name, organisation, job, as far as a signature tells them; the name first of all as the mail
    program gives it."""
    said = [*letter.new_text.splitlines()[:MAX_LINES], *letter.signature.splitlines()[:MAX_LINES]]
    lines = [" ".join(line.split()) for line in said if line.strip()][1 : MAX_SIGNED + 1]
    lines = [line for line in lines if len(line) <= MAX_WORDS and not _OTHER.search(line)]
    found = {"name": letter.author.name} if " " in letter.author.name.strip() else {}
    for line in lines:
        folded = set(re.findall(r"[^\W\d_]+", line.casefold()))
        key = next((key for key, signs in _signs().items() if folded & signs), "")
        if key:
            found.setdefault(key, line.strip(" ,;|"))
        elif _NAME.fullmatch(line):
            found.setdefault("name", line)
    return found


@cache
def _signs() -> dict[str, frozenset[str]]:
    """Words that tell an organisation or a job."""
    return {key: frozenset(said) for key, said in words.table("signed").items()}
