"""The archive's own few files: a style sheet, pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound


def serve(app: Flask) -> None:
    """Serve them, read once, under addresses that change when they do; templates find those in `static`."""
    files = {
        path.name: (path.read_bytes(), {".css": "text/css", ".svg": "image/svg+xml"}[path.suffix])
        for path in sorted((Path(__file__).parent / "static").iterdir())
    }
    marks = {name: hashlib.sha256(content).hexdigest()[:12] for name, (content, _) in files.items()}

    @app.get("/static/<name>")
    def static(name: str) -> Response:
        if name not in files:
            raise NotFound
        content, kind = files[name]
        response = Response(content, mimetype=kind)
        response.set_etag(marks[name])
        response.make_conditional(request)
        fresh = request.args.get("v") == marks[name]
        response.headers["Cache-Control"] = "max-age=31536000, immutable" if fresh else "no-cache"
        return response

    app.jinja_env.globals["static"] = {n: f"/static/{n}?v={mark}" for n, mark in marks.items()}
