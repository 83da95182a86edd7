"""HTML to the words a person sees in it. One pass, linear, never raises; kept apart from showing HTML.

Links keep their URLs where the words do not show them; paragraphs, line breaks, lists, quotes (">") and
table rows keep their lines. What is not shown (scripts, styles, hidden preheaders) is left out.
inscriptis was tried: it is three times slower, puts blanks inside of words ("Centr ●", "< a@b >") and
indents; past 250 levels it gives nothing.
"""

from __future__ import annotations

import html
import re

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20  # of quotes and lists

# "<jane@example.org>" and "<https://…>" are no tags: a blank, "/" or ">" follows the name of one.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(/?)([A-Za-z][A-Za-z0-9]{0,20}(?::[A-Za-z0-9]{1,20})?)(?=[\s/>])([^<>]{0,20000})>"
    r"|<[!?][^<>]{0,2000}>",
    re.S,
)
_HREF = re.compile(
    r"""\shref\s{0,5}=\s{0,5}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'>]{1,4000}))""", re.I
)
_HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|\shidden(?=[\s=/]|\Z)", re.I
)
_TIGHT = re.compile(r"MsoNormal|MsoListParagraph|margin\s{0,5}:\s{0,5}0", re.I)
_SPACE = re.compile(r"[ \t\r\n\x0b\x0c]+")
_UNSEEN = re.compile("[\u00ad\u034f\u200b\u200c\u2060\ufeff\u00a0]")
_WITHOUT_SCHEME = re.compile(r"https?://(?:www\.)?|mailto:|/+\Z", re.I)

_SILENT = {
    *(
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "svg",
        "math",
        "select",
    ),
}
_VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr", "source"}
_PARAGRAPH = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"),
    *("hr", "figure"),
}
_BLOCK = {
    *("div", "li", "tr", "dt", "dd", "address", "article", "aside", "body", "caption", "center"),
    *("fieldset", "footer", "form", "header", "html", "legend", "main", "nav", "section", "tbody"),
    *("thead", "tfoot"),
}
# What these do does not hang on their attributes.
_SEEN = {"br", "a", "td", "th", *_SILENT, *_PARAGRAPH, *_BLOCK}


def text(markup: str) -> str:
    """The words of an HTML body."""
    markup = markup[:MAX_CHARACTERS]
    writer = _Writer()
    words = writer.write(markup)
    if writer.silent and writer.silent not in _SILENT:
        # Something hidden never ends: better to show what should be hidden than to lose the rest.
        words = _Writer(hide=False).write(markup)
    return words


class _Writer:
    """Walks over the tokens once; holds the lines written so far and the few things that are open."""

    def __init__(self, hide: bool = True) -> None:
        self.hide = hide
        self.hiding: dict[str, bool] = {}
        self.lines: list[str] = []
        self.current: list[str] = []
        self.quotes = self.last_quotes = 0
        self.lists: list[int] = []  # the number of the item before; -1 where items have none
        self.blank_wanted = False
        self.silent = ""  # the tag whose content is not shown
        self.silent_depth = 0
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
                name = token[2].lower()
                if self.silent:
                    self.still_silent(name, bool(token[1]))
                elif token[3] or name in _SEEN:
                    self.tag(name, bool(token[1]), token[3])
        self.words(markup[position:])
        self.end_line()
        return "\n".join(self.lines).strip("\n")

    def words(self, run: str) -> None:
        if self.silent:
            return
        run = html.unescape(run) if "&" in run else run
        if self.preformatted:
            first, *rest = run.replace("\r", "").split("\n")
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

    def still_silent(self, name: str, closing: bool) -> None:
        if name == self.silent:
            self.silent_depth += -1 if closing else 1
            if self.silent_depth == 0:
                self.silent = ""

    def tag(self, name: str, closing: bool, rest: str) -> None:
        hidden = self.hide and rest and not closing and name not in _VOID and self.hides(rest)
        if (hidden or name in _SILENT) and not closing and not rest.endswith("/"):
            self.silent, self.silent_depth = name, 1
        elif name == "br":
            self.end_line(keep_blank=True)
        elif name == "a":
            self.link(closing, rest)
        elif name in ("td", "th") and not closing and self.current:
            self.current.append(" ")
        elif name in _PARAGRAPH:
            self.end_line()
            tight = name == "p" and (closing or _TIGHT.search(rest) is not None)
            self.blank_wanted = self.blank_wanted or not tight
            self.container(name, closing)
        elif name in _BLOCK:
            self.end_line()
            if name == "li" and not closing:
                self.current.append(self.item())

    def hides(self, rest: str) -> bool:
        if rest not in self.hiding:  # Word writes the same few over and over
            self.hiding[rest] = _HIDDEN.search(rest) is not None
        return self.hiding[rest]

    def container(self, name: str, closing: bool) -> None:
        step = -1 if closing else 1
        if name == "blockquote":
            self.quotes = min(MAX_DEPTH, max(0, self.quotes + step))
        elif name == "pre":
            self.preformatted = max(0, self.preformatted + step)
        elif name in ("ol", "ul"):
            if closing:
                del self.lists[-1:]
            elif len(self.lists) < MAX_DEPTH:
                self.lists.append(0 if name == "ol" else -1)

    def item(self) -> str:
        if not self.lists or self.lists[-1] < 0:
            return "* "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def link(self, closing: bool, rest: str) -> None:
        if not closing:
            found = _HREF.search(rest)
            target = found[1] or found[2] or found[3] or "" if found else ""
            self.href = html.unescape(target).strip()
            self.link_start = len(self.current)
            return
        href, self.href = self.href, ""
        if not href.lower().startswith(("http://", "https://", "ftp://")):
            return
        shown = "".join(self.current[self.link_start :]).strip()
        if shown and _WITHOUT_SCHEME.sub("", shown) not in _WITHOUT_SCHEME.sub("", href):
            self.current.append(f" <{href}>")

    def end_line(self, keep_blank: bool = False) -> None:
        row = "".join(self.current)
        self.current.clear()
        self.link_start = 0
        if "\xa0" in row:  # a line of nothing else is how editors write a blank line
            keep_blank = True
        if not row.isascii():
            row = _UNSEEN.sub(_seen, row)
        if not self.preformatted:
            row = row.strip(" ")
        if not row.strip() and not keep_blank:
            return
        if self.blank_wanted and row and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.quotes, self.last_quotes)).rstrip())
        self.blank_wanted = False
        self.last_quotes = self.quotes
        self.lines.append(("> " * self.quotes + row).rstrip())


def _seen(found: re.Match[str]) -> str:
    return " " if found[0] == "\xa0" else ""
