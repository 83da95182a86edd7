"""Addresses are never shown to strangers: what stands after the @ is taken out, wherever it appears.

Works on text as people read it, after entities and transfer encodings are gone. The name before the
@ stays, because words around it would be hard to follow without.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

MARK = "@…"
# The part before the @ need not be there: it may stand in another element. Bounded, linear.
DOMAIN = re.compile(r"(?:@|%40)(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}", re.IGNORECASE)


def hide(text: str) -> str:
    """`text` without the domains of addresses: `jane@leeds.gov.uk` becomes `jane@…`."""
    if "@" not in text and "%40" not in text:
        return text
    return DOMAIN.sub(MARK, text)


def hide_across(texts: list[str]) -> list[str]:
    """The texts without the domains of addresses, also of such as run over several texts."""
    whole = "".join(texts)
    if "@" not in whole and "%40" not in whole:
        return texts
    hidden = list(texts)
    starts = list(accumulate((len(t) for t in texts), initial=0))
    for match in reversed(list(DOMAIN.finditer(whole))):
        first = bisect_right(starts, match.start()) - 1
        last = bisect_right(starts, match.end() - 1) - 1
        for number in range(last, first - 1, -1):
            text, start = hidden[number], starts[number]
            before = text[: max(match.start() - start, 0)]
            after = text[match.end() - start :]
            hidden[number] = before + (MARK if number == first else "") + after
    return hidden
