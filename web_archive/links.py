"""The addresses of the archive's pages; every link on every page is made here.

They are relative to the site: the hub answers under any host name. The names are a promise (a post's
address stands in mail as Archived-At), so they change never, and are only added to.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote


def community(slug: str) -> str:
    """A community's front page."""
    return f"/c/{slug}/"


def threads(slug: str) -> str:
    """The list of its discussions."""
    return f"/c/{slug}/threads/"


def thread(slug: str, thread_id: int) -> str:
    """One discussion, whole."""
    return f"/c/{slug}/threads/{thread_id}"


def flat(slug: str, thread_id: int) -> str:
    """The same, in the order in which its posts came."""
    return f"/c/{slug}/threads/{thread_id}?view=flat"


def months(slug: str) -> str:
    """The months in which there are discussions."""
    return f"/c/{slug}/threads/months/"


def month(slug: str, of: str) -> str:
    """The discussions of a month, `2026-11`."""
    return f"/c/{slug}/threads/{of}/"


def weeks(slug: str) -> str:
    """Its past digests."""
    return f"/c/{slug}/digests/"


def week(slug: str, of: str) -> str:
    """What its digest of a week told, named by the week's Monday."""
    return f"/c/{slug}/digests/{of}"


def mbox(slug: str, of: str = "") -> str:
    """Everything written, of one month or of all, for a mail program."""
    return f"/c/{slug}/threads/{of}/archive.mbox" if of else f"/c/{slug}/archive.mbox"


def raw(slug: str, post_id: int) -> str:
    """The mail of a post as it came, for members."""
    return f"/c/{slug}/raw/{post_id}"


@lru_cache(maxsize=8192)
def post(slug: str, message_id: str) -> str:
    """One post, by its Message-ID. A slash in it is escaped too: browsers would resolve `../`."""
    return f"/c/{slug}/m/{quote(message_id, safe='@+=$!*,:')}"


def picture(slug: str, post_id: int, content_id: str) -> str:
    """A picture that stands in the words of a post (RFC 2392)."""
    return f"/c/{slug}/picture/{post_id}/{quote(content_id, safe='@+=$!*,:')}"


def text(slug: str, post_id: int) -> str:
    """The whole text of a post that is too long for a page."""
    return f"/c/{slug}/text/{post_id}"


def blog(slug: str) -> str:
    """The entries of its blogs."""
    return f"/c/{slug}/blog/"


def blog_of(slug: str, person_id: int) -> str:
    """Those of one author."""
    return f"/c/{slug}/blog/by/{person_id}"


def entry(slug: str, thread_id: int) -> str:
    """One entry with its comments."""
    return f"/c/{slug}/blog/{thread_id}"


def feed_of_blog(slug: str, person_id: int | None = None) -> str:
    """The Atom feed of its blogs, or of one author's."""
    return f"/c/{slug}/blog/by/{person_id}/atom.xml" if person_id else f"/c/{slug}/blog/atom.xml"


def headlines(slug: str) -> str:
    """The headlines of the feeds that it follows."""
    return f"/c/{slug}/headlines/"


def library(slug: str) -> str:
    """The list of its papers."""
    return f"/c/{slug}/library/"


def document(slug: str, document_id: int) -> str:
    """One paper with its versions."""
    return f"/c/{slug}/library/{document_id}"


def version(slug: str, document_id: int, number: int, filename: str) -> str:
    """The download of one version. The name is there for people; the number decides."""
    return f"/c/{slug}/library/{document_id}/{number}/{quote(filename, safe='') or 'file'}"


def changes(slug: str, document_id: int, number: int) -> str:
    """What a version changed in the one before it."""
    return f"/c/{slug}/library/{document_id}/changes/{number}"


def events(slug: str) -> str:
    """The list of its events."""
    return f"/c/{slug}/events/"


def event(slug: str, event_id: int) -> str:
    """One event."""
    return f"/c/{slug}/events/{event_id}"


def event_file(slug: str, event_id: int) -> str:
    """One event for a calendar."""
    return f"/c/{slug}/events/{event_id}.ics"


def calendar(slug: str) -> str:
    """The calendar of a community, to subscribe to."""
    return f"/c/{slug}/calendar.ics"


def search(slug: str = "") -> str:
    """Search, in one community or in all."""
    return f"/c/{slug}/search" if slug else "/search"


def feed(slug: str) -> str:
    """The Atom feed of a community."""
    return f"/c/{slug}/atom.xml"


def reader(token: str, slug: str = "") -> str:
    """The feed of one's own communities, or of one of them, by a secret link."""
    return f"/reader/{token}{feed(slug) if slug else '/atom.xml'}"


def feed_of_threads(slug: str) -> str:
    """The Atom feed of new discussions."""
    return f"/c/{slug}/threads/atom.xml"


def feed_of_thread(slug: str, thread_id: int) -> str:
    """The Atom feed of one discussion."""
    return f"/c/{slug}/threads/{thread_id}/atom.xml"


def feed_of_library(slug: str) -> str:
    """The Atom feed of papers."""
    return f"/c/{slug}/library/atom.xml"


def people(slug: str) -> str:
    """Those who agreed to be listed."""
    return f"/c/{slug}/people/"
