"""The pages of docs/, checked and written as HTML.

    python docs/build.py [FOLDER]

Says every link between the pages that leads nowhere, and exits 1 then. With a FOLDER, writes each page
there as HTML, with the same names.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
MARKDOWN = MarkdownIt("commonmark").enable("table")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #ccc; padding: .2rem .5rem; text-align: left; vertical-align: top; }}
pre {{ overflow-x: auto; background: #f4f4f2; padding: .5rem; }}
img {{ max-width: 100%; }}
</style>
{body}
</html>
"""


def pages() -> list[Path]:
    """Every page."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def parsed(page: Path) -> list[Token]:
    """A page's tokens, each heading with its anchor."""
    tokens = MARKDOWN.parse(page.read_text(encoding="utf-8"))
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(words.content))
    return tokens


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to, as code forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """All anchors of a page."""
    return {str(t.attrGet("id")) for t in parsed(page) if t.type == "heading_open"}


def links(page: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead, as written."""
    for block in parsed(page):
        for token in block.children or ():
            target = token.attrGet("href") or token.attrGet("src")
            if target:
                yield str(target)


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere. Links out of the project are not followed."""
    found = []
    for target in links(page):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, part = target.partition("#")
        there = page.parent / name if name else page
        if not there.exists() or (part and part not in anchors(there)):
            found.append(f"{page.relative_to(ROOT)}: {target}")
    return found


def write(folder: Path) -> None:
    """Write every page, and the pictures, below a folder."""
    for page in pages():
        html = str(MARKDOWN.renderer.render(parsed(page), MARKDOWN.options, {}))
        html = re.sub(r'(href="[^":]*)\.md(["#])', r"\1.html\2", html)
        to = folder / page.relative_to(ROOT).with_suffix(".html")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(PAGE.format(title=page.stem, body=html), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "pictures", folder / "docs" / "pictures", dirs_exist_ok=True)


def main(arguments: list[str]) -> int:
    """Check, and write where a folder is given."""
    wrong = [line for page in pages() for line in broken(page)]
    for line in wrong:
        print(line, file=sys.stderr)
    if arguments and not wrong:
        write(Path(arguments[0]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
