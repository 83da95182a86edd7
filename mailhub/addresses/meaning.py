"""Where a mail to an address of ours goes, and which short names leave that clear.

`policy+join@D` is canonical; `policy-join@D` is accepted too, for people who come from Mailman.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailhub.addresses.plain import MAX_LOCAL_PART, fold, is_at
from mailhub.addresses.tokens import Token, Tokens

HUB = "hub"  # the platform itself, and what stands before its tokens
PLATFORM = (HUB, "postmaster", "abuse")
BULLETINS = ("bulletin", "newsletter")  # behind the platform's own name: what stewards say to all
RESERVED = frozenset({HUB, "postmaster", "abuse", "mailer-daemon", "noreply"})
VERBS = {
    "blog": ("blogs",),
    "docs": ("documents", "library"),
    "events": ("event",),
    "facilitators": ("owner",),
    "feeds": ("feed",),
    "help": (),
    "join": ("subscribe",),
    "leave": ("unsubscribe",),
    "notices": (),
    "settings": ("request",),
}
# Of the tools that are not there yet: no community may have their addresses when they come.
_FUTURE_VERBS = frozenset({"wiki", "hotseat", "panel", "search", "people"})
_VERB = {name: verb for verb, synonyms in VERBS.items() for name in (verb, *synonyms)}
_SLUG = re.compile(r"[a-z0-9-]{2,32}\Z")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a mail to one of our addresses goes: a community's list, one of its verbs, a token, or
    the platform itself (`slug` is then empty and `verb` the name: hub, postmaster, abuse, or one of
    BULLETINS)."""

    slug: str
    verb: str = ""
    token: Token | None = None


def slug_problem(slug: str) -> str:
    """Why a community cannot have this slug, as the name of a refusal; "" where it can."""
    if not _SLUG.fullmatch(slug) or slug.strip("-") != slug:
        return "slug-form"
    if slug in RESERVED:
        return "slug-reserved"
    stem, dash, verb = slug.rpartition("-")
    if dash and (verb in _VERB or verb in _FUTURE_VERBS) and _SLUG.fullmatch(stem):
        return "slug-captures"
    return ""


def verb_names() -> tuple[str, ...]:
    """Every word that can stand behind a slug, synonyms too."""
    return tuple(_VERB)


def destinations(address: str, domain: str, tokens: Tokens) -> tuple[Destination, ...]:
    """What an address can mean, the likeliest first; empty where it is none of ours.

    The caller takes the first whose community exists: `policy-docs` is the community of that name
    before it is the library of `policy`.
    """
    local = fold(address).rpartition("@")[0]
    if not is_at(address, domain) or not local or len(local.encode()) > MAX_LOCAL_PART:
        return ()
    if local in PLATFORM:
        return (Destination("", local),)
    slug, plus, detail = local.partition("+")
    if slug == HUB and detail in BULLETINS:
        return (Destination("", detail),)
    if slug == HUB and plus:
        return tuple(Destination("", HUB, one.token) for one in _detailed(slug, detail, tokens))
    if not _SLUG.fullmatch(slug):
        return ()
    if plus:
        return _detailed(slug, detail, tokens)
    stem, dash, verb = local.rpartition("-")
    if dash and verb in _VERB:
        return (Destination(local), Destination(stem, _VERB[verb]))
    return (Destination(local),)


def _detailed(slug: str, detail: str, tokens: Tokens) -> tuple[Destination, ...]:
    if detail in _VERB:
        return (Destination(slug, _VERB[detail]),)
    token = tokens.of_word(detail)
    return (Destination(slug, token=token),) if token else ()
