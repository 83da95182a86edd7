"""One click to leave: by POST alone, by the token alone, and as often as it is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailhub.addresses import Purpose, Token, Tokens
from mailhub.models import Membership
from tests.web import SECRET, Site

FORM = {"List-Unsubscribe": "One-Click"}


def token_of(site: Site, slug: str = "policy", name: str = "Jane") -> tuple[str, int]:
    with site.database.reading() as session:
        membership = session.scalars(
            select(Membership).where(
                Membership.community_id == site.seeded.communities[slug],
                Membership.person_id == site.seeded.people[name],
            )
        ).one()
    token = Token(Purpose.UNSUBSCRIBE, membership.id, membership.person_id)
    return Tokens(SECRET.encode()).sign(token), membership.id


def is_member(site: Site, membership_id: int) -> bool:
    with site.database.reading() as session:
        return session.get(Membership, membership_id) is not None


@pytest.mark.parametrize("form", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_mail_program_posts_and_the_member_has_left(own_site: Site, form: str) -> None:
    token, membership = token_of(own_site)
    for _ in range(2):
        answer = own_site.client.post(f"/u/{token}", data=FORM, content_type=form)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers
        assert not is_member(own_site, membership)


def test_a_get_changes_nothing_however_often_a_scanner_asks(own_site: Site) -> None:
    token, membership = token_of(own_site)
    for _ in range(3):
        answer = own_site.client.get(f"/u/{token}")
        assert answer.status_code == 200
        assert "Leave Policy and Performance?" in answer.text
        own_site.client.head(f"/u/{token}")
    assert is_member(own_site, membership)


def test_a_person_presses_the_button(own_site: Site) -> None:
    token, membership = token_of(own_site, "chief-execs")
    assert "Leave Chief Executives?" in own_site.page(f"/u/{token}")
    answer = own_site.client.post(f"/u/{token}", data={"by": "button"})
    assert "You have left" in answer.text
    assert not is_member(own_site, membership)
    assert "You have left already" in own_site.page(f"/u/{token}")


def test_a_token_in_capitals_is_the_same_token(own_site: Site) -> None:
    token, membership = token_of(own_site)
    assert own_site.client.post(f"/u/{token.upper()}", data=FORM).status_code == 200
    assert not is_member(own_site, membership)


def test_an_altered_token_and_one_for_another_purpose_do_nothing(own_site: Site) -> None:
    token, membership = token_of(own_site)
    other = Tokens(SECRET.encode()).sign(Token(Purpose.REPLY, membership))
    altered = ("b" if token[0] == "a" else "a") + token[1:]
    for wrong in (altered, other, "x", token + "a"):
        assert own_site.client.post(f"/u/{wrong}", data=FORM).status_code == 404
        assert own_site.client.get(f"/u/{wrong}").status_code == 404
    assert is_member(own_site, membership)
