"""The form by which a community is founded: what somebody filled in, as settings, and what is wrong with
it. Each thing that is wrong is named once; it writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailhub import addresses, membership, words
from mailhub.commands import form
from mailhub.letter import Letter
from mailhub.membership import LOOKING_AFTER, Unusable
from mailhub.models import Community

MOST_FACILITATORS = 10
# How a community of this kind is joined where nobody says it.
_JOINED = {"open": "open", "closed": "approval", "secret": "invitation"}
# Reasons that lie in other communities; and in the platform's own names, so that the neutral word for them
# all tells nobody that there is a secret one.
_OF_OTHERS = frozenset({"slug-taken", "slug-captured", "slug-reserved"})
_ADDRESS = re.compile(r"[^\s<>,;()\"]{1,64}@[^\s<>,;()\"]{1,250}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be taken: its name, which templates/mail/founding-form/ has words for, and
    what was written."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A community as it is to be founded. `facilitators` are addresses to invite."""

    slug: str
    name: str
    description: str
    visibility: str
    joining: str
    facilitators: tuple[str, ...]
    parent: str  # a slug, or ""


def read(letter: Letter) -> dict[str, str]:
    """What is filled in, as it was written."""
    return form.read(letter, "founding", goes_on=("description", "facilitators"))


def plan(
    session: Session, filled: Mapping[str, str], domain: str, person_id: int | None
) -> tuple[Plan, list[Problem]]:
    """What is meant by what is filled in, and what stands in its way. A parent can be named by those
    alone who look after it."""
    problems: list[Problem] = []
    name = filled.get("name", "")
    if not name or len(name) > membership.TEXTS["name"]:
        problems.append(Problem("name-missing" if not name else "name-length"))
    slug = _slug(filled.get("slug", ""), domain)
    refused = slug and refusal(session, slug, person_id)
    if not slug or refused:
        problems.append(Problem(refused or "slug-missing", slug))
    visibility = _choice("visibility", filled.get("visibility", ""), "open")
    joining = _choice("joining", filled.get("joining", ""), _JOINED.get(visibility, "open"))
    for key, value in (("visibility", visibility), ("joining", joining)):
        if not value:
            problems.append(Problem(f"{key}-unclear", filled[key]))
    named = tuple(dict.fromkeys(map(addresses.fold, _addresses(filled.get("facilitators", "")))))
    if filled.get("facilitators") and not named:
        problems.append(Problem("facilitators-unclear", filled["facilitators"][:100]))
    parent = _slug(filled.get("parent", ""), domain)
    if parent and not _looks_after(session, parent, person_id):
        problems.append(Problem("parent-not-yours", parent))
    description = filled.get("description", "")[: membership.TEXTS["description"]]
    facilitators = named[:MOST_FACILITATORS]
    meant = Plan(slug, name, description, visibility, joining, facilitators, parent)
    return meant, problems


def refusal(session: Session, slug: str, person_id: int | None) -> str:
    """Why a slug cannot be had; "slug-unavailable" wherever saying more could tell of a community that
    this person may not know of."""
    try:
        membership.check_slug(session, slug)
    except Unusable as error:
        if error.name in _OF_OTHERS and not membership.is_listed(session, slug, person_id):
            return "slug-unavailable"
        return error.name
    return ""


def _slug(written: str, domain: str) -> str:
    """What stands before the @, however it was written."""
    local, at, host = addresses.fold(written.strip(" <>.\"'")).rpartition("@")
    word = local if at and addresses.is_at(f"@{host}", domain) else addresses.fold(written)
    return re.sub(r"[\s_]+", "-", word.strip(" <>.\"'"))[:64]


def _choice(key: str, written: str, otherwise: str) -> str:
    """One of the words of a setting; "" where it is none."""
    said = re.sub(r"[^a-z ]", " ", written.casefold())
    if not said.strip():
        return otherwise
    table = words.said(f"founding-{key}")
    found = {
        value
        for value, synonyms in table.items()
        for synonym in synonyms
        if f" {synonym} " in f" {' '.join(said.split())} "
    }
    return found.pop() if len(found) == 1 else ""


def _addresses(written: str) -> list[str]:
    found = _ADDRESS.findall(written[: form.MAX_VALUE])
    return [address.strip(".") for address in found if addresses.is_address(address.strip("."))]


def _looks_after(session: Session, slug: str, person_id: int | None) -> bool:
    community: Community | None = membership.community_of(session, slug)
    if community is None or person_id is None:
        return False
    member = membership.membership_of(session, community.id, person_id)
    return member is not None and member.role in LOOKING_AFTER
