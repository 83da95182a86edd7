"""What is for machines: whether we are well, and our figures."""

from __future__ import annotations

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from mailhub.settings import listed
from web_archive.current import hub
from web_archive.peers import is_near

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /c/*/search\nDisallow: /u/\nDisallow: /signin\nDisallow: /me/\nDisallow: /hold/\nDisallow: /postbox/\n"

views = Blueprint("plain", __name__)


@views.get("/healthz")
def healthz() -> Response:
    """200 where the database answers, else 503."""
    try:
        with hub().database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


def metrics_view(registry: CollectorRegistry) -> Blueprint:
    """`/metrics`, for whoever asks from this machine or from a trusted proxy's address, and was not
    passed on by anyone: to all others there is no such page."""
    metrics = Blueprint("metrics", __name__)

    @metrics.get("/metrics")
    def figures() -> Response:
        if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
            raise NotFound
        if not is_near(request.remote_addr or "", listed(hub().settings.trusted_proxies)):
            raise NotFound
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return metrics
