"""Words of the story, which are Markdown, as plain text and as HTML; and quoting, as programs do it.

The one place that imports markdown-it. The words are our own: nothing of a stranger comes here.
"""

from __future__ import annotations

import re
import textwrap

from markdown_it import MarkdownIt

_markdown = MarkdownIt("js-default", {"breaks": True})
_RULE = re.compile(r"\|[-:| ]+\|")
_QUOTE = "> "


def html(words: str) -> str:
    """As HTML, without a page around it."""
    rendered: str = _markdown.render(words)
    return rendered.replace(' style="text-align:right"', ' align="right"').strip()


def plain(words: str) -> str:
    """As people write text: tables stand in columns, and emphasis is lost."""
    blocks = []
    for block in words.replace("**", "").replace("*", "").split("\n\n"):
        blocks.append(_columns(block.split("\n")) if block.startswith("|") else block)
    return "\n\n".join(blocks)


def wrapped(text: str, width: int) -> str:
    """No line longer than this, where there are blanks to break at; quotes and columns are left."""
    return "\n".join(
        line
        if len(line) <= width or line.startswith(">") or "  " in line.strip()
        else "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )


def quoted(text: str) -> str:
    """Each line behind a mark; marks stand together."""
    return "\n".join(
        f">{line}" if line.startswith(">") else f"> {line}" for line in text.split("\n")
    )


def between(words: str, answered: str) -> tuple[str, str]:
    """(what stands above, the answered text quoted with the answers in between).

    A line "> some words" in `words` says that what follows it answers the paragraph which has them.
    """
    above, places = "", []
    for block in words.split("\n\n"):
        if block.startswith(_QUOTE):
            places.append((block.removeprefix(_QUOTE).strip(), ""))
        elif places:
            marker, before = places[-1]
            places[-1] = (marker, f"{before}\n\n{block}".strip())
        else:
            above = f"{above}\n\n{block}".strip()
    out = []
    for paragraph in wrapped(answered, 70).split("\n\n"):
        out.append(quoted(paragraph))
        flat = " ".join(paragraph.split())
        for marker, answer in places:
            if marker in flat:
                out.append(f"\n{wrapped(plain(answer), 72)}\n")
    return plain(above), "\n>\n".join(out).replace("\n\n>\n", "\n\n").replace("\n>\n\n", "\n\n")


def _columns(lines: list[str]) -> str:
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in lines
        if not _RULE.fullmatch(line)
    ]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
