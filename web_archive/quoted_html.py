"""Where, in a mail's HTML, the words of earlier mails begin: the marks that mail programs leave."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Outlook sets a line above "From: … Sent: …"; everything after it is the mail that was answered.
_OUTLOOK_LINE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid #(?:e1e1e1|b5c4df) 1(?:\.0)?pt", re.IGNORECASE
)
_FROM_HERE_IDS = ("divrplyfwdmsg", "appendonsend", "reply-intro", "mail-editor-reference-message")
_QUOTE_CLASSES = (
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "front-blockquote",
    "tutanota_quote",
    "zmail_extra",
)


def begins_rest(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether from this tag on everything is the mail that was answered (Outlook, Zimbra)."""
    if name == "hr":
        return attributes.get("id", "").lower() == "zwchr"
    if name != "div":
        return False
    mark = attributes.get("id", "").lower()
    return mark.startswith(_FROM_HERE_IDS) or bool(
        _OUTLOOK_LINE.search(attributes.get("style", "")[:500])
    )


def is_quote(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether this element holds words of an earlier mail. Gmail puts answers between the quotes into
    a div of the same class, so that only its blockquotes count."""
    classes = attributes.get("class", "").split()
    if name == "blockquote":
        return attributes.get("type", "").lower() == "cite" or any(
            c in _QUOTE_CLASSES for c in classes
        )
    return name == "div" and any(c in _QUOTE_CLASSES[1:] for c in classes)
