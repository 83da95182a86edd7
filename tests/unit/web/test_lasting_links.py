"""A lasting link in a mail of the first day leads to its post, whatever became of its discussion and community since."""

from __future__ import annotations

from datetime import UTC, datetime

from mailhub import arranging, membership
from mailhub.blobs import Blobs
from mailhub.membership import OPERATOR
from mailhub.models import Community, Post, Thread
from tests.web import Site
from web_archive.current import Hub

NOW = datetime(2027, 1, 1, tzinfo=UTC)
QUESTION = "20261103090501.GA1234@leeds.example"
ANSWER = "AM0PR04MB1234/5678%20A1@eurprd04.prod.example"


def leads_to(site: Site, address: str, words: str) -> str:
    """The last of the addresses that a link leads over; what it shows has these words."""
    answer = site.client.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    assert words in answer.text
    return answer.request.path


def test_links_of_the_first_day_after_every_change(own_site: Site) -> None:
    hub: Hub = own_site.app.extensions["mailhub"]
    shared = hub.site
    first_day = [
        shared.post_url("policy", id_).removeprefix(shared.url) for id_ in (QUESTION, ANSWER)
    ]
    words = ("a question on the planning indicator", "We take the snapshot")
    for address, said in zip(first_day, words, strict=True):
        assert leads_to(own_site, address, said) == address.replace("%25", "%").replace("%2F", "/")
    with own_site.database.writing() as session:
        policy = membership.known_community(session, "policy")
        membership.change(session, policy, "name", "Strategy and Insight", NOW)
        # Renamed, split, made one with another, and moved.
        session.get_one(Thread, 1).subject = "What “determined” means"
        answer = session.get_one(Post, own_site.seeded.posts[ANSWER])
        new = arranging.split(session, answer, NOW, by=OPERATOR)
        other = session.get_one(
            Thread, own_site.seeded.threads["Service plans on two pages: examples wanted"]
        )
        arranging.merge(session, session.get_one(Thread, 1), other, NOW, by=OPERATOR)
        climate = membership.known_community(session, "climate")
        blobs = Blobs(own_site.settings.blobs_folder)
        arranging.move(session, blobs, shared, new, climate, NOW, by=OPERATOR)
    asked, answered = (
        leads_to(own_site, address, said) for address, said in zip(first_day, words, strict=True)
    )
    assert asked.startswith("/c/policy/m/")
    assert answered.startswith("/c/climate/m/")
    # The address of the discussion leads to where its words are.
    assert leads_to(own_site, "/c/policy/threads/1", words[0]) == f"/c/policy/threads/{other.id}"
    assert leads_to(own_site, f"/c/policy/threads/{new.id}", words[1]).startswith("/c/climate/")
    # And back again.
    with own_site.database.writing() as session:
        climate, policy = (membership.known_community(session, s) for s in ("climate", "policy"))
        moved = session.get_one(Thread, new.id)
        arranging.move(session, blobs, shared, moved, policy, NOW, by=OPERATOR)
        assert session.get_one(Community, policy.id).name == "Strategy and Insight"
    assert leads_to(own_site, first_day[1], words[1]).startswith("/c/policy/m/")
