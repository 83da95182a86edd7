"""Which discussion, post or member somebody means who looks after a community.

A discussion is the one of the post that was answered, of the receipt that was answered, or one that is
named."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailhub import arranging, membership
from mailhub.addresses import Purpose
from mailhub.commands.asked import Asked
from mailhub.commands.errands import Errand
from mailhub.commands.grammar import Command, Place, understand
from mailhub.letter import Letter
from mailhub.membership import Unusable
from mailhub.models import Change, Community, Post, Thread

MAX_ON_LIST = 400  # characters, a signature among them


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
