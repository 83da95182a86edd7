"""Where, in a mail's HTML, the words of earlier mails begin: the marks that mail programs leave."""

from __future__ import annotations

import re
from collections.abc import Mapping

# A line above "From: … Sent: …" (Outlook, Windows Mail); everything after it is the mail that was answered.
_LINE_ABOVE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid #[0-9a-f]{6} 1(?:\.0)?pt"
    r"|border-top-color:[^;]{1,40};\s*border-top-width:[^;]{1,20};\s*border-top-style:\s*solid",
    re.IGNORECASE,
)
_REST_IDS = ("divrplyfwdmsg", "appendonsend", "reply-intro", "mail-editor-reference-message")
_REST_RULES = ("zwchr", "stopspelling")
_QUOTE_CLASS = re.compile(
    r"gmail_quote|\w{0,20}yahoo_quoted|protonmail_quote|front-blockquote|tutanota_quote|zmail_extra"
)
# What stands above a quote: "On 3 November 2026, Jane <jane@…> wrote:".
_INTRODUCES = re.compile(r"@[^@]{1,200}:\s*\Z")
LOOKED_BACK = 300  # characters


def begins_rest(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether from this tag on everything is the mail that was answered."""
    mark = attributes.get("id", "").lower()
    if name == "hr":
        # Outlook 2003 sets a rule that the keyboard passes over.
        return mark in _REST_RULES or attributes.get("tabindex") == "-1"
    if name == "span":
        return mark == "olk_src_body_section"
    if name != "div":
        return False
    style = attributes.get("style", "")[:500]
    return mark.startswith(_REST_IDS) or bool(_LINE_ABOVE.search(style))


def is_quote(name: str, attributes: Mapping[str, str], before: str) -> bool:
    """Whether this element holds words of an earlier mail; `before` are the words above it.

    Gmail puts answers between the quotes into a div of the same class: only its blockquotes count.
    """
    classes = attributes.get("class", "").split()
    marked = any(_QUOTE_CLASS.fullmatch(c) for c in classes)
    if name == "blockquote":
        is_cite = attributes.get("type", "").lower() == "cite"
        return is_cite or marked or bool(_INTRODUCES.search(before[-LOOKED_BACK:]))
    return name == "div" and marked and "gmail_quote" not in classes
