"""A mail's HTML, made safe to stand in our page. The only importer of nh3.

Two steps. First the tokens are written anew (`mail_writer`): depth is capped, because nh3 is quadratic on deep
nesting; styles become a few classes, pictures of the mail point at our own copy of them, pictures elsewhere become
words that name their host, earlier mails are folded, addresses are hidden. Then nh3 parses the result as a browser
would, and lets through what is listed here and nothing else: safety rests on this second step alone. Behind links that
lead elsewhere than their words say the site is named then.
It refuses HTML that is too large: the caller shows the text instead.
"""

from __future__ import annotations

import re
from functools import cache

import nh3

from web_archive.elsewhere import named
from web_archive.html_tokens import SKIPPED, Open, Words, tokens
from web_archive.mail_elements import KEPT, NUMBERED
from web_archive.mail_styles import CLASSES, sets_apart
from web_archive.mail_writer import MailWriter, Shown

MAX_HTML = 1_000_000  # characters
MAX_TOKENS = 100_000
MAX_ESCAPES = 50_000  # nh3 is quadratic on "&amp;" in one text
# A name of dots alone would lead up from there.
_OUR_PICTURE = re.compile(r"/c/[a-z0-9-]{2,32}/picture/\d{1,19}/(?!\.{1,2}\Z)[^/?#\\]{1,3000}\Z")


class TooLarge(Exception):
    """The HTML has more characters, tags or escapes than are read in a second."""


def make_safe(html: str, shown: Shown) -> str:
    """The HTML to set into `<article class="post-body">`; raises TooLarge."""
    if len(html) > MAX_HTML:
        raise TooLarge
    anew = written_anew(html, shown)
    if anew.count("&") > MAX_ESCAPES:
        raise TooLarge
    return named(_cleaner().clean(anew))


def written_anew(html: str, shown: Shown) -> str:
    """The first of the two steps: not safe yet. Raises TooLarge."""
    writer = MailWriter(shown, sets_apart(html))
    for number, token in enumerate(tokens(html)):
        if number > MAX_TOKENS:
            raise TooLarge
        if isinstance(token, Words):
            writer.words(token.text)
        elif isinstance(token, Open):
            writer.open(token)
        else:
            writer.close(token)
    return writer.finish()


@cache
def _cleaner() -> nh3.Cleaner:
    """What may be in a post. Pictures only from our own place for them."""

    def allowed(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src" and not _OUR_PICTURE.match(value):
            return None
        return value

    tags = set(KEPT) | {"img", "details", "summary"}
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=set(SKIPPED),
        attributes={
            "*": {"dir", "lang"},
            "a": {"href"},
            "img": {"src", "alt", "width", "height"},
            "details": {"open"},
            "summary": {"aria-label"},
            "div": {"aria-label"},
            **{tag: set(names) for tag, names in NUMBERED.items()},
        },
        tag_attribute_values={"div": {"role": {"group"}, "tabindex": {"0"}}},
        allowed_classes={tag: set(CLASSES) | {"wide", "earlier", "picture"} for tag in tags},
        attribute_filter=allowed,
        link_rel="nofollow noreferrer noopener ugc",
        url_schemes={"http", "https"},
        strip_comments=True,
    )
