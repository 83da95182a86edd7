"""After the fact, by mail: what somebody does with a discussion, post or member who looks after a community;
which of them is meant, `meant` says.

Nobody arranges anything in a community that they do not look after, nor brings a discussion into one. What
was done stands in the trail, and `undo` takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import addresses, arranging, holds, membership
from mailhub.commands.errands import Does, Doing, Effect, Errand, facts
from mailhub.membership import Unusable
from mailhub.models import Community, Membership, Post, Thread

_STANDINGS = {"banned": "banned", "trusted": "trusted", "unbanned": "", "untrusted": ""}
_OPENNESS = ("secret", "closed", "open")


def _said(session: Session, errand: Errand) -> dict[str, Any]:
    """What the templates say of it: the discussion or post, how it stands, and where it is to be found."""
    post = session.get(Post, errand.post_id) if errand.post_id else None
    thread = session.get(Thread, errand.thread_id) if errand.thread_id else None
    if post is not None:
        thread = session.get(Thread, post.thread_id)  # it may have begun one of its own
    if thread is not None and thread.merged_into_id:
        thread = session.get(Thread, thread.merged_into_id)
    told = facts(session, errand) | {"arranged": None, "post": None}
    if thread is not None:
        place = session.get_one(Community, thread.community_id)
        told["arranged"] = {"thread": thread, "place": place.name, "slug": place.slug}
    if post is not None:
        told["post"] = {"author": post.author_name or post.author_address or "somebody"}
    if errand.verb == "posting":
        told["address"], _, told["what"] = (errand.argument or "").rpartition(" ")
    return told


def widens(session: Session, errand: Errand) -> bool:
    """Whether more people could read a discussion once it is moved: that is asked about first."""
    to = _community(session, errand.argument or "") if errand.verb == "move" else None
    thread = session.get(Thread, errand.thread_id) if errand.thread_id else None
    if to is None or thread is None:
        return False
    here = session.get_one(Community, thread.community_id)
    return _OPENNESS.index(to.visibility) > _OPENNESS.index(here.visibility)


def _community(session: Session, named: str) -> Community | None:
    """The community that somebody names: by its slug, its address or its name."""
    folded = addresses.fold(named).partition("@")[0].strip()
    short = folded.removesuffix(" community").removesuffix(" list").strip()
    found = membership.community_of(session, folded) or membership.community_of(session, short)
    if found is not None:
        return found
    wanted = func.lower(Community.name).in_({folded, short, named.strip().lower()})
    rows = session.scalars(select(Community).where(wanted).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def _thread(doing: Doing, errand: Errand) -> Thread | None:
    """The discussion, where this person looks after its community."""
    thread = doing.session.get(Thread, errand.thread_id) if errand.thread_id else None
    if thread is not None and thread.merged_into_id:
        thread = doing.session.get_one(Thread, thread.merged_into_id)
    return thread


def _does(act: Callable[[Doing, Errand, Thread], bool]) -> Does:
    """Do something with a discussion, where it is known which and this person looks after it."""

    def does(doing: Doing, errand: Errand) -> Effect:
        thread = _thread(doing, errand)
        if not doing.looks_after(thread.community_id if thread else errand.community_id):
            return _refused(doing, errand, "not-facilitator")
        if thread is None:
            return _refused(doing, errand, "no-discussion")
        try:
            changed = act(doing, errand, thread)
        except Unusable as error:
            return _refused(doing, errand, error.name)
        doing.session.flush()
        return Effect(errand.verb, changed, _said(doing.session, errand))

    return does


def foreseen(session: Session, errand: Errand) -> Effect:
    """What it would do, for the question whether it should."""
    return Effect(errand.verb, facts=_said(session, errand))


def _refused(doing: Doing, errand: Errand, why: str) -> Effect:
    return Effect(errand.verb, False, _said(doing.session, errand) | {"why": why})


def _turned(turn: Callable[..., bool]) -> Does:
    return _does(lambda doing, _, thread: turn(doing.session, thread, doing.now, by=doing.by))


def _move(doing: Doing, errand: Errand, thread: Thread) -> bool:
    to = _community(doing.session, errand.argument or "")
    if to is None or not doing.looks_after(to.id):
        raise Unusable("no-place", errand.argument or "")
    arranging.move(doing.session, doing.blobs, doing.site, thread, to, doing.now, by=doing.by)
    return True


def _merge(doing: Doing, errand: Errand, thread: Thread) -> bool:
    here = doing.session.get_one(Community, thread.community_id)
    into = arranging.thread_of(doing.session, errand.argument or "", here)
    arranging.merge(doing.session, thread, into, doing.now, by=doing.by)
    return True


def _split(doing: Doing, errand: Errand, thread: Thread) -> bool:
    arranging.split(doing.session, _post(doing, errand), doing.now, by=doing.by)
    return True


def _take_down(doing: Doing, errand: Errand, thread: Thread) -> bool:
    return arranging.remove(doing.session, _post(doing, errand), doing.now, by=doing.by)


def _restore(doing: Doing, errand: Errand, thread: Thread) -> bool:
    post = _post(doing, errand)
    return arranging.restore(doing.session, doing.blobs, doing.site, post, doing.now, by=doing.by)


def _post(doing: Doing, errand: Errand) -> Post:
    post = doing.session.get(Post, errand.post_id) if errand.post_id else None
    if post is None:
        raise Unusable("unknown-post", "")
    return post


def _posting(doing: Doing, errand: Errand) -> Effect:
    """What becomes of what somebody writes there: a member's posts, or an address's mail."""
    address, _, what = (errand.argument or "").rpartition(" ")
    folded, by, now = addresses.fold(address), doing.by, doing.now
    if not doing.looks_after(errand.community_id):
        return _refused(doing, errand, "not-facilitator")
    if not addresses.is_address(folded):
        return _refused(doing, errand, "bad-address" if address else "no-author")
    community = doing.session.get_one(Community, errand.community_id)
    told = _said(doing.session, errand) | {"address": folded, "left": False}
    person = membership.person_of(doing.session, folded)
    member = membership.membership_of(doing.session, community.id, person.id) if person else None
    if what in ("moderated", "none", "banned") and _also_looks_after(member):
        return _refused(doing, errand, "looks-after")
    if what in _STANDINGS:
        changed = _stands(doing, community, folded, what)
        if what == "banned" and member is not None:
            membership.leave(doing.session, member, now, by=by)
            changed = told["left"] = True
        return Effect(errand.verb, changed, told)
    if member is None:
        if what == "none":
            return _refused(doing, errand, "no-member")
        standing = "moderated" if what == "moderated" else ""
        changed = holds.set_standing(doing.session, community.id, folded, standing, now, by=by)
        return Effect(errand.verb, changed, told)
    changed = membership.alter(doing.session, member, "posting", {"posting": what}, now, by=by)
    return Effect(errand.verb, changed, told)


def _also_looks_after(member: Membership | None) -> bool:
    return member is not None and member.role in membership.LOOKING_AFTER


def _stands(doing: Doing, community: Community, address: str, what: str) -> bool:
    """Think so of an address; to take back a ban or trust only where there is one."""
    now = holds.standing(doing.session, community.id, address)
    taken_back = {"unbanned": "banned", "untrusted": "trusted"}.get(what)
    if taken_back is not None and now != taken_back:
        return False
    return holds.set_standing(
        doing.session, community.id, address, _STANDINGS[what], doing.now, by=doing.by
    )


DOES: dict[str, Does] = {
    "close": _turned(arranging.close),
    "open": _turned(arranging.open_again),
    "pin": _turned(arranging.pin),
    "unpin": _turned(arranging.unpin),
    "move": _does(_move),
    "merge": _does(_merge),
    "split": _does(_split),
    "take-down": _does(_take_down),
    "restore": _does(_restore),
    "posting": _posting,
}
VERBS = frozenset(DOES)
