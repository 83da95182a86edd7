"""Whom a returned mail speaks of: the recipients that failed or are delayed, and why.

Delivery status notifications (RFC 3464) are read first, then the words that mail systems write for
people, then what flufl.bounce knows. Reported is who failed or is delayed, nobody else: not the
sender, not a postmaster, not an address in the mail that came back.
"""

from __future__ import annotations

from email.message import Message

from mailhub.letter import ReturnedRecipient
from mailhub.reading.addressing import address_in
from mailhub.reading.bounces import inner_notice
from mailhub.reading.mentions import Mention, mentions
from mailhub.reading.notices import Notice, leaves, notice_of, text_of
from mailhub.reading.notifications import notified
from mailhub.reading.passing import UNSURE
from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.reports import MAX_RECIPIENTS, Group, groups_of, recipients_of
from mailhub.reading.second_opinion import failures
from mailhub.reading.statuses import cause_of, enhanced_status, is_hard, is_telling, is_vague
from mailhub.reading.transcripts import SURE

MAX_REASON = 500
_WHOLE = 2_000


def returned(message: Message) -> tuple[ReturnedRecipient, ...]:
    """The recipients that failed or are delayed, at most 100, each once; () where nobody is named.

    `message` is a mail of which `is_returned` is true.
    """
    message = inner_notice(message)
    notice = notice_of(message)
    reported = [group for report in notice.reports for group in groups_of(report)]
    reported += notified(message)
    named = [group for group in reported if group.address]
    header = _failed_recipients(message) or _rejecting(message)
    barred = frozenset(fold(address) for address in (*notice.readers, notice.sender) if address)
    spoken = mentions(notice.prose, barred, SURE) or mentions(notice.prose, frozenset(), SURE)
    if named:
        found = [_from_report(group, spoken, notice) for group in named]
    else:
        # Exim's header names them all; its words say why each.
        listed = tuple(_mention_of(address, spoken) for address in header)
        if not spoken or any(mention in spoken for mention in listed):
            spoken = listed
        spoken = spoken or _others(message, notice, barred)
        found = [_from_words(one, len(spoken) == 1, reported, notice) for one in spoken]
    once: dict[str, ReturnedRecipient] = {}
    for one in found:
        once.setdefault(one.address.casefold(), one)
    return tuple(once.values())[:MAX_RECIPIENTS]


def refused(address: str, reply: str) -> ReturnedRecipient:
    """What a relay's reply to one copy means ("550 5.1.1 No such user")."""
    return _recipient(address, "failed", enhanced_status(reply), [reply])


def _from_report(group: Group, spoken: tuple[Mention, ...], notice: Notice) -> ReturnedRecipient:
    own = _mention_of(group.address, spoken).words
    sources = [group.diagnostic, own, _lines_about(group.address.casefold(), notice)]
    if is_vague(group.status) and not any(map(is_telling, sources)):
        sources.append(_whole(notice))
    return _recipient(group.address, group.action, group.status, sources)


def _from_words(
    mention: Mention, alone: bool, reported: list[Group], notice: Notice
) -> ReturnedRecipient:
    known = reported[0] if len(reported) == 1 else Group("", "", "", "")
    sources = [known.diagnostic, mention.words, _lines_about(mention.address.casefold(), notice)]
    if alone or not any(map(is_telling, sources)):
        sources.append(_whole(notice))
    action = known.action or ("delayed" if _is_delay(notice) else "failed")
    return _recipient(mention.address, action, known.status, sources, notice.subject)


def _recipient(
    address: str, action: str, status: str, sources: list[str], subject: str = ""
) -> ReturnedRecipient:
    """`sources` are texts about the failure, the closest first; a vague status is made precise by them."""
    for text in sources:
        precise = enhanced_status(text)
        if is_vague(status) and precise[:1] in ("4", "5") and precise[0] in (status or precise)[0]:
            status = precise
    reason = next(filter(is_telling, sources), "") or next(filter(str.strip, sources), "")
    words = " ".join("".join(c if c.isprintable() else " " for c in reason[:4000]).split())
    said = [*sources, subject]
    kind = "hard" if is_hard(action, status, said) else "soft"
    cause = next(filter(None, map(cause_of, said)), "")
    return ReturnedRecipient(address, action, status, kind, words[:MAX_REASON], cause)


def _is_delay(notice: Notice) -> bool:
    text = " ".join([fold(notice.subject), *(line.folded for line in notice.prose[:100])])
    if first_of(text, phrases("returns", "failures")):
        return False
    return bool(first_of(text, phrases("returns", "delays")))


def _whole(notice: Notice) -> str:
    return " ".join(line.text.strip() for line in notice.prose[:100] if line.folded)[:_WHOLE]


def _lines_about(folded_address: str, notice: Notice) -> str:
    """The lines of the notice that name the address together with a code."""
    lines = (line.text.strip() for line in notice.prose if folded_address in line.folded)
    return " ".join([text for text in lines if any(c.isdigit() for c in text)][:4])


def _failed_recipients(message: Message) -> list[str]:
    fields = message.get_all("X-Failed-Recipients", [])[:MAX_RECIPIENTS]
    named = [address_in(one) for field in fields for one in str(field)[:8000].split(",")]
    return [address for address in named if address]


def _rejecting(message: Message) -> list[str]:
    """Whose filter refused a mail with a receipt (RFC 8098) in place of a report."""
    for part in leaves(message):
        if part.get_content_type() == "message/disposition-notification":
            return [one for one in recipients_of(text_of(part)) if one]
    return []


def _mention_of(address: str, spoken: tuple[Mention, ...]) -> Mention:
    folded = address.casefold()
    found = (mention for mention in spoken if mention.address.casefold() == folded)
    return next(found, Mention(address, ""))


def _others(message: Message, notice: Notice, barred: frozenset[str]) -> tuple[Mention, ...]:
    """Whom the subject, flufl.bounce or the returned mail itself name, the surest first."""
    subject = address_in(notice.subject)
    if subject and fold(subject) not in barred:
        return (Mention(subject, ""),)
    # Some of its detectors read on into the mail that came back.
    said = " ".join(line.folded for line in notice.prose)
    known = [address_in(address) for address in failures(message)]
    sure = [one for one in known if one and one.casefold().partition("@")[0] in said]
    if sure:
        return tuple(Mention(address, "") for address in sure)
    guessed = mentions(notice.prose, barred, UNSURE)
    return guessed or tuple(Mention(address, "") for address in _sole_recipient(notice))


def _sole_recipient(notice: Notice) -> list[str]:
    """The one recipient of the mail that came back, if it had one and not at our own domain."""
    ours = {address.rpartition("@")[2].casefold() for address in notice.readers}
    to = [address for address in notice.returned_to if address_in(address)]
    return to if len(to) == 1 and to[0].rpartition("@")[2].casefold() not in ours else []
