"""The fields of a delivery status notification for programs (RFC 3464), as the world writes them.

In: the text of a message/delivery-status part, well-formed or not. Out: one Group of fields for each
recipient that failed or is delayed. What the world does to the format and is read all the same: no
blank line between recipients, blank lines inside of one, folded lines without a blank in front,
addresses without their type, in brackets, with a comment, as X.400; actions such as "failure" or
"error"; codes with words behind them.

Recipients that the report says were delivered, relayed or expanded are no failures and are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailhub.reading.addressing import address_in
from mailhub.reading.statuses import enhanced_status

MAX_RECIPIENTS = 100
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_-]{1,60})\s?:\s?(.{0,4000})")
_X400 = re.compile(r"/RFC-822=([^/()]{1,64})\(a\)([^/()]{1,255})/", re.I)
_HEX = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_OF_ONE = (
    "final-recipient",
    "original-recipient",
    "action",
    "status",
    "diagnostic-code",
    "x-actual-recipient",
    "remote-mta",
)


@dataclass(frozen=True, slots=True)
class Group:
    """What a report says of one recipient. `address` may be "" where the report hides it."""

    address: str
    action: str  # "failed" or "delayed"
    status: str  # RFC 3463, or ""
    diagnostic: str


def groups_of(report: str) -> tuple[Group, ...]:
    """The failed and delayed recipients of one report, in its order, at most 100."""
    found: list[Group] = []
    for fields in _recipients(report):
        group = _group(fields)
        if group is not None:
            found.append(group)
            if len(found) >= MAX_RECIPIENTS:
                break
    return tuple(found)


def recipients_of(report: str) -> tuple[str, ...]:
    """The addresses that a report names, whatever became of them."""
    return tuple(_address(fields) for fields in _recipients(report))


def names_success_only(report: str) -> bool:
    """True where every recipient of the report was delivered, relayed or expanded."""
    actions = [_action(fields) for fields in _recipients(report)]
    return bool(actions) and all(action == "done" for action in actions)


def _recipients(report: str) -> list[dict[str, str]]:
    """The fields of each recipient, names in small letters; the fields of the whole report left out."""
    recipients: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    name = ""
    for line in report.splitlines()[:10_000]:
        match = _FIELD.match(line)
        if match is None:
            if name and line.strip():  # folded, or folded wrongly
                fields[name] = f"{fields[name]} {line.strip()}"[:4000]
            elif not line.strip():
                name = ""
            continue
        name = match.group(1).lower()
        if _begins_another(name, fields):
            recipients.append(fields)
            fields = {}
            if len(recipients) > 10 * MAX_RECIPIENTS:
                break
        if name in _OF_ONE or name.startswith("x-"):
            fields.setdefault(name, match.group(2).strip())
        else:
            name = ""
    recipients.append(fields)
    return [one for one in recipients if any(name in one for name in _OF_ONE[:4])]


def _begins_another(name: str, fields: dict[str, str]) -> bool:
    # Blank lines are not to be trusted; a field that one recipient can have but once is.
    return name in ("final-recipient", "original-recipient", "action", "status") and name in fields


def _group(fields: dict[str, str]) -> Group | None:
    action = _action(fields)
    if action == "done":
        return None
    diagnostic = _without_type(fields.get("diagnostic-code", ""))
    more = fields.get("x-supplementary-info") or fields.get("x400-supplementary-info") or ""
    comment = fields.get("status", "")
    status = enhanced_status(comment) or enhanced_status(diagnostic)
    if not action:
        # A group that says neither what was done nor why is no failure.
        if not status or status[0] == "2":
            return None
        action = "failed"
    words = diagnostic or more or comment.removeprefix(status).strip(" ()")
    return Group(_address(fields), action, status, words)


def _action(fields: dict[str, str]) -> str:
    word = fields.get("action", "").strip().lower()
    if word.startswith(("delivered", "relayed", "expanded", "success", "deliver")):
        return "done"
    if word.startswith(("delay", "defer")):
        return "delayed"
    return (
        "failed"
        if word.startswith(
            ("fail", "error", "bounce", "undeliver", "reject", "permanent", "expire")
        )
        else ""
    )


def _address(fields: dict[str, str]) -> str:
    # RFC 3464, 2.3.1: the original recipient is whom we addressed; the final one may be an alias of
    # theirs that we never saw.
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = _typed_address(fields.get(name, ""))
        if address:
            return address
    return ""


def _typed_address(value: str) -> str:
    kind, _, rest = value.partition(";")
    text = rest if rest and "@" not in kind else value
    text = _HEX.sub(lambda match: _character(match.group(1)), text)
    if x400 := _X400.search(text):
        text = f"{x400.group(1)}@{x400.group(2)}"
    if "@" not in text:
        text = text.replace("+40", "@")  # xtext, RFC 3461
    return address_in(text)


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _without_type(diagnostic: str) -> str:
    kind, mark, rest = diagnostic.partition(";")
    return rest.strip() if mark and len(kind) < 24 and " " not in kind.strip() else diagnostic
