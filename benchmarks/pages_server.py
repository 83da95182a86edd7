"""The archive of a folder behind waitress, as `mailhub serve` runs it, and `/fixed` beside it.

    python -m benchmarks.pages_server FOLDER [--forget]

`/fixed` sends the same 12 KB without the app: what this web server can do at most. With --forget no page
is given again, so that each is made anew. Prints its port; ends when its standard input does.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mailhub.app.serve import SWITCH_SECONDS
from mailhub.app.web import Web
from mailhub.database import Database
from mailhub.settings import Settings
from web_archive.app import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FIXED = b"x" * 12_000
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(FIXED)))]


def main() -> None:
    """Serve until nobody wants it any more."""
    settings = Settings(data_dir=Path(sys.argv[1]), relay_url="smtp://127.0.0.1")
    app = create_app(settings, Database(settings.effective_database_url), b"secret")
    if "--forget" in sys.argv:
        app.wsgi_app._stamp = object  # type: ignore[attr-defined]  no two stamps are equal

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/fixed":
            start_response("200 OK", HEADERS)
            return [FIXED]
        return app(environ, start_response)

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sys.setswitchinterval(SWITCH_SECONDS)
    print(Web(answer, "127.0.0.1:0").address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
