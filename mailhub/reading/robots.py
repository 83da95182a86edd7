"""Mail that no person wrote: automatic answers, receipts, recalls, reactions; and who passed it on.

RFC 3834 is believed first; then headers that only such programs write; then their subjects in many
languages, and where a subject could also be a person's, only together with the words of such an answer
or a null sender. What says nothing: X-Auto-Response-Suppress alone (ordinary mail from Exchange carries
it), `Precedence: list` (a list passed it on, a person may have written it), a robot's words in the
middle of a sentence.

A null sender (MAIL FROM <>) in the envelope is known elsewhere and makes any mail a robot's.
"""

from __future__ import annotations

import json
import re
from email.message import Message

from mailhub.reading import cleaning, encoded
from mailhub.reading.notices import header_text, leaves, report_type, text_of
from mailhub.reading.phrases import first_of, fold, phrases, table
from mailhub.reading.systems import (
    has_null_sender,
    is_from_daemon,
    is_submitted_automatically,
    takes_no_answer,
)

_ANSWERS = re.compile(r"^(?:(?:re|aw|sv|antw|odp|res|vs|ref|tr|fwd?|wg)\s?:\s{0,4})+")
_MARKS = re.compile(r"^[\[(*!\s]+|[\])*!\s]+$")
_RETURNING = re.compile(r"\s?\((?:returning|back|until|zuruck|retour)\b[^()]{0,40}\)$")
_CLOSING = ('"', "”", "“", "»", "’", "'")
_QUOTED = re.compile(r"^(?P<words>[^\"]{2,40}?)\s?\"(?P<quote>.+)\"\.?$")
_EMOJI = re.compile(
    "^[\U0001f000-\U0001faff\u2190-\u2bff\u203c\u2049\u3030\u303d\u00a9\u00ae\u200d\ufe0f\u20e3#*0-9\U000e0020-\U000e007f]{1,16}$"
)
_PICTURE = re.compile(r"^(?P<words>[^\"]{2,40}?) an? (?:image|attachment|photo|movie|link)\.?$")
_TAKEN_BACK = "↩️"
_TEXT_LIMIT = 16 * 1024
_PASSED_ON = (
    "List-Id",
    "X-Loop",
    "List-Post",
    "X-BeenThere",
    "Mailing-List",
    "X-Mailing-List",
    "X-Original-List",
    "Delivered-To-List",
)


def is_auto_reply(message: Message, subject: str) -> bool:
    """Whether the mail was written by a program: an absence notice, an acknowledgement, a challenge.

    `subject` is the decoded subject.
    """
    if is_submitted_automatically(message):
        return True
    if _precedence(message) in ("bulk", "junk", "auto_reply", "auto-reply", "autoreply"):
        return True
    if (
        is_from_daemon(message)
        or _has_robot_header(message)
        or (
            takes_no_answer(message)
            and first_of(_folded_text(message), phrases("robots", "machines.texts"))
        )
        or message.get_content_type() == "multipart/report"
    ):
        return True
    return _subject_says_so(message, fold(subject))


def is_receipt(message: Message) -> bool:
    """Whether the mail is a receipt (RFC 8098, Exchange's, Notes') or Outlook's recall of a message."""
    rejected = "rejected" in str(message.get("Auto-Submitted", "")).lower()
    kinds = [part.get_content_type() for part in leaves(message)]
    report = report_type(message)
    if report == "disposition-notification" or "message/disposition-notification" in kinds:
        return not rejected
    if "application/ms-tnef" in kinds and _tnef_class(message):
        return True
    subject = fold(header_text(message, "Subject"))
    prefix = subject.partition(":")[0].partition(" - ")[0].strip()
    for words in ("receipts", "recalls"):
        if prefix in phrases("robots", f"{words}.subjects"):
            lines = _own_lines(message)
            if len(lines) <= 14 and first_of(
                fold(" ".join(lines)), phrases("robots", f"{words}.texts")
            ):
                return True
    return False


def reaction(message: Message, new_text: str) -> str:
    """The sign of a reaction ("👍"), "" where the mail is none.

    Gmail's JSON part, RFC 9078's part, and text that is nothing but Apple's `Liked “…”` or Outlook's
    "reacted to your message".
    """
    for part in leaves(message):
        if part.get_content_type() == "text/vnd.google.email-reaction+json":
            return _sign_in_json(text_of(part, 2048))
        if str(part.get_content_disposition() or "") == "reaction":
            sign = text_of(part, 256).strip().split("\n")[0].strip()
            return sign if _EMOJI.match(sign) else "👍"
    return _sign_in_words(new_text)


def passed_on_by(message: Message) -> tuple[str, ...]:
    """Who passed the mail on: ids and addresses of lists, in small letters, each once.

    From List-Id, List-Post, X-Loop, X-BeenThere, Mailing-List and their like; at most 50.
    """
    found: dict[str, None] = {}
    for name in _PASSED_ON:
        for value in message.get_all(name, [])[:20]:
            text = cleaning.line(encoded.from_wire(str(value)[:2000]))
            if one := _list_name(text):
                found[one] = None
    return tuple(found)[:50]


def _list_name(value: str) -> str:
    inner = value.rpartition("<")[2].partition(">")[0] if "<" in value else value
    inner = inner.strip().lower()
    if inner.startswith("mailto:"):
        inner = inner[7:].partition("?")[0]
    if inner.startswith("list "):  # Mailing-List: list policy@example.org; contact …
        inner = inner[5:].partition(";")[0]
    return "".join(c for c in inner.strip() if c.isprintable())[:255]


def _precedence(message: Message) -> str:
    value = str(message.get("Precedence", "") or message.get("X-Precedence", ""))
    return value.strip().lower().partition(" ")[0]


def _has_robot_header(message: Message) -> bool:
    names = {name.lower() for name in message}
    for name in names.intersection(phrases("robots", "headers.alone")):
        if str(message.get(name, "")).strip().lower() not in ("no", "false", "0", "none"):
            return True
    source = str(message.get("X-MS-Exchange-Generated-Message-Source", "")).lower()
    if "mailbox rules agent" in source:
        return True
    # The header alone is also on mail that a rule forwards; what answers by rule suppresses all.
    suppressed = str(message.get("X-Auto-Response-Suppress", "")).strip().lower()
    return "x-ms-exchange-inbox-rules-loop" in names and suppressed == "all"


def _subject_says_so(message: Message, subject: str) -> bool:
    plain = _ANSWERS.sub("", subject).strip()
    bare = _MARKS.sub("", plain)
    if not bare:
        return False
    prefixes = phrases("robots", "prefixes")
    before, colon, _ = bare.partition(":")
    before = _MARKS.sub("", before).strip(" -.")
    if colon and before in prefixes:
        return before not in phrases("robots", "plain") or _opens_with_absence(message)
    if bare.strip(" .!-") in phrases("robots", "unmistakable"):
        return True
    if _RETURNING.sub("", plain).endswith(phrases("robots", "endings")) and _has_absence(message):
        return True
    if first_of(bare, phrases("robots", "challenges.subjects")):
        return bool(first_of(_folded_text(message), phrases("robots", "challenges.texts")))
    unasked = has_null_sender(message)
    # One plain word may begin any subject; several, or a word of a script without blanks, do not.
    longer = tuple(one for one in prefixes if " " in one or (not one.isascii() and len(one) > 3))
    return (unasked or bare.startswith(longer)) and _opens_with_absence(message)


def _has_absence(message: Message) -> bool:
    return bool(first_of(_folded_text(message), phrases("robots", "absences")))


def _opens_with_absence(message: Message) -> bool:
    """Whether the first lines say of their writer, and ask nothing, that he is away."""
    opening = f" {fold(' '.join(_own_lines(message)[:4]))} "
    return (
        "?" not in opening
        and not first_of(opening, phrases("robots", "doubts"))
        and bool(first_of(opening, phrases("robots", "absences")))
        and any(person in opening for person in table("robots")["persons"])
    )


def _folded_text(message: Message) -> str:
    return fold(" ".join(_own_lines(message)[:60]))


def _own_lines(message: Message) -> list[str]:
    """The lines of the first text part that are neither blank nor quoted."""
    for part in leaves(message):
        if part.get_content_type() == "text/plain":
            text = text_of(part, _TEXT_LIMIT)
            return [
                line.strip()[:1000]
                for line in text.splitlines()[:400]
                if line.strip() and not line.lstrip().startswith(">")
            ]
    return []


def _tnef_class(message: Message) -> bool:
    """Whether a TNEF part (winmail.dat) says itself to be a receipt or a recall."""
    marks = (
        b"IPM.Microsoft Mail.Read Receipt",
        b"REPORT.IPM.Note.IPN",
        b"IPM.Outlook.Recall",
        b"IPM.Recall",
    )
    for part in leaves(message):
        if part.get_content_type() == "application/ms-tnef":
            content = part.get_payload(decode=True)
            return isinstance(content, bytes) and any(mark in content[:65536] for mark in marks)
    return False


def _sign_in_json(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "👍"
    sign = found.get("emoji") if isinstance(found, dict) else None
    return sign if isinstance(sign, str) and _EMOJI.match(sign) else "👍"


def _sign_in_words(new_text: str) -> str:
    # A reaction is short, or ends with what it quotes; most mail is neither, and need not be folded.
    if len(new_text) >= 200 and new_text[:2000].rstrip(" .\n")[-1:] not in _CLOSING:
        return ""
    text = fold(new_text[:2000])
    tapbacks: dict[str, str] = table("robots")["tapbacks"]
    match = _QUOTED.match(text) or _PICTURE.match(text)
    if match:
        words = match["words"].strip()
        if sign := tapbacks.get(words):
            return sign
        if words.startswith("removed a") and words.endswith(" from"):
            return _TAKEN_BACK
        reacted, _, rest = words.partition(" ")
        sign = rest.removesuffix(" to").strip()
        if reacted == "reacted" and _EMOJI.match(sign):
            return sign
    if len(text) < 200 and first_of(text, phrases("robots", "reacted.words")):
        signs = [word for word in text.split() if _EMOJI.match(word)]
        return signs[-1] if signs else "👍"
    return ""
