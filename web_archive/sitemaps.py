"""What crawlers are told: where they may look, and where everything open stands. Of closed communities nothing is said
to anybody, since a crawler is a stranger."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from sqlalchemy import bindparam, select
from werkzeug.exceptions import NotFound

from mailhub.models import Community, Thread
from mailhub.sight import STRANGER, may_read
from web_archive.current import hub, reading
from web_archive.places import readable
from web_archive.queries import Statement, many, once

MOST = 50_000  # addresses in one map, as sitemaps.org has it

views = Blueprint("sitemaps", __name__)


@views.get("/robots.txt")
def robots() -> Response:
    """Everything but search and what acts."""
    text = render_template("robots.txt", site=hub().settings.site_url)
    return Response(text, mimetype="text/plain")


@views.get("/sitemap.xml")
def index() -> Response:
    """A map for each open community."""
    with reading() as db:
        found = many(db, _communities())
    return _xml("sitemap_index.xml", communities=found)


@views.get("/c/<slug:slug>/sitemap.xml")
def community(slug: str) -> Response:
    """The discussions of an open community, the latest first."""
    with reading() as db:
        place = readable(db, slug, STRANGER)
        if not place.is_open:
            raise NotFound
        threads = many(db, _threads(), community=place.id)
    return _xml("sitemap.xml", place=place, threads=threads)


def _xml(template: str, **facts: object) -> Response:
    xml = render_template(template, site=hub().settings.site_url, **facts)
    return Response(xml, content_type="application/xml; charset=utf-8")


@once
def _communities() -> Statement:
    return (
        select(Community.slug, Community.last_post_at)
        .where(may_read(STRANGER))
        .order_by(Community.slug)
        .limit(MOST)
    )


@once
def _threads() -> Statement:
    return (
        select(Thread.id, Thread.last_at)
        .where(Thread.community_id == bindparam("community"), Thread.merged_into_id.is_(None))
        .order_by(Thread.last_at.desc())
        .limit(MOST - 3)
    )
