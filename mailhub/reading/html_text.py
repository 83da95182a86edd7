"""HTML to the text a person would read aloud. Linear in its input; never raises.

Links keep their URLs where the words do not show them. No layout, no style: paragraphs, line breaks,
lists, quotes (">"), table rows.
"""

from __future__ import annotations

import html
import re

MAX_CHARACTERS = 2_000_000
_TOKEN = re.compile(
    r"<!--.*?(?:-->|$)|<(/?)([A-Za-z][A-Za-z0-9:]{0,20})([^<>]{0,20000})>|<![^<>]{0,2000}>|<\?[^<>]{0,2000}>",
    re.S,
)
_HREF = re.compile(
    r"""\shref\s{0,5}=\s{0,5}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'>]{1,4000}))""", re.I
)
_SPACE = re.compile(r"[ \t\r\n\x0b\x0c]+")
_SILENT = {
    *("script", "style", "head", "title", "template", "noscript", "object", "svg", "math"),
}
_PARAGRAPH = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"),
    *("hr", "figure"),
}
_BLOCK = {
    *("div", "li", "tr", "dt", "dd", "address", "article", "aside", "body", "caption", "center"),
    *("fieldset", "footer", "form", "header", "html", "legend", "main", "nav", "section", "tbody"),
    *("thead", "tfoot", "option"),
}


def text(markup: str) -> str:
    """The words of an HTML body."""
    return _Writer().write(markup[:MAX_CHARACTERS])


class _Writer:
    """Walks over the tokens once; holds the lines written so far and the few things that are open."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.quotes = 0
        self.blank_wanted = False
        self.silent = ""
        self.preformatted = 0
        self.href = ""
        self.link_start = 0

    def write(self, markup: str) -> str:
        position = 0
        for token in _TOKEN.finditer(markup):
            if token.start() > position:
                self.words(markup[position : token.start()])
            position = token.end()
            if token[2]:
                self.tag(token[2].lower(), bool(token[1]), token[3])
        self.words(markup[position:])
        self.end_line()
        return "\n".join(self.lines).strip("\n")

    def words(self, run: str) -> None:
        if self.silent:
            return
        run = html.unescape(run)
        if self.preformatted:
            first, *rest = run.split("\n")
            self.current.append(first)
            for row in rest:
                self.end_line(keep_blank=True)
                self.current.append(row)
            return
        run = _SPACE.sub(" ", run)
        if run.startswith(" ") and (not self.current or self.current[-1].endswith(" ")):
            run = run[1:]
        if run:
            self.current.append(run)

    def tag(self, name: str, closing: bool, rest: str) -> None:
        if self.silent:
            if closing and name == self.silent:
                self.silent = ""
            return
        if name in _SILENT and not closing and not rest.endswith("/"):
            self.silent = name
        elif name == "br":
            self.end_line(keep_blank=True)
        elif name == "a":
            self.link(closing, rest)
        elif name in ("td", "th") and not closing and self.current:
            self.current.append(" ")
        elif name in _PARAGRAPH:
            self.end_line()
            self.blank_wanted = True
            if name == "blockquote":
                self.quotes = max(0, self.quotes + (-1 if closing else 1))
            elif name == "pre":
                self.preformatted = max(0, self.preformatted + (-1 if closing else 1))
        elif name in _BLOCK:
            self.end_line()
            if name == "li" and not closing:
                self.current.append("* ")

    def link(self, closing: bool, rest: str) -> None:
        if not closing:
            found = _HREF.search(rest)
            self.href = (
                html.unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
            )
            self.link_start = len(self.current)
            return
        href, self.href = self.href, ""
        if not href.lower().startswith(("http://", "https://", "ftp://")):
            return
        shown = "".join(self.current[self.link_start :]).strip()
        if shown and shown.rstrip("/").removeprefix("https://").removeprefix("http://") not in href:
            self.current.append(f" <{href}>")

    def end_line(self, keep_blank: bool = False) -> None:
        row = "".join(self.current)
        self.current.clear()
        self.link_start = 0
        if not self.preformatted:
            row = row.strip(" ")
        if not row.strip() and not keep_blank:
            return
        mark = "> " * min(self.quotes, 20)
        if self.blank_wanted and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())
        self.blank_wanted = False
        self.lines.append((mark + row).rstrip())
