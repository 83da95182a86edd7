"""Returned mail: whether a mail is a notice that another came back, and whose address it was.

Delivery status notifications (RFC 3464) are read first, then the words that mail systems write for
people, then what flufl.bounce knows. Reported is who failed or is delayed, nobody else: not the
sender, not a postmaster, not an address in the mail that came back. What is reported is what the notice
*claims*; anyone can write one, so it is believed only where a token of ours proves it, elsewhere.

Reports of success ("delivered", "relayed", "expanded") are no returned mail, nor are answers to a
request for a receipt, nor complaints.
"""

from __future__ import annotations

from email.message import Message

from mailhub.letter import ReturnedRecipient
from mailhub.reading.notices import Notice, addresses_of, header_text, leaves, notice_of
from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.reports import (
    MAX_RECIPIENTS,
    Group,
    address_in,
    groups_of,
    names_success_only,
)
from mailhub.reading.second_opinion import failures
from mailhub.reading.statuses import enhanced_status, is_hard
from mailhub.reading.transcripts import SURE, UNSURE, Mention, mentions

MAX_REASON = 500
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_LEAD_LINES = 30


def is_returned(message: Message) -> bool:
    """Whether the mail is a notice of failed or delayed delivery, even one that names nobody."""
    message = _inner_notice(message)
    claimed = str(message.get_param("report-type", "")).lower()
    has_report = any(part.get_content_type() in _REPORTS for part in leaves(message))
    if claimed in ("feedback-report", "disposition-notification") and not has_report:
        return claimed == "disposition-notification" and _is_rejection(message)
    subject = fold(header_text(message, "Subject"))
    by_system = is_from_mail_system(message)
    suspect = by_system or _speaks_of_failure(subject)
    if not suspect and claimed != "delivery-status":
        return False
    notice = notice_of(message)
    if notice.reports:
        return not all(names_success_only(report) for report in notice.reports)
    if not by_system and _continues_a_thread(message, subject):
        return False
    if "X-Failed-Recipients" in message or (has_report and suspect):
        return True
    if message.get_content_type() == "multipart/report" and _speaks_of_failure(subject):
        return True
    if _is_daemon(message) and _speaks_of_failure(subject):
        return True
    return _prose_says_so(notice)


def returned(message: Message, raw: bytes) -> tuple[ReturnedRecipient, ...]:
    """The recipients that failed or are delayed, at most 100, each once; () where nobody is named.

    `message` is the mail of which `is_returned` is true, `raw` its bytes.
    """
    message = _inner_notice(message)
    notice = notice_of(message)
    delayed = _is_delay(notice)
    groups = [group for report in notice.reports for group in groups_of(report)]
    named = [group for group in groups if group.address]
    barred = frozenset(fold(address) for address in (*notice.readers, notice.sender) if address)
    spoken = mentions(notice.prose, barred, SURE) or mentions(notice.prose, frozenset(), SURE)
    if named:
        found = [_from_group(group, spoken, notice) for group in named]
    else:
        spoken = spoken or _others(message, notice, raw, barred)
        found = [_from_mention(mention, groups, notice, delayed) for mention in spoken]
    return _each_once(found)


def _is_daemon(message: Message) -> bool:
    sender = next(iter(addresses_of(message, "From")), "").casefold()
    return sender.startswith(("mailer-daemon@", "mailer_daemon@", "mailerdaemon@"))


def is_from_mail_system(message: Message) -> bool:
    """Whether the mail's headers say that a mail system wrote it: null sender, or a known name."""
    if str(message.get("Return-Path", "")).strip() in ("<>", "<MAILER-DAEMON>"):
        return True
    sender = str(message.get("From", ""))
    if sender.strip().endswith("<>"):
        return True
    local = next(iter(addresses_of(message, "From")), "").casefold().partition("@")[0].strip('"')
    if any(
        local == name or local.startswith((f"{name}-", f"{name}+"))
        for name in phrases("returns", "daemons")
    ):
        return True
    return bool(first_of(fold(header_text(message, "From")), phrases("returns", "names")))


def _inner_notice(message: Message) -> Message:
    """The notice inside of a wrapping that a gateway put around it (a disclaimer, an archive copy)."""
    for part in leaves(message):
        payload = part.get_payload()
        if (
            part.get_content_type() != "message/rfc822"
            or not isinstance(payload, list)
            or not payload
        ):
            return message
        inner = payload[0]
        same = (
            isinstance(inner, Message)
            and inner.get_content_type() == "multipart/report"
            and str(inner.get("Subject")) == str(message.get("Subject"))
        )
        return inner if same and isinstance(inner, Message) else message
    return message


def _is_rejection(message: Message) -> bool:
    # Dovecot refuses mail with a receipt (RFC 8098) that says "deleted" where a report was due.
    automatic = "rejected" in str(message.get("Auto-Submitted", "")).lower()
    return automatic or "rejected" in header_text(message, "Subject").lower()


def _speaks_of_failure(subject: str) -> bool:
    return bool(first_of(subject, phrases("returns", "subjects")))


def _continues_a_thread(message: Message, subject: str) -> bool:
    """A person who answers or forwards a notice keeps its subject."""
    if subject.startswith(("fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "doorst:", "vs:")):
        return True
    answers = subject.startswith(("re:", "aw:", "sv:", "antw:", "odp:", "res:"))
    return answers and ("In-Reply-To" in message or "References" in message)


def _prose_says_so(notice: Notice) -> bool:
    lines = [line for line in notice.prose if line.strip() and not line.lstrip().startswith(">")]
    text = fold(" ".join(lines[:_LEAD_LINES]))
    return bool(first_of(text, phrases("returns", "leads")))


def _is_delay(notice: Notice) -> bool:
    text = fold(" ".join([notice.subject, *notice.prose[:200]]))
    if first_of(text, phrases("returns", "failures")):
        return False
    return bool(first_of(text, phrases("returns", "delays")))


def _from_group(group: Group, spoken: tuple[Mention, ...], notice: Notice) -> ReturnedRecipient:
    own = next(
        (one.words for one in spoken if one.address.casefold() == group.address.casefold()), ""
    )
    about = _lines_about(group.address, notice)
    whole = " ".join(notice.prose[:200]) if not own else ""
    hard = is_hard(group.action, group.status, (group.diagnostic, own, about, whole))
    return _recipient(
        group.address, group.action, group.status, hard, group.diagnostic or own or about or whole
    )


def _from_mention(
    mention: Mention, groups: list[Group], notice: Notice, delayed: bool
) -> ReturnedRecipient:
    only = groups[0] if len(groups) == 1 else Group("", "", "", "")
    about = _lines_about(mention.address, notice)
    whole = " ".join(notice.prose[:200])
    action = only.action or ("delayed" if delayed else "failed")
    status = (
        only.status
        or enhanced_status(mention.words)
        or enhanced_status(about)
        or enhanced_status(whole)
    )
    hard = is_hard(action, status, (only.diagnostic, mention.words, about, whole, notice.subject))
    return _recipient(
        mention.address, action, status, hard, only.diagnostic or mention.words or about or whole
    )


def _recipient(
    address: str, action: str, status: str, hard: bool, reason: str
) -> ReturnedRecipient:
    words = " ".join("".join(c if c.isprintable() else " " for c in reason[:4000]).split())
    return ReturnedRecipient(
        address, action, status, "hard" if hard else "soft", words[:MAX_REASON]
    )


def _lines_about(address: str, notice: Notice) -> str:
    """The lines of the notice that name the address together with a code."""
    folded = address.casefold()
    lines = [
        line.strip()
        for line in notice.prose
        if folded in line.casefold() and any(c.isdigit() for c in line)
    ]
    return " ".join(lines[:4])


def _others(
    message: Message, notice: Notice, raw: bytes, barred: frozenset[str]
) -> tuple[Mention, ...]:
    """Whom headers, the subject, flufl.bounce or the returned mail itself name, the surest first."""
    header = [address_in(one) for one in header_text(message, "X-Failed-Recipients").split(",")]
    if any(header):
        return tuple(Mention(address, "") for address in header if address)
    if (address := address_in(notice.subject)) and fold(address) not in barred:
        return (Mention(address, ""),)
    known = [address_in(address) for address in failures(raw)]
    if any(known):
        return tuple(Mention(address, "") for address in known if address)
    said = mentions(notice.prose, barred, UNSURE)
    return said or tuple(Mention(address, "") for address in _sole_recipient(notice))


def _sole_recipient(notice: Notice) -> list[str]:
    """The one recipient of the mail that came back, if it had one and not at our own domain."""
    ours = {address.rpartition("@")[2].casefold() for address in notice.readers}
    to = [address for address in notice.returned_to if address_in(address)]
    return to if len(to) == 1 and to[0].rpartition("@")[2].casefold() not in ours else []


def _each_once(found: list[ReturnedRecipient]) -> tuple[ReturnedRecipient, ...]:
    by_address: dict[str, ReturnedRecipient] = {}
    for one in found:
        by_address.setdefault(one.address.casefold(), one)
    return tuple(by_address.values())[:MAX_RECIPIENTS]
