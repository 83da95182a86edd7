"""Communities: founding them, their settings, finding them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.membership import trail
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import (
    CHOICES,
    NUMBERS,
    ON_OFF,
    TEXTS,
    Unusable,
    choice,
    number,
    text,
)
from mailhub.models import Change, Community, Membership
from mailhub.sight import Viewer, may_list

Row = TypeVar("Row")
MOST_FOUND = 20
MOST_WORDS = 8


def community_of(session: Session, slug: str) -> Community | None:
    """The community of this slug."""
    return session.scalar(select(Community).where(Community.slug == slug))


def known_community(session: Session, slug: str) -> Community:
    """The community of this slug; Unusable where there is none."""
    community = community_of(session, slug)
    if community is None:
        raise Unusable("unknown-community", slug)
    return community


def is_listed(session: Session, slug: str, person_id: int | None) -> bool:
    """Whether there is a community of this slug that this person may know of."""
    found = select(Community.id).where(Community.slug == slug, may_list(Viewer(person_id)))
    return session.scalar(found) is not None


def setting_names() -> tuple[str, ...]:
    """What `change` can change."""
    return (*TEXTS, *(key for key in CHOICES if hasattr(Community, key)), *NUMBERS)


def setting(community: Community, key: str) -> str | int:
    """A setting of a community as `change` takes it."""
    value: str | int = getattr(community, key)
    return ("off", "on")[value] if isinstance(value, bool) else value


def found(
    session: Session,
    slug: str,
    name: str,
    now: datetime,
    *,
    parent: str = "",
    by: By = OPERATOR,
    **settings: str,
) -> Community:
    """A new community with these settings, as `change` takes them; Unusable says why not."""
    check_slug(session, slug)
    community = Community(slug=slug, created_at=now)
    if parent:
        community.parent_id = known_community(session, parent).id
    for key, value in {"name": name, **settings}.items():
        _set(community, key, value)
    session.add(community)
    session.flush()
    trail.keep(
        session,
        by,
        now,
        of="community",
        what="founded",
        community_id=community.id,
        after={key: setting(community, key) for key in setting_names()},
    )
    return community


def check_slug(session: Session, slug: str) -> None:
    """Unusable where no community can be founded under this slug."""
    problem = addresses.slug_problem(slug)
    if problem:
        raise Unusable(problem, slug)
    if community_of(session, slug):
        raise Unusable("slug-taken", slug)
    # `policy` beside `policy-docs`: the list of the one would be the library of the other.
    captured = [f"{slug}-{verb}" for verb in addresses.verb_names()]
    if session.scalar(select(Community.slug).where(Community.slug.in_(captured)).limit(1)):
        raise Unusable("slug-captured", slug)


def change(
    session: Session,
    community: Community,
    key: str,
    value: str,
    now: datetime,
    *,
    by: By = OPERATOR,
) -> None:
    """Change one setting of a community, from the text that a person typed."""
    if key not in setting_names():
        raise Unusable("unknown-setting", key)
    before = setting(community, key)
    _set(community, key, value)
    after = setting(community, key)
    if after != before:
        if key == "retention":
            community.retention_told_at = None  # a week's notice again
        trail.keep(
            session,
            by,
            now,
            of="community",
            what="setting",
            community_id=community.id,
            before={key: before},
            after={key: after},
        )


def put_back(
    session: Session, community: Community, undone: Change, now: datetime, *, by: By
) -> bool:
    """Take back a change of a setting that is as it was left; False where there is none such, and for
    what cannot be taken back, such as a founding."""
    if not undone.before or not undone.after:
        return False
    there = [key for key in undone.before if setting(community, key) == undone.after[key]]
    for key in there:
        change(session, community, key, str(undone.before[key]), now, by=by)
    session.flush()
    return bool(there)


def _set(community: Community, key: str, value: str) -> None:
    if key in CHOICES and hasattr(Community, key):
        word = choice(key, value)
        setattr(community, key, word == "on" if CHOICES[key] == ON_OFF else word)
    elif key in NUMBERS:
        setattr(community, key, number(key, value))
    elif key in TEXTS:
        setattr(community, key, text(key, value))
    else:
        raise Unusable("unknown-setting", key)


def with_words(session: Session, viewer: Viewer, words: str) -> Sequence[Community]:
    """Communities that this viewer may know of and that have all these words in their name,
    description or slug, by name; all of them where there are no words. MOST_FOUND at most."""
    found = select(Community).where(may_list(viewer)).order_by(func.lower(Community.name))
    for word in words.casefold().split()[:MOST_WORDS]:
        found = found.where(
            or_(
                *(
                    func.lower(column).contains(word, autoescape=True)
                    for column in (Community.name, Community.description, Community.slug)
                )
            )
        )
    return session.scalars(found.limit(MOST_FOUND)).all()


def in_tree(rows: Sequence[Row], of: Callable[[Row], Community]) -> list[Row]:
    """These in their order, but each part right below what it is part of."""
    parts: dict[int | None, list[Row]] = {}
    there = {of(row).id for row in rows}
    for row in rows:
        parent = of(row).parent_id
        parts.setdefault(parent if parent in there else None, []).append(row)
    told: list[Row] = []
    waiting = list(reversed(parts.get(None, [])))
    while waiting:
        row = waiting.pop()
        told.append(row)
        waiting += reversed(parts.pop(of(row).id, []))
    return told


def names_of_parents(
    session: Session, viewer: Viewer, communities: Sequence[Community]
) -> dict[int, str]:
    """The names of those communities that these are part of, by their ids; only what the viewer may
    know of."""
    ids = {community.parent_id for community in communities if community.parent_id}
    rows = session.execute(
        select(Community.id, Community.name).where(Community.id.in_(ids), may_list(viewer))
    )
    return {row.id: row.name for row in rows}


def parts_of(session: Session, viewer: Viewer, community_id: int) -> Sequence[Community]:
    """The communities that are part of one, by name; only what the viewer may know of, MOST_FOUND at
    most."""
    return session.scalars(
        select(Community)
        .where(Community.parent_id == community_id, may_list(viewer))
        .order_by(func.lower(Community.name))
        .limit(MOST_FOUND)
    ).all()


def of_person(session: Session, person_id: int) -> Sequence[tuple[Community, Membership]]:
    """The communities of a person, by name."""
    rows = session.execute(
        select(Community, Membership)
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == person_id)
        .order_by(func.lower(Community.name))
    )
    return [(community, member) for community, member in rows]
