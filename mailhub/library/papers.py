"""Which attachments are documents, and which are only the furniture of a mail.

The rules are read from top to bottom; each names why an attachment is no document. What none of
them names is one: a doubtful picture in the library does less harm than a paper that is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mailhub.letter import Attachment, Letter

SMALLEST_PICTURE = 8 * 1024  # octets; smaller attached pictures are icons and signature pictures
LARGEST_LOGO = 200 * 1024

_CALENDAR = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_CARD = frozenset({"text/vcard", "text/x-vcard", "text/directory", "application/vcard"})
_SIGNATURE = frozenset(
    {
        "application/pgp-signature",
        "application/pgp-encrypted",
        "application/pgp-keys",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    }
)
_REPORT = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "text/vnd.google.email-reaction+json",
        "text/x-amp-html",
    }
)
# The latter is the Macintosh's half of a file (RFC 1740): its icon and the like.
_CONTAINER = frozenset({"application/ms-tnef", "application/vnd.ms-tnef", "application/applefile"})
_CONTAINERS = re.compile(r"winmail\.dat|smime\.p7[sm]|signature\.asc|encrypted\.asc", re.I)
_CARD_NAME = re.compile(r".*\.(?:vcf|vcard)", re.I)
_CALENDAR_NAME = re.compile(r".*\.(?:ics|ical|ifb|vcs)", re.I)
# What Exchange calls the footer that a list has put behind a mail.
_FOOTER_NAME = re.compile(r"att\d{5}(?:-\d+)?\.(?:txt|html?|c|bin|dat)", re.I)
_PICTURE_NAME = re.compile(r".*\.(?:png|gif|jpe?g|bmp|svg|webp)", re.I)
_LOGO_NAME = re.compile(
    r"(?:image|img|outlook|pastedgraphic|part)[-_ ]?[0-9a-f.\-]*\.(?:png|gif|jpe?g|bmp|emz|wmz)"
    r"|(?:.*[\W_])?(?:logo|signature|banner|footer|facebook|twitter|linkedin|instagram|youtube"
    r"|icon|spacer)s?(?:[\W_\d].*)?\.(?:png|gif|jpe?g|bmp|svg|webp)",
    re.I,
)


def _is_empty(attachment: Attachment, letter: Letter) -> bool:
    return attachment.size == 0


def _is_calendar(attachment: Attachment, letter: Letter) -> bool:
    return attachment.media_type in _CALENDAR or _named(_CALENDAR_NAME, attachment)


def _is_card(attachment: Attachment, letter: Letter) -> bool:
    return attachment.media_type in _CARD or _named(_CARD_NAME, attachment)


def _is_signature(attachment: Attachment, letter: Letter) -> bool:
    return attachment.media_type in _SIGNATURE


def _is_container(attachment: Attachment, letter: Letter) -> bool:
    return attachment.media_type in _CONTAINER or _named(_CONTAINERS, attachment)


def _is_report(attachment: Attachment, letter: Letter) -> bool:
    return attachment.media_type in _REPORT


def _is_footer(attachment: Attachment, letter: Letter) -> bool:
    nameless = not attachment.filename and attachment.media_type.startswith("text/")
    return nameless or _named(_FOOTER_NAME, attachment)


def _is_shown_in_place(attachment: Attachment, letter: Letter) -> bool:
    if not _is_picture(attachment):
        return False
    shown = attachment.content_id and f"cid:{attachment.content_id}" in letter.html
    return attachment.inline or bool(shown)


def _is_logo(attachment: Attachment, letter: Letter) -> bool:
    if not _is_picture(attachment):
        return False
    if attachment.size < SMALLEST_PICTURE or not attachment.filename:
        return True
    return attachment.size < LARGEST_LOGO and _named(_LOGO_NAME, attachment)


def _is_picture(attachment: Attachment) -> bool:
    return attachment.media_type.startswith("image/") or _named(_PICTURE_NAME, attachment)


def _named(pattern: re.Pattern[str], attachment: Attachment) -> bool:
    return bool(pattern.fullmatch(attachment.filename))


NO_DOCUMENT: tuple[tuple[str, Callable[[Attachment, Letter], bool]], ...] = (
    ("empty", _is_empty),
    ("calendar", _is_calendar),
    ("card", _is_card),
    ("signature", _is_signature),
    ("container", _is_container),
    ("report", _is_report),
    ("footer", _is_footer),
    ("shown in place", _is_shown_in_place),
    ("logo", _is_logo),
)


def why_not(attachment: Attachment, letter: Letter) -> str:
    """The name of the first rule by which an attachment is no document; "" where it is one."""
    return next((name for name, rule in NO_DOCUMENT if rule(attachment, letter)), "")
