"""A text of ours as HTML, for programs that show this first: its paragraphs, lines and links, and no more."""

from __future__ import annotations

import re
from html import escape

LINK = re.compile(r"https?://[^\s<>\"']{1,500}[^\s<>\"'.,;:!?)]")
_STYLE = (
    "body{margin:0;font:16px/1.5 -apple-system,'Segoe UI',Arial,sans-serif;color:#1c2430}"
    "main{display:block;max-width:640px;padding:16px}"
    "h1{margin:0 0 12px;font:600 23px/1.25 Charter,Georgia,serif}p{margin:0 0 12px}"
    "footer{display:block;color:#55606e;font-size:14px}a{color:#0f5257}"
    "@media(prefers-color-scheme:dark){body{background:#1b2027;color:#e6e3da}"
    "footer{color:#a6adb6}a{color:#83cdc4}}"
)


def as_html(text: str, title: str, language: str = "en") -> str:
    """The whole page. Its heading is the text's first line, where that stands by itself; what stands below
    "-- " is its foot."""
    body, _, foot = text.strip().partition("\n-- \n")
    first, *rest = _paragraphs(body) or [""]
    if "<br>" not in first and rest:
        first = f"<h1>{first.strip().removeprefix('<p>').removesuffix('</p>')}</h1>\n"
    shown = "".join([first, *rest])
    if foot:
        shown += f"<footer>{''.join(_paragraphs(foot))}</footer>"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><main>\n{shown}</main></body></html>\n"
    )


def _paragraphs(text: str) -> list[str]:
    blocks = [block.strip("\n") for block in re.split(r"\n[ \t]*\n", text)]
    return [f"<p>{_lines(block)}</p>\n" for block in blocks if block]


def _lines(block: str) -> str:
    return "<br>\n".join(_linked(line) for line in block.split("\n"))


def _linked(line: str) -> str:
    """A line as HTML, its links to be followed."""
    out: list[str] = []
    at = 0
    for found in LINK.finditer(line):
        url = escape(found[0])
        out += escape(line[at : found.start()]), f'<a href="{url}">{url}</a>'
        at = found.end()
    return "".join([*out, escape(line[at:])])
