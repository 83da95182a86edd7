"""Rows, cards and outlines are kept rendered: most pages show what other pages have shown before.

A piece is kept under all that it was made from, and a macro reads nothing but what it is given (and what never changes
while the hub runs: words, names of addresses). So no piece is ever an old one, whoever looks and whatever was committed;
where anything of it has changed it is another piece.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from web_archive.kept import Kept

_BESIDE = 700  # octets that a piece takes beside its text: its key, its place in the table


class Pieces:
    """Renders macros of the environment's templates, or gives what it has rendered before."""

    def __init__(self, environment: Environment, octets: int) -> None:
        self._environment = environment
        self._kept: Kept[Markup] = Kept(octets, lambda html: len(html) + _BESIDE)

    def one(self, template: str, macro: str, *made_from: Hashable) -> Markup:
        """What this macro makes of these."""
        key = template, macro, made_from
        html = self._kept.get(key)
        if html is None:
            module: Any = self._environment.get_template(template).module
            html = getattr(module, macro)(*made_from)
            self._kept.put(key, html)
        return html

    def rows(self, macro: str, rows: Iterable[Hashable], *beside: Hashable) -> Markup:
        """What this macro of `_rows.html` makes of each row and what stands beside all of them, one below the other."""
        return Markup("").join([self.one("_rows.html", macro, row, *beside) for row in rows])

    def lines(self, macro: str, lines: Iterable[tuple[Hashable, ...]]) -> Markup:
        """The same of lines that have nothing in common."""
        return Markup("").join([self.one("_rows.html", macro, *line) for line in lines])
