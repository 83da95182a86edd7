"""What a refusal means: the enhanced status code (RFC 3463), hard or soft, from codes and words.

Hard: the address itself is wrong and will be tomorrow (no such mailbox, no such domain, moved away).
Soft: everything else, for the next mail may pass: a full or sleeping mailbox, a host that does not
answer, a policy, a blocked sender, a mail too large; and what gives no reason that we know. Words count
more than codes, for the world's servers give 550 5.1.1 to spam and 554 to full mailboxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mailhub.reading.phrases import fold, phrases, table

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.:/-])([45])[0-5]\d(?=[ \t\-#:>)\]]|$)")
_OF_RECIPIENTS = (
    "550",
    "551",
    "553",
)  # RFC 5321, 4.2.3: mailbox unavailable, not local, not allowed
# Links and addresses say nothing, but words in them look as if they did.
_LINK = re.compile(
    r"(?:https?://|www\.)\S{0,500}|[^\s<>()\[\]\",;:@]{1,128}@[^\s<>()\[\]\",;:@]{1,255}", re.I
)


def enhanced_status(text: str) -> str:
    """The most telling enhanced code in `text`: the first that is not x.0.0, else the first; or ""."""
    first = ""
    for match in _ENHANCED.finditer(text[:4000]):
        code = ".".join(match.groups())
        if code[0] != "2" and not code.endswith(".0.0"):
            return code
        first = first or code
    return first


def is_vague(status: str) -> bool:
    """Whether a code says no more than its class: "", 5.0.0, 4.0.0."""
    return not status or status.endswith(".0.0")


def reply_code(text: str) -> str:
    """The first SMTP reply code of a refusal in `text` ("550"), or ""."""
    found = _REPLY.search(text[:4000])
    return found.group() if found else ""


@lru_cache(maxsize=512)
def cause_of(text: str) -> str:
    """The name of the cause (templates/words/returns.toml, [causes]) whose words stand in `text`."""
    folded = fold(_LINK.sub(" ", text[:8000]))
    for cause in table("returns")["causes"]:
        if any(phrase in folded for phrase in phrases("returns", f"causes.{cause}.words")):
            return str(cause)
    return ""


def is_telling(text: str) -> bool:
    """Whether `text` says why something was refused, in words or by a code."""
    return bool(_REPLY.search(text) or _ENHANCED.search(text) or cause_of(text))


def is_hard(action: str, status: str, sources: Iterable[str]) -> bool:
    """Whether a recipient failed for good.

    `sources` are texts about the failure, the closest to it first: the first that is understood
    decides. A delay is never hard.
    """
    if action == "delayed":
        return False
    texts = [text for text in sources if text]
    for text in texts:
        if cause := cause_of(text):
            return bool(table("returns")["causes"][cause]["hard"])
    if status:
        known: dict[str, bool] = table("returns")["codes"]
        hard_code = known.get(status, known.get(status[1:]))
        if status[0] == "4":
            return False
        if hard_code is not None:
            return hard_code
        if status[2] != "0":
            return status[2] == "1"
    # Nobody is dead whose server's words say nothing to us, but where it refused the recipient alone.
    return next(filter(None, map(reply_code, texts)), "") in _OF_RECIPIENTS
