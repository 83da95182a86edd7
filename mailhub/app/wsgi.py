"""The pages for a web server of the operator's choice (PEP 3333), instead of `mailhub serve --only web`.

    granian --interface wsgi --factory mailhub.app.wsgi:pages --port 8080 --workers 2 --blocking-threads 4

Settings are read as by every command. /metrics is left to the processes of `mailhub serve`: several of these behind one
port would answer for each other.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from mailhub import migrations, settings
from mailhub.app import logs
from mailhub.app.hub import put_together, secret
from web_archive.app import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def pages() -> WSGIApplication:
    """The app, made anew in each process. WrongSettings, or NotMigrated where `mailhub migrate` is due."""
    chosen = settings.read()
    logs.configure()
    hub = put_together(chosen)
    # Several begin at once: none of them changes the schema.
    if not migrations.is_current(hub.database):
        raise migrations.NotMigrated
    app = create_app(chosen, hub.database, secret(chosen))
    atexit.register(app.extensions["mailhub"].readings.write)  # what is only in memory
    return app
