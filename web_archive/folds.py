"""Earlier mails below a post, where what it answers stands on the same page: a long one is not sent again.

In a discussion whose every answer quotes all before it the page would grow with the square of the posts. The fold then leads
to the post's own page, which has it.
"""

from __future__ import annotations

import re
from html import escape

LONG = 1_000  # characters of HTML: a shorter one is folded where it stands
_FOLD = re.compile(r"<details\b[^>]*>|</details>")
_SHUT = '<details class="earlier">'


def led_to(html: str, address: str, name: str) -> str:
    """`html`, which `safe_html` or `post_text` wrote, with links of this name in place of its long folds that are shut. In
    time linear to its length."""
    if len(html) < LONG or _SHUT not in html:
        return html
    link = f'<p class="earlier"><a href="{escape(address)}">{escape(name)}</a></p>'
    out: list[str] = []
    at = begin = depth = 0
    for tag in _FOLD.finditer(html):
        if tag[0] != "</details>":
            # Within a fold, or in one that stands open, nothing is a fold of its own.
            if not depth:
                begin = tag.start() if tag[0] == _SHUT else -1
            depth += 1
        elif depth:
            depth -= 1
            if not depth and begin >= 0 and tag.end() - begin > LONG:
                out += html[at:begin], link
                at = tag.end()
    return "".join(out) + html[at:]
