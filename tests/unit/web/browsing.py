"""Somebody with a browser that keeps cookies, who can read their mail."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from mailhub.models import Delivery, Outgoing
from tests.web import Site
from web_archive.current import Hub

LINK = re.compile(rb"/signin/([A-Za-z0-9_-]{43})")
PATIENCE = 60  # seconds; of a machine that has much else to do


class Browser:
    """A browser at a peer's address; `address` is whose mail its user can read."""

    def __init__(self, site: Site, address: str = "", peer: str = "192.0.2.1") -> None:
        self.site = site
        self.address = address
        self.client = site.app.test_client()
        self._environ = {"REMOTE_ADDR": peer}

    def get(self, path: str, **how: Any) -> TestResponse:
        """The answer to a GET."""
        how = {"buffered": True, **how}  # read to the end and closed, as a web server does
        return self.client.get(path, environ_overrides=self._environ, **how)

    def posts(self, path: str, form_at: str, **fields: str) -> TestResponse:
        """Send the form of this action on the page at `form_at`, with these fields too."""
        page = self.get(form_at).text
        form = next(
            one
            for one in re.findall(r"<form[^>]*>.*?</form>", page, re.S)
            if f'action="{path}"' in one
        )
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
        return self.client.post(path, data=hidden | fields, environ_overrides=self._environ)

    def asks(self, address: str = "", to: str = "") -> TestResponse:
        """Ask for a link for an address."""
        form = "/signin" + (f"?to={to}" if to else "")
        answer = self.posts("/signin", form, address=address or self.address)
        settle(self.site)
        return answer

    def links(self) -> list[str]:
        """The secrets in the mails that came to this address, the newest last."""
        return mailed(self.site, self.address)

    def uses(self, link: str) -> TestResponse:
        """Open a link and press its button, whatever the page shows."""
        page = self.get(f"/signin/{link}").text
        token = re.search(r'name="token" value="([^"]+)"', page)
        form = {"token": token[1] if token else ""}
        return self.client.post(f"/signin/{link}", data=form, environ_overrides=self._environ)

    def signs_in(self) -> None:
        """The whole way."""
        self.asks()
        answer = self.uses(self.links()[-1])
        assert answer.status_code == 303, answer.text

    def is_signed_in(self) -> bool:
        """Whether the pages know who looks."""
        return 'href="/me/"' in self.get("/c/policy/threads/").text


def settle(site: Site) -> None:
    """Wait until every link that may go has gone."""
    hub: Hub = site.app.extensions["mailhub"]
    assert hub.invitations.settle(PATIENCE)


def mailed(site: Site, address: str) -> list[str]:
    """The secrets of the links that were mailed to an address, the newest last."""
    with site.database.reading() as session:
        raws = session.scalars(
            select(Outgoing.raw)
            .join(Delivery, Delivery.outgoing_id == Outgoing.id)
            .where(Delivery.address == address)
            .order_by(Outgoing.id)
        )
        found = (LINK.search((raw or b"").replace(b"=\r\n", b"")) for raw in raws)
        return [match[1].decode() for match in found if match]
