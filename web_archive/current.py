"""What a view works with: the hub that it belongs to, and who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g, request
from sqlalchemy import Connection

from mailhub import visits
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.settings import Settings
from mailhub.sight import STRANGER, Viewer
from mailhub.site import Site
from mailhub.visits import Visitor
from web_archive.cookies import Cookies
from web_archive.counting import Readings
from web_archive.forms import Forms
from web_archive.invitations import Invitations
from web_archive.kept import Kept
from web_archive.limits import Limits
from web_archive.outlines import Outlines
from web_archive.paper_words import PaperWords
from web_archive.pictures import Picture


@dataclass(frozen=True, slots=True)
class Hub:
    """Everything that the views of one app share."""

    settings: Settings
    database: Database
    words: dict[str, Any]  # templates/web/words.toml
    site: Site
    blobs: Blobs
    posts: Kept[bytes]  # rendered posts
    outlines: Outlines
    pictures: Kept[Picture]
    pictured: Kept[frozenset[str]]  # the names of all pictures of a post
    paper_words: PaperWords
    forms: Forms
    cookies: Cookies
    limits: Limits
    invitations: Invitations
    readings: Readings  # how often papers are downloaded
    now: Callable[[], datetime]
    unique: Callable[[], str]  # a name that nobody has used and nobody guesses


def hub() -> Hub:
    """The hub of the app that answers."""
    found: Hub = current_app.extensions["mailhub"]
    return found


def form_token(purpose: str) -> str:
    """What a form for this purpose carries in its field `token`; the page that has it lets the browser say
    where its form comes from."""
    g.has_form = True
    return hub().forms.token(purpose)


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection over one consistent state of the database. Pages read columns and no objects, so
    that they need no session."""
    with hub().database.engine.connect() as connection:
        yield connection


def visitor() -> Visitor | None:
    """Who is signed in; None for a stranger. Looked up once for each request."""
    if "visitor" not in g:
        secret = hub().cookies.visit(request)
        g.visitor = None
        if secret:
            with reading() as db:
                g.visitor = visits.of_secret(db, secret, hub().now())
    found: Visitor | None = g.visitor
    return found


def reader() -> tuple[str, Viewer] | None:
    """The path of a secret link by which somebody looks, and whose it is; None where there is none."""
    found: tuple[str, Viewer] | None = g.get("reader")
    return found


def viewer() -> Viewer:
    """Who looks."""
    by_link = reader()
    if by_link is not None:
        return by_link[1]
    who = visitor()
    return Viewer(who.person_id) if who else STRANGER
