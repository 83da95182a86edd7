"""What waits for a facilitator, over all their communities, and the way from there to a decision."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailhub import holds, membership, reading
from mailhub.app.hub import clock
from mailhub.models import Community, Decision, Hold, Inbound, Notice
from tests.spooled import spooled
from tests.unit.web.browsing import Browser
from tests.web import Site

JANE = "jane.doe@leeds.example"


def held(site: Site, slug: str, subject: str) -> int:
    """A stranger's mail that waits in a community."""
    raw = f"From: Sue <sue@elsewhere.example>\r\nSubject: {subject}\r\n\r\nWords of {subject}.\r\n"
    with site.database.writing() as session:
        mail = session.get_one(
            Inbound, spooled(session, raw.encode(), "", at=clock(), state="done")
        )
        community = membership.known_community(session, slug)
        letter = reading.read(raw.encode())
        row = holds.hold(session, mail, community, slug, letter, "stranger", clock())
        return row.id


@pytest.fixture
def jane(own_site: Site) -> Browser:
    """Jane, a facilitator of Policy, signed in."""
    with own_site.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, JANE)
        membership.alter(session, member, "role", {"role": "facilitator"}, clock())
    browser = Browser(own_site, JANE)
    browser.signs_in()
    return browser


def elsewhere(site: Site) -> str:
    """A community that Jane does not look after."""
    with site.database.reading() as session:
        found = select(Community.slug).where(Community.slug != "policy").order_by(Community.id)
        return session.scalars(found.limit(1)).one()


def test_what_waits_is_listed_and_leads_to_the_page_that_asks(
    own_site: Site, jane: Browser
) -> None:
    mine = held(own_site, "policy", "Zebras <b>cheap</b>")
    other = held(own_site, elsewhere(own_site), "Giraffes")
    page = jane.get("/holds/").text
    assert "Zebras &lt;b&gt;cheap&lt;/b&gt;" in page
    assert "its author is not a member" in page
    assert "Giraffes" not in page
    assert jane.get(f"/holds/{mine}").status_code == 405
    opened = jane.posts(f"/holds/{mine}", "/holds/")
    assert opened.status_code == 303
    shown = jane.get(opened.headers["Location"])
    assert "Words of Zebras" in shown.text
    action = opened.headers["Location"]
    asked = jane.posts(action, action, verb="discard")
    assert "Was it you?" in asked.text
    with own_site.database.reading() as session:
        assert session.get_one(Hold, mine).state == "waiting"
        assert session.scalars(select(Decision.came_to)).all() == ["asked"]
    # Opened twice it is the same notice.
    assert jane.posts(f"/holds/{mine}", "/holds/").headers["Location"] == action
    with own_site.database.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 1
    form = {"token": ""}
    assert jane.client.post(f"/holds/{mine}", data=form).status_code == 403
    assert jane.posts(f"/holds/{mine}", "/holds/", token="x").status_code == 403
    page = jane.get("/holds/").text
    with_form = jane.client.post(
        f"/holds/{other}", data={"token": page.split('name="token" value="')[1].split('"')[0]}
    )
    assert with_form.status_code == 404


def test_the_own_page_of_who_looks_after_a_community_leads_to_what_waits(
    own_site: Site, jane: Browser
) -> None:
    assert "nothing waits" in jane.get("/me/").text
    held(own_site, "policy", "Zebras")
    held(own_site, elsewhere(own_site), "Giraffes")
    page = jane.get("/me/").text
    assert '<a href="/holds/">1 held mail waits' in page
    held(own_site, "policy", "More zebras")
    assert '<a href="/holds/">2 held mails wait' in jane.get("/me/").text
    tom = Browser(own_site, "tom.okafor@devon.example")
    tom.signs_in()
    assert "/holds/" not in tom.get("/me/").text


def test_a_stranger_signs_in_first_and_a_member_sees_nothing(own_site: Site) -> None:
    held(own_site, "policy", "Zebras")
    stranger = Browser(own_site)
    assert stranger.get("/holds/").headers["Location"] == "/signin?to=/holds/"
    jane = Browser(own_site, JANE)
    jane.signs_in()
    assert "Zebras" not in jane.get("/holds/").text
