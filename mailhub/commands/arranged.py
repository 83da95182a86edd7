"""After the fact, by mail: which discussion, post or member somebody means who looks after a community, and
what is done with it.

A discussion is the one of the post that was answered, of the receipt that was answered, or one that is
named. Nobody arranges anything in a community that they do not look after, nor brings a discussion into
one. What was done stands in the trail, and `undo` takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailhub import addresses, arranging, holds, membership
from mailhub.addresses import Purpose
from mailhub.commands.asked import Asked
from mailhub.commands.errands import Does, Doing, Effect, Errand, facts
from mailhub.commands.grammar import Command, Place, understand
from mailhub.letter import Letter
from mailhub.membership import Unusable
from mailhub.models import Change, Community, Membership, Post, Thread

MAX_ON_LIST = 400  # characters, a signature among them
_STANDINGS = {"banned": "banned", "trusted": "trusted", "unbanned": "", "untrusted": ""}
_OPENNESS = ("secret", "closed", "open")


def on_list(letter: Letter, *, answers: bool) -> tuple[Command, ...]:
    """What a mail to the list itself asks to be arranged; nothing where it could be a post. `answers` says
    that it was sent to a post's own address."""
    answers = answers or bool(letter.in_reply_to or letter.references)
    if not answers or len(letter.new_text) > MAX_ON_LIST:
        return ()
    found = understand(letter, Place.ARRANGING)
    return found if len(found) == 1 else ()


def in_private(asked: Asked) -> tuple[Command, ...]:
    """What one who looks after the community asks for at an address that only they are read at."""
    member = asked.membership()
    if member is None or member.role not in membership.LOOKING_AFTER:
        return ()
    return understand(asked.letter, Place.FACILITATOR)


def errand(asked: Asked, command: Command) -> Errand:
    """What a command is about, as far as the mail says it."""
    session, argument = asked.session, command.argument or ""
    post = _answered(asked)
    thread_id = post.thread_id if post else _told_of(asked)
    named, rest = _named(command.verb, argument)
    if named and asked.community is not None:
        post, thread_id = _by_name(session, command.verb, named, asked.community)
        argument = rest
    here = _place_of(session, thread_id, asked.community)
    if argument.startswith("* "):
        argument = f"{_author(session, post)} {argument[2:]}".strip()
    return Errand(
        command.verb,
        argument,
        community_id=here,
        thread_id=thread_id,
        post_id=post.id if post else None,
    )


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


def _answered(asked: Asked) -> Post | None:
    """The post that a mail answers: by the address it was sent to, else by the ids it names."""
    token, session = asked.token, asked.session
    if token is not None and token.purpose == Purpose.REPLY:
        return session.get(Post, token.object)
    if asked.community is None:
        return None
    for message_id in (*asked.letter.in_reply_to, *reversed(asked.letter.references))[:10]:
        named = or_(Post.message_id == message_id, Post.claimed_message_id == message_id)
        here = Post.community_id == asked.community.id
        found = session.scalars(select(Post).where(named, here).limit(1)).first()
        if found is not None:
            return found
    return None


def _told_of(asked: Asked) -> int | None:
    """The discussion that the receipt which was answered tells of."""
    token = asked.token
    if token is None or token.purpose != Purpose.NOTICE:
        return None
    change = asked.session.get(Change, token.object)
    if change is None or change.of not in arranging.OF or change.by_id != token.person:
        return None
    after = change.after or {}
    if change.of == "thread":
        return int(after["thread"])
    post = asked.session.get(Post, after["post"])
    return post.thread_id if post else None


def _named(verb: str, argument: str) -> tuple[str, str]:
    """What is named of a discussion or post, and the rest of an argument: "12 to housing"."""
    if verb in ("move", "merge"):
        first, joint, rest = argument.partition(" to " if verb == "move" else " into ")
        is_named = joint and (first.isdigit() or first.startswith(("http", "<")))
        return (first, rest) if is_named else ("", argument)
    return (argument, "") if verb != "posting" else ("", argument)


def _by_name(
    session: Session, verb: str, named: str, community: Community
) -> tuple[Post | None, int | None]:
    try:
        if verb in ("take-down", "restore", "split"):
            post = arranging.post_of(session, named, community)
            return post, post.thread_id
        return None, arranging.thread_of(session, named, community).id
    except Unusable:
        return None, None


def _place_of(session: Session, thread_id: int | None, here: Community | None) -> int | None:
    """The community in which it is now: it may have moved since the mail that is answered."""
    thread = session.get(Thread, thread_id) if thread_id else None
    return thread.community_id if thread else here.id if here else None


def _author(session: Session, post: Post | None) -> str:
    """The address of whoever wrote a post, "" where that is not known any more."""
    if post is None:
        return ""
    theirs = membership.addresses_of(session, post.author_id) if post.author_id else ()
    return theirs[0] if theirs else post.author_address


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
