"""Mail to a blog: what is said of an entry to its author, and the words by which members follow authors.

"follow Jane" comes to the blog's address or to the settings; "follow" answers an entry and means its author.
It is done at once where it is proven who asks, else asked about first.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from mailhub.addresses import Purpose, fold, is_address
from mailhub.blog import following
from mailhub.blog.following import NAME
from mailhub.commands import Asked, Told
from mailhub.commands.asked import NOTHING
from mailhub.commands.command import Command
from mailhub.commands.of_tools import ask_first, is_only_for, said_to
from mailhub.letter import Letter
from mailhub.membership import became, membership_of, person_of, requests
from mailhub.models import Community, Person, Post, Request, Thread
from mailhub.notes import Desk, Note
from mailhub.tool import Came

KIND = "blog"  # of the question whether it was they
_PLACES = frozenset({"", "settings", "notices", NAME})


def asks(letter: Letter) -> bool:
    """Whether a mail to the blog, or one that answers an entry, is such words and no entry or comment."""
    return is_only_for(NAME, letter)


def posted(came: Came, post_id: int) -> Told:
    """The receipt of an entry: where it stands, and who gets it."""
    asked = came.asked
    if asked.person is None or asked.community is None:
        return Told("posted")
    post = asked.session.get_one(Post, post_id)
    count = len(following.takers(asked.session, post_id) - {asked.person.id})
    url = asked.site.entry_url(asked.community.slug, post.thread_id)
    note = asked.note("blog-published", subject=post.subject, url=url, followers=count)
    return Told("posted", (note,))


def commands(asked: Asked) -> Told | None:
    """What a member asks of the blog; None where these are no words for it."""
    if asked.community is None or asked.verb not in _PLACES:
        return None
    said = said_to(NAME, asked.letter)
    if not said:
        return None
    if asked.person is None or asked.membership() is None:
        return None if asked.verb in ("settings", "notices") else _not_a_member(asked)
    changes = [one for one in said if one.verb in ("follow", "unfollow")]
    if not changes:
        return Told("answered", (_listed(asked, said[0]),))
    wanted = [_meant(asked, asked.community, one) for one in changes]
    unclear = next((one for one in wanted if len(one["people"]) != 1), None)
    if unclear is not None:
        return Told("answered", (_unclear(asked, unclear),))
    errands = [
        {"verb": one.verb, "author": found["people"][0].id}
        for one, found in zip(changes, wanted, strict=True)
    ]
    if asked.trusted:
        return _done(asked, asked.community, asked.person, errands)
    names = [
        (one["verb"], found["people"][0].name) for one, found in zip(errands, wanted, strict=True)
    ]
    return ask_first(asked, KIND, "blog-confirm", {"errands": errands}, errands=names)


def confirmed(asked: Asked, desk: Desk, request: Request) -> Told:
    """The person has said that it was they."""
    requests.settle(asked.session, request, "done", request.address, asked.now)
    person = became(asked.session, request.person_id)
    if person is None:  # forgotten meanwhile
        return NOTHING
    community = asked.session.get_one(Community, request.community_id)
    return _done(asked, community, person, request.detail["errands"])


def _done(
    asked: Asked, community: Community, person: Person, errands: list[dict[str, Any]]
) -> Told:
    session = asked.session
    if membership_of(session, community.id, person.id) is None:
        return _not_a_member(asked)
    done = []
    for errand in errands:
        author = became(session, errand["author"])
        if author is None:
            continue
        turn = following.follow if errand["verb"] == "follow" else following.unfollow
        changed = turn(session, community, person.id, author.id, asked.now, by=asked.by)
        done.append({"verb": errand["verb"], "name": author.name, "changed": changed})
    session.flush()
    whom = [one.name for one in following.followed(session, community.id, person.id)]
    return Told("done", (asked.note("blog-followed", done=done, whom=whom),))


def _meant(asked: Asked, community: Community, command: Command) -> dict[str, Any]:
    """Whom a command is about, as (what was said, who may be meant)."""
    words = command.argument or ""
    if not words:
        author = _author_answered(asked, community)
        return {"words": "", "people": [author] if author is not None else []}
    if is_address(fold(words)):
        person = person_of(asked.session, words)
        here = person and membership_of(asked.session, community.id, person.id)
        return {"words": words, "people": [person] if here else []}
    for end in ("'s blog", "’s blog", " blog", "'s", "’s"):
        words = words.removesuffix(end)
    return {"words": words, "people": list(following.named(asked.session, community.id, words))}


def _author_answered(asked: Asked, community: Community) -> Person | None:
    """The author of the entry that a mail answers, or of whose comments."""
    token, letter = asked.token, asked.letter
    found = select(Post.thread_id).join(Thread, Thread.id == Post.thread_id)
    found = found.where(Post.community_id == community.id, Thread.tool == NAME)
    thread = None
    if token is not None and token.purpose == Purpose.REPLY:
        thread = asked.session.scalar(found.where(Post.id == token.object))
    if thread is None:
        named = [*letter.in_reply_to, *reversed(letter.references)][:50]
        thread = asked.session.scalar(found.where(Post.message_id.in_(named)).limit(1))
    if thread is None:
        return None
    entry = asked.session.execute(following.entries().where(Post.thread_id == thread)).first()
    return asked.session.get(Person, entry.author_id) if entry and entry.author_id else None


def _listed(asked: Asked, command: Command) -> Note:
    assert asked.community is not None
    assert asked.person is not None
    whom = following.followed(asked.session, asked.community.id, asked.person.id)
    writing = following.authors(asked.session, asked.community.id)
    return asked.note(
        "blog-authors",
        whom=[one.name for one in whom],
        authors=[(person.name, count) for person, count in writing if person.name],
        mine=command.verb == "following",
    )


def _unclear(asked: Asked, meant: dict[str, Any]) -> Note:
    assert asked.community is not None
    return asked.note(
        "blog-whom",
        words=meant["words"],
        people=[one.name for one in meant["people"]][:10],
        authors=[p.name for p, _ in following.authors(asked.session, asked.community.id) if p.name],
    )


def _not_a_member(asked: Asked) -> Told:
    if asked.community is not None and asked.community.visibility == "secret":
        return Told("not-answered")
    return Told("answered", (asked.note("not-a-member", once=""),))
