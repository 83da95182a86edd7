"""Held mail on the web: reached by the link in the notice, shown safely, and never decided by the link alone."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailhub import membership
from mailhub.app.hub import clock
from mailhub.models import Decision, Hold
from tests.conversations.people import Person, RunningHub, archive_of

EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)> https://evil.example/"


@pytest.fixture
def pages(hub: RunningHub) -> FlaskClient:
    """The archive of this hub."""
    return archive_of(hub)


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay, who looks after Policy and Performance."""
    return hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")


@pytest.fixture
def notice(hub: RunningHub, policy: str, fay: Person) -> EmailMessage:
    """What Fay gets of a stranger's mail."""
    stranger = hub.person("Mallory <b>", "mallory@evil.example")
    stranger.writes(policy, "Free <b>zebras</b>", EVIL, attach={"<i>run.txt": b"words"})
    return fay.receives("zebras")


def link(notice: EmailMessage) -> str:
    found = re.search(r"https://hub\.example\.org(/hold/[a-z2-7]+)", notice.get_content())
    assert found
    return found[1]


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def state(hub: RunningHub) -> str:
    hub.settle()
    with hub.hub.database.reading() as session:
        return session.scalars(select(Hold.state)).one()


def test_the_page_decides_once_its_reader_says_yes_by_mail(
    hub: RunningHub, fay: Person, notice: EmailMessage, pages: FlaskClient
) -> None:
    address = link(notice)
    for _ in range(3):  # link scanners
        page = pages.get(address)
        assert page.status_code == 200
        assert pages.head(address).status_code == 200
        assert pages.get(f"{address}/1?verb=approve").status_code == 200
    assert state(hub) == "waiting"
    form = {"token": token(page.text), "verb": "reject", "reason": "Off topic, sorry."}
    assert "Was it you?" in pages.post(f"{address}/1", data=form).text
    assert state(hub) == "waiting"
    fay.replies(fay.receives("shall we do this?"), "yes")
    assert state(hub) == "rejected"
    page = pages.get(address)
    assert "Rejected by Fay Reid" in page.text
    assert 'method="post"' not in page.text
    again = pages.post(f"{address}/1", data={**form, "verb": "approve"})
    assert "Rejected by Fay Reid" in again.text
    with hub.hub.database.reading() as session:
        said = session.execute(select(Decision.how, Decision.came_to).order_by(Decision.id))
        assert [tuple(one) for one in said] == [("link", "asked"), ("mail", "decided")]


def test_a_held_mail_is_shown_safely(notice: EmailMessage, pages: FlaskClient) -> None:
    page = pages.get(link(notice))
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "<b>" not in page.text
    assert "<i>" not in page.text
    assert "mallory@evil.example" in page.text
    assert "run.txt" in page.text
    assert "its author is not a member" in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "private, no-store"


def test_what_is_not_asked_as_it_should_be_decides_nothing(
    hub: RunningHub, fay: Person, notice: EmailMessage, pages: FlaskClient
) -> None:
    address = link(notice)
    form = {"token": token(pages.get(address).text)}
    altered = address[:-1] + ("a" if address[-1] != "a" else "b")
    assert pages.get(altered).status_code == 404
    assert pages.post(f"{altered}/1", data={**form, "verb": "approve"}).status_code == 403
    assert pages.post(f"{address}/2", data={**form, "verb": "approve"}).status_code == 403
    assert pages.post(f"{address}/1", data={"verb": "approve"}).status_code == 403
    other = {"Sec-Fetch-Site": "cross-site"}
    sent = pages.post(f"{address}/1", data={**form, "verb": "approve"}, headers=other)
    assert sent.status_code == 403
    for said in ({"verb": "undo"}, {"verb": "edit"}, {"verb": "forward", "to": "nobody"}, {}):
        assert pages.post(f"{address}/1", data={**form, **said}).status_code == 400
    assert state(hub) == "waiting"
    fay.receives_nothing()


def test_who_looks_after_it_no_more_sees_nothing(
    hub: RunningHub, fay: Person, notice: EmailMessage, pages: FlaskClient
) -> None:
    address = link(notice)
    form = {"token": token(pages.get(address).text), "verb": "approve"}
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, fay.address)
        membership.alter(session, member, "role", {"role": "reader"}, clock())
    assert pages.get(address).status_code == 410
    assert pages.post(f"{address}/1", data=form).status_code == 410
    assert state(hub) == "waiting"
