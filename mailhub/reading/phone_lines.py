"""Knows the line that a phone or a mail program writes below the words: "Sent from my iPhone".

It begins (in some languages ends) with words of the table and names a program or a device. "Sent
from my desk, is much easier than my mobile phone" is somebody's sentence.
"""

from __future__ import annotations

import re

from mailhub.reading.quote_words import signature_words

_LONGEST = 400
_MOST_WORDS = 12
_AROUND = " \t*_-~<>()[]\xa0."
_BRACKETS = str.maketrans("", "", "[]")
_LINK = re.compile(r"[<(\[]{0,2}(?:https?://|mailto:|www\.)\S{1,400}")
_WORD = re.compile(r"[^\W_]+")


def is_phone_line(line: str) -> bool:
    """Whether a program wrote it: "Sent from my iPhone", "Get Outlook for iOS<https://…>"."""
    if not 4 < len(line) <= _LONGEST:
        return False
    words = signature_words()
    lowered = line.lower().strip(_AROUND)
    if "[" in lowered:
        lowered = lowered.replace("[", "")
    if lowered[:2] not in words.phone_heads and not words.sent_from_end.end(lowered):
        return False  # most lines
    begins = words.sent_from.begin(lowered)
    if not begins and not words.sent_from_end.end(lowered):
        # "Apologies for typos, sent from my iPhone"
        return (
            words.apologies.begin(lowered.removeprefix("please "))
            and any(f" {beginning} " in lowered for beginning in words.sent_from_my)
            and len(lowered.split()) <= _MOST_WORDS
            and _names_a_device(lowered)
        )
    bare = _LINK.sub("", line).translate(_BRACKETS).strip(_AROUND)
    if len(bare.split()) > _MOST_WORDS:
        return False
    if begins and words.apology.search(bare.lower()):
        return True
    if "outlook" in bare.lower()[:26] and not lowered.startswith(words.sent_from_my):
        return _has_word(bare, words.systems)
    head, _, tail = bare.partition(",")
    return _names_a_device(head) and (len(tail.split()) <= 3 or _names_a_device(tail))


def is_apology(line: str) -> bool:
    """Whether a line asks to be forgiven, as people let their phones do: "Please excuse typos."."""
    lowered = line[:_LONGEST].lower().strip(_AROUND)
    begins = signature_words().apologies.begin(lowered.removeprefix("please "))
    return begins and "?" not in lowered and len(lowered.split()) <= _MOST_WORDS


def _names_a_device(text: str) -> bool:
    """Whether a program or a device is named: a known one, or "my Wiko RIDGE FAB", in capitals."""
    words = signature_words()
    if _has_word(text, words.devices):
        return True
    names = text.split()[2:7]
    if len(names) < 2 or names[0].lower() not in words.possessives:
        return False
    return all(name[0].isupper() or name[0].isdigit() for name in names[1:])


def _has_word(text: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a word of the text begins so; in scripts without blanks, whether it is in it."""
    for word in _WORD.findall(text.lower()):
        if word.startswith(beginnings) or word.endswith("mail") or word in signature_words().whole:
            return True
        if not word.isascii() and any(beginning in word for beginning in beginnings):
            return True
    return False
