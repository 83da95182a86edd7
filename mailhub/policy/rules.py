"""The rules, each a function of a Case that says what is to be done, or None where it has no opinion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailhub import addresses
from mailhub.letter import Kind
from mailhub.policy.case import BANNED, MODERATED, TRUSTED, Action, Case, Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule beside the name of its reason.

    `setting` is the community's setting that changes it, "" where there is none; `template` the mail that
    tells the author at once, "" where nobody is told (or those who decide see to it).
    """

    reason: str
    says: Callable[[Case], Action | None]
    setting: str = ""
    template: str = ""


def unreadable(case: Case) -> Action | None:
    """A mail of which only the header could be read."""
    return _held(case.letter.kind == Kind.UNREADABLE)


def unclear_author(case: Case) -> Action | None:
    """No From, or one with two readings: it must never pass for a member by the wrong one."""
    return _held(case.letter.ambiguous_author or not case.letter.authors)


def own_address(case: Case) -> Action | None:
    """From an address of this hub: nobody writes from there but us."""
    return _held(addresses.is_at(case.letter.author.address, case.site.domain))


def from_a_list(case: Case) -> Action | None:
    """Sent on by another list: ours would have become its member."""
    return _held(bool(case.letter.list_ids))


def banned(case: Case) -> Action | None:
    """From an address that those who look after the community have banned."""
    return Action.REFUSE if case.standing == BANNED else None


def forged(case: Case) -> Action | None:
    """It fails the policy of its own author's domain (DMARC), as the community wants it: held, since
    forwarding breaks genuine mail too, or refused."""
    return _as_set(case.fails_policy, case.community.forged)


def marked_as_spam(case: Case) -> Action | None:
    """A spam filter in front has marked it. Nobody is told: its From is seldom true."""
    return _as_set(bool(case.letter.spam_mark), case.community.spam)


def read_only(case: Case) -> Action | None:
    """By a member who may read, but not write."""
    member = case.membership
    return Action.REFUSE if member is not None and member.posting == "none" else None


def stranger(case: Case) -> Action | None:
    """Written by somebody who is no member, as the community wants it; but a blog is its members', so that
    an entry of anybody else is let through by those who look after it or not at all."""
    known = case.membership is not None or case.standing in (TRUSTED, MODERATED)
    wanted = case.community.strangers
    return _as_set(not known, "hold" if case.begins_entry and wanted == "accept" else wanted)


def moderated(case: Case) -> Action | None:
    """By a member, or from an address, of whom all is read before it is posted."""
    member = case.membership
    return _held(
        case.standing == MODERATED or (member is not None and member.posting == "moderated")
    )


def first_post(case: Case) -> Action | None:
    """Among the first posts of a member whom nobody has come to trust yet."""
    known = case.membership is None or case.looks_after or case.standing == TRUSTED
    return _held(not known and case.posts < case.community.first_posts)


def closed_thread(case: Case) -> Action | None:
    """It goes on with a discussion that is closed, and is not by somebody who looks after it."""
    return _as_set(case.answers_closed and not case.looks_after, case.community.closed_threads)


def too_large(case: Case) -> Action | None:
    """Larger than the community likes."""
    most = case.community.max_kilobytes
    return _held(bool(most) and case.size > most * 1024)


def many_recipients(case: Case) -> Action | None:
    """Addressed to more people than the community likes."""
    count = len(case.letter.to) + len(case.letter.cc)
    return _held(count > case.community.max_recipients)


def implicit(case: Case) -> Action | None:
    """Neither To nor Cc names the community: it came by Bcc, or by an alias that we do not know."""
    if case.community.implicit == "accept":
        return None
    site = case.site
    named = any(
        destination.slug == case.community.slug
        for box in (*case.letter.to, *case.letter.cc)
        if addresses.is_at(box.address, site.domain)
        for destination in addresses.destinations(box.address, site.domain, site.tokens)
    )
    return _held(not named)


def suspicious_file(case: Case) -> Action | None:
    """An attachment that runs, or that is not what it says."""
    return _held(bool(case.suspicions))


def administrative(case: Case) -> Action | None:
    """Nothing but what one writes to change one's settings, which 600 people should not receive."""
    return _as_set(case.reads_like_a_command, case.community.administrative)


def too_many_posts(case: Case) -> Action | None:
    """More in an hour by one member than the community likes."""
    most = case.community.posts_per_hour
    return _held(bool(most) and not case.looks_after and case.posts_this_hour >= most)


def held_elsewhere(case: Case) -> Action | None:
    """Sent to several communities, in one of which it is held, where this one minds that."""
    return _held(case.held_elsewhere and case.community.crossposts == "hold")


RULES = (
    Rule("unreadable", unreadable),
    Rule("unclear-author", unclear_author),
    Rule("own-address", own_address),
    Rule("from-a-list", from_a_list),
    Rule("banned", banned),
    Rule("forged", forged, "forged"),
    Rule("marked-as-spam", marked_as_spam, "spam"),
    Rule("read-only", read_only, template="not-posted"),
    Rule("stranger", stranger, "strangers", "stranger"),
    Rule("moderated", moderated),
    Rule("first-post", first_post, "first_posts"),
    Rule("closed-thread", closed_thread, "closed_threads", "not-posted"),
    Rule("too-large", too_large, "max_kilobytes"),
    Rule("many-recipients", many_recipients, "max_recipients"),
    Rule("implicit", implicit, "implicit"),
    Rule("suspicious-file", suspicious_file),
    Rule("administrative", administrative, "administrative"),
    Rule("too-many-posts", too_many_posts, "posts_per_hour"),
    Rule("held-elsewhere", held_elsewhere, "crossposts"),
)
_OF_REASON = {rule.reason: rule for rule in RULES}


def decide(case: Case) -> Verdict:
    """The verdict of the first rule that has one."""
    for rule in RULES:
        action = rule.says(case)
        if action is not None:
            return Verdict(action, rule.reason)
    return Verdict(Action.ACCEPT)


def rule_of(reason: str) -> Rule:
    """The rule of this reason; KeyError where there is none."""
    return _OF_REASON[reason]


def _held(applies: bool) -> Action | None:
    return Action.HOLD if applies else None


def _as_set(applies: bool, setting: str) -> Action | None:
    """What a setting of hold, refuse or accept says where a rule applies."""
    return Action(setting) if applies and setting != Action.ACCEPT else None
