"""Finds the head by which Outlook and its like introduce an earlier mail, and the lines before it.

Three forms: a block "From: … Sent: … To: … Subject: …" in any language, a line
"-----Original Message-----", a line "---------- Forwarded message ----------". A single
"From: …" in somebody's prose, a list of labels that are no mail's, and a line of dashes alone
are none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from mailhub.reading.quote_words import PROBE, quote_words


class Opens(Enum):
    """What such a head opens."""

    QUOTE = "quote"
    FORWARD = "forward"


# A label is short and stands before a colon: "*From:* ", "De : ", "发件人：".
# Vowels of Thai, Indian and Semitic scripts are marks, no letters.
_VOWELS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e"
_LABEL = re.compile(
    rf"[\s*_>]{{0,12}}([^\W\d_][\w'’./ {_VOWELS}-]{{0,24}}?)[\s*_]{{0,4}}[:：][\s*_]{{0,4}}(.{{0,200}})"
)
_DASHES = "-‐‑‒–—―−_=*#~ \t>"
_RULE_ENDS = frozenset(_DASHES + ":：")
_RULE = re.compile(r"[\s>]*[-‐‑‒–—―−_=*~]{3,}[\s>]*")
_DIGEST = re.compile(r"\s*Message: \d{1,3}\s*")
_DIGITS_OF_DATE = re.compile(r"\d{4}|\d{1,2}[:.h/-]\d{1,2}")
_TIME_FIRST = re.compile(
    r"\W*\d{1,2}(?:[:.h]\d\d\b|\s*[ap]\.?m\b|([:.h]\d\d)?\s*([ap]\.?m\.?)?\W*$)", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>@]@\w|mailto:|\w at \w{1,60}\.\w", re.IGNORECASE)
# Between two labels: a folded list of recipients, a blank line. More of it ends the block.
_GAP = 3
_LONGEST = 60


def label_of(line: str) -> tuple[str, str] | None:
    """("from", "Jane Doe <jane@…>") of a line that looks like a header, else None."""
    probe = line[:40]
    if ":" not in probe and "：" not in probe:
        return None
    match = _LABEL.match(line[:PROBE])
    if match is None:
        return None
    kind = quote_words().labels.get(match[1].strip().lower())
    return None if kind is None else (kind, match[2].strip())


def rule_opens(line: str) -> Opens | None:
    """What a line such as "-----Original Message-----" opens; None for any other."""
    if len(line) > 160:
        return None
    words = quote_words()
    stripped = line.replace("&nbsp;", " ").strip()  # as QQ writes it in its text
    if stripped[-1:] not in _RULE_ENDS:
        return None
    inner = stripped.strip(_DASHES).rstrip(":： ").lower()
    if not inner:
        return None
    if stripped[0] in _DASHES:
        if inner in words.forwarded or inner.startswith("forwarded by "):
            return Opens.FORWARD
        if inner in words.original:
            return Opens.QUOTE
    return Opens.FORWARD if inner in words.forwarded_bare else None


def block_at(lines: Sequence[str], start: int) -> tuple[int, int | None]:
    """A header block that begins at `start`: (the line after all that was looked at, its last line).

    The last line is None where what begins there is no mail's head.
    """
    values: dict[str, str] = {}
    end, gap, blanks = start, 0, 0
    for number in range(start, min(start + _LONGEST, len(lines))):
        line = lines[number]
        label = label_of(line)
        if label is None:
            if not line.strip():
                blanks += 1
                if blanks > 1 and "subject" in values and "from" in values:
                    break
            elif not _is_folded(lines, number):
                gap += 1
            if gap > _GAP or blanks > 6 or (blanks and gap):
                break
            continue
        kind, value = label
        if kind in values and kind not in ("cc", "date") and len(values) > 2:
            if kind == next(iter(values)) and not lines[start + 1].strip():
                return (
                    start + 1,
                    None,
                )  # "subject: a better one", typed above a head that has its own
            break
        values.setdefault(kind, value or _folded(lines, number))
        end, gap, blanks = number, 0, 0
    if _is_head(values, " ".join(lines[start : end + 1])[:4000]):
        return end + 1, end
    return end + 1, None


def one_line_block(line: str) -> bool:
    """Whether the whole head was run together into one line: "From: … Sent: … To: … Subject: …"."""
    probe = line[:PROBE]
    if probe.count(":") + probe.count("：") < 3:
        return False
    first = label_of(probe)
    if first is None or first[0] not in ("from", "date"):
        return False
    found = {first[0]}
    for match in re.finditer(r"([^\W\d_]{1,16}(?:\s[^\W\d_]{1,12})?)\s?[:：]", first[1].lower()):
        for label in (match[1], match[1].rpartition(" ")[2]):
            kind = quote_words().labels.get(label)
            if kind is not None:
                found.add(kind)
    return len(found) >= 3 and "subject" in found and bool(_DIGITS_OF_DATE.search(probe))


def names_an_address(lines: Sequence[str]) -> bool:
    """Whether a head has an address in it; in archives it may be hidden: "jane at example.org"."""
    return any(_ADDRESS.search(line[:PROBE]) for line in lines)


def bare_block_at(lines: Sequence[str], start: int) -> tuple[int, int] | None:
    """The head that Notes sets as a table, its labels without colons, where `start` has "To" alone: (its
    first line, its last). Above stand the name and the date, below a "Subject"."""
    if _bare_label(lines[start]) != "to":
        return None
    above = [n for n in range(start - 1, max(start - 6, -1), -1) if lines[n].strip()]
    dated = [n for n in above[:2] if _DIGITS_OF_DATE.search(lines[n][:_LONGEST])]
    if not dated or dated[-1] == above[-1]:
        return None
    for number in range(start + 1, min(start + _LONGEST, len(lines))):
        if _bare_label(lines[number]) == "subject":
            following = (n for n in range(number + 1, min(number + 3, len(lines))))
            last = next((n for n in following if lines[n].strip()), number)
            return above[above.index(dated[-1]) + 1], last
    return None


def _bare_label(line: str) -> str:
    bare = line[:_LONGEST].strip().lower()
    return quote_words().labels.get(bare, "") if len(line) < _LONGEST else ""


def with_rule(lines: Sequence[str], start: int) -> int:
    """Where a head really starts: at the line of dashes right above it, if there is one."""
    found = start
    for number in range(start - 1, max(start - 4, -1), -1):
        line = lines[number][:200]
        if line.strip():
            bare = line.strip(_DASHES).rstrip(":： ").lower()
            known = bare in quote_words().original or bare in quote_words().forwarded
            # Notes: "-----Jane Doe wrote: -----"
            wrote = line[:2] == "--" and bare.rpartition(" ")[2] in quote_words().wrote
            # A few words between dashes, in a language unknown here.
            dashed = line.lstrip()[:3] == "---" == line.rstrip()[-3:] and 0 < bare.count(" ") < 4
            if known or wrote or dashed or _DIGEST.fullmatch(line):
                return number
            if found < start or not _RULE.fullmatch(line):
                break
            found = number  # "Original Message:" may stand above it
    return found


def _is_folded(lines: Sequence[str], number: int) -> bool:
    """Whether a line goes on with a list of recipients."""
    return (
        "@" in lines[number]
        or lines[number].rstrip().endswith((";", ","))
        or lines[number - 1].rstrip().endswith((";", ","))
    )


def _folded(lines: Sequence[str], number: int) -> str:
    """The value of a label that stands alone, from the next line."""
    following = lines[number + 1][:200].strip() if number + 1 < len(lines) else ""
    return following if label_of(following) is None else ""


def _is_head(values: dict[str, str], whole: str) -> bool:
    """Whether these labels are a mail's: who, and when or to whom or about what.

    "From: 9am, To: 5pm, Date: 3 May" is a notice of an event, not the head of a mail.
    """
    if len(values) < 2:
        return False
    addressed = _ADDRESS.search(whole) is not None
    dated = "date" in values and bool(_DIGITS_OF_DATE.search(values["date"]))
    sender = values.get("from", "")
    if "from" in values and (not sender or _TIME_FIRST.match(sender)):
        return False
    if "from" in values:
        return dated and (addressed or "subject" in values or len(values) >= 4)
    return dated and "to" in values and _ADDRESS.search(values["to"]) is not None
