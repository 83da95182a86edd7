"""One source looked at: what its server says, what is new in it, and when it is looked at next.

Nothing is open in the database while a server keeps us waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import notes
from mailhub.database import Database
from mailhub.feeds import filing, finding, following, robots, telling
from mailhub.feeds.fetching import Validators, Web
from mailhub.feeds.tables import Feed, Source
from mailhub.notes import Desk, Note
from mailhub.syndication import parsing, urls
from mailhub.syndication.reading import Read
from mailhub.syndication.trouble import FINAL, Trouble

OFTEN = timedelta(hours=1)
SELDOM = timedelta(hours=12)  # of a server that says that nothing will change for long
LONGEST = timedelta(days=1)  # between two tries, whatever fails
DEAD_AFTER = timedelta(days=7)
WHEN_DEAD = timedelta(days=7)  # between two tries then
ROBOTS_KEPT = timedelta(days=1)  # RFC 9309, section 2.4
AGENT = "mailhub"  # as robots.txt may name us


NONE = Validators()


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one look: a feed, where it is now; nothing new; or a trouble."""

    result: str  # new, unchanged, or the trouble's name
    url: str = ""
    read: Read | None = None
    validators: Validators = NONE
    fresh_for: int = 0
    barred: bool | None = None  # whether robots are asked to stay away, as far as that was asked
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What must be known of a source to look at it."""

    url: str
    have: Validators
    barred: bool | None  # None: to be asked
    is_new: bool


def check(
    database: Database,
    web: Web,
    desk: Desk,
    stewards: tuple[str, ...],
    source_id: int,
    clock: Callable[[], datetime],
) -> str:
    """Look at one source, keep what came, and queue what is to be said of it; the result."""
    now = clock()
    with database.reading() as session:
        known = _known(session, source_id, now)
    if known is None:
        return "gone-meanwhile"
    found = look(web, known.url, known.have, barred=known.barred, is_new=known.is_new)
    with database.writing() as session:
        source = session.get(Source, source_id, with_for_update=True)
        if source is None or source.url != known.url:
            return "gone-meanwhile"  # dropped, or moved
        notes.send(session, desk, record(session, stewards, source, found, clock()), clock())
    return found.result


def _known(session: Session, source_id: int, now: datetime) -> _Known | None:
    source = session.get(Source, source_id)
    if source is None:
        return None
    asked = source.asked_robots_at
    barred = source.barred if asked is not None and asked > now - ROBOTS_KEPT else None
    have = Validators(source.etag, source.modified)
    return _Known(source.url, have, barred, source.fetched_at is None)


def look(
    web: Web,
    url: str,
    have: Validators = NONE,
    *,
    barred: bool | None,
    is_new: bool,
) -> Found:
    """What is at an address now. A page is looked through for its feeds while the source `is_new`."""
    try:
        if barred is None:
            barred = not _is_welcome(web, url)
        if barred:
            raise Trouble("robots", urls.read(url).host)
        return _fed(web, url, have, barred, is_new=is_new)
    except Trouble as trouble:
        return Found(trouble.name, url, barred=barred, trouble=trouble)


def _fed(web: Web, url: str, have: Validators, barred: bool, *, is_new: bool) -> Found:
    came = web.fetch(url, have)
    here = came.moved_to or url
    if not came.is_new:
        return Found("unchanged", here, None, have, came.fresh_for, barred)
    read = parsing.parsed(came.body, came.content_type, came.url)
    if read is None and is_new:
        for link in finding.feeds_of(came.body, came.url):
            if not _is_welcome(web, link):
                continue
            came = web.fetch(link)
            here = came.moved_to or link
            read = parsing.parsed(came.body, came.content_type, came.url)
            if read is not None:
                break
    if read is None:
        raise Trouble("no-feed", urls.read(url).host)
    return Found("new", here, read, came.validators, came.fresh_for, barred)


def _is_welcome(web: Web, url: str) -> bool:
    """Whether robots may fetch an address. Where there are no rules, or none can be had, they may: it is one
    page that a person has named."""
    asked = urls.read(url)
    try:
        body = web.fetch(f"{asked.origin}/robots.txt").body
    except Trouble as trouble:
        if trouble.name in ("status", "gone", "too-large", "packed", "redirects", "nonsense"):
            return True
        raise
    return robots.allows(body, AGENT, asked.target)


def record(
    session: Session,
    stewards: tuple[str, ...],
    source: Source,
    found: Found,
    now: datetime,
) -> list[Note]:
    """Keep what came of a look at a source; what is to be said to whom."""
    if found.barred is not None:
        source.barred, source.asked_robots_at = found.barred, now
    if found.trouble is not None:
        return _failed(session, stewards, source, found.trouble, now)
    source = _moved(session, source, found.url)
    source.fetched_at = now
    source.failing_since, source.failures, source.trouble, source.trouble_said = None, 0, "", ""
    source.etag, source.modified = found.validators.etag, found.validators.modified
    wait = min(max(OFTEN, timedelta(seconds=found.fresh_for)), SELDOM)
    source.due_at = now + wait + timedelta(seconds=source.id * 7 % 300)  # not all at once
    if found.read is not None:
        source.title = found.read.title or source.title
        source.site_url = found.read.site_url or source.site_url
    said: list[Note] = []
    for feed in _feeds(session, source):
        feed.told_dead_at = None
        if found.read is not None:
            filing.file(session, feed, found.read, now)
        if feed.tell:
            said += telling.followed(session, feed, source, now)
            feed.tell = ""
    return said


def _failed(
    session: Session,
    stewards: tuple[str, ...],
    source: Source,
    trouble: Trouble,
    now: datetime,
) -> list[Note]:
    source.failures += 1
    source.failing_since = source.failing_since or now
    source.trouble, source.trouble_said = trouble.name, trouble.said
    wait = min(OFTEN * 2 ** min(source.failures - 1, 6), LONGEST)
    is_dead = trouble.name == "gone" or source.failing_since <= now - DEAD_AFTER
    wait = WHEN_DEAD if is_dead else wait
    source.due_at = now + max(wait, timedelta(seconds=trouble.retry_after))
    said: list[Note] = []
    for feed in _feeds(session, source):
        if feed.tell:
            stays = trouble.name not in FINAL
            said += telling.not_followed(session, feed, source, now, stays=stays)
            feed.tell = ""
            if not stays:
                following.end(session, feed)
                continue
        if is_dead and feed.told_dead_at is None:
            said += telling.dead(session, feed, source, stewards, now)
            feed.told_dead_at = now
    return said


def _moved(session: Session, source: Source, url: str) -> Source:
    """A source under the address where it is from now on; who follows both follows one."""
    if url == source.url:
        return source
    other = session.scalar(select(Source).where(Source.url == url))
    if other is None:
        source.url = url
        return source
    there = set(session.scalars(select(Feed.community_id).where(Feed.source_id == other.id)))
    for feed in _feeds(session, source):
        if feed.community_id in there:
            following.end(session, feed)
        else:
            feed.source_id = other.id
    session.flush()
    if source in session and not _feeds(session, source):
        session.delete(source)
        session.flush()
    return other


def _feeds(session: Session, source: Source) -> list[Feed]:
    return list(session.scalars(select(Feed).where(Feed.source_id == source.id).order_by(Feed.id)))
