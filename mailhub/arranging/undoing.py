"""Taking back what was arranged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailhub.arranging import moving, removing, threads
from mailhub.blobs import Blobs
from mailhub.forum import arranged
from mailhub.membership.trail import By
from mailhub.models import Change, Community, Post, Thread
from mailhub.site import Site

OF = ("thread", "post")


def put_back(
    session: Session, blobs: Blobs, site: Site, change: Change, now: datetime, *, by: By
) -> bool:
    """Take back a change of a discussion or post (its `of` is one of OF); False where there is nothing to
    take back any more."""
    before, after = change.before or {}, change.after or {}
    if change.of == "post":
        post = session.get(Post, after["post"])
        if post is None:
            return False
        if change.what == "removed":
            return removing.restore(session, blobs, site, post, now, by=by)
        return removing.remove(session, post, now, by=by)
    thread = session.get(Thread, after["thread"])
    if thread is None:
        return False
    match change.what:
        case "closed":
            return threads.open_again(session, thread, now, by=by)
        case "opened":
            return threads.close(session, thread, now, by=by)
        case "pinned":
            return threads.unpin(session, thread, now, by=by)
        case "unpinned":
            return threads.pin(session, thread, now, by=by)
        case "moved":
            source = session.get_one(Community, before["community"])
            if thread.community_id == source.id:
                return False
            moving.move(session, blobs, site, thread, source, now, by=by)
            return True
        case "merged":
            again = session.get(Thread, before["thread"])
            if again is None or again.merged_into_id != thread.id:
                return False
            arranged.take_out(session, before["posts"], again)
            return True
        case "split":
            return _join_again(session, thread, before, now, by)
    return False


def _join_again(
    session: Session, thread: Thread, before: dict[str, int], now: datetime, by: By
) -> bool:
    old, post = session.get(Thread, before["thread"]), session.get(Post, before["post"])
    if (
        old is None
        or post is None
        or thread.merged_into_id
        or old.community_id != thread.community_id
    ):
        return False
    threads.merge(session, thread, old, now, by=by)
    post.parent_id = before["parent"]
    session.flush()
    return True
