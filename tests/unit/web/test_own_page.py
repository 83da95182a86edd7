"""A person's own page: every change is a POST, done as a mail with the same words would, and told of by mail."""

from __future__ import annotations

import re
from datetime import date
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.models import Change, Community, Delivery, Membership, Outgoing, Person, Request
from tests.unit.web.browsing import Browser
from tests.web import Site

JANE = "jane.doe@leeds.example"


@pytest.fixture
def jane(own_site: Site) -> Browser:
    """Jane, signed in."""
    browser = Browser(own_site, JANE)
    browser.signs_in()
    return browser


def says(browser: Browser, verb: str, **fields: str) -> str:
    """Send a form of the page; what the page says then."""
    token = re.search(r'name="token" value="([^"]+)"', browser.get("/me/").text)
    assert token
    form = {"token": token[1], "verb": verb, **fields}
    answer = browser.client.post("/me/", data=form)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["Location"])
    found = re.search(r'role="status">(.*?)</div>', page.text, re.S)
    return found[1] if found else ""


def member(site: Site, slug: str = "policy") -> Membership | None:
    with site.database.reading() as session:
        return session.scalar(
            select(Membership)
            .join(Community, Community.id == Membership.community_id)
            .where(Community.slug == slug, Membership.person_id == site.seeded.people["Jane"])
        )


def mails(site: Site, address: str = JANE) -> list[tuple[str, str]]:
    """(subject, text) of the hub's own mail to an address."""
    with site.database.reading() as session:
        raws = session.scalars(
            select(Outgoing.raw)
            .join(Delivery, Delivery.outgoing_id == Outgoing.id)
            .where(Delivery.address == address, Outgoing.raw.is_not(None))
            .order_by(Outgoing.id)
        ).all()
    parsed = [message_from_bytes(raw or b"", policy=default) for raw in raws]
    return [(str(mail["Subject"]), str(mail.get_content())) for mail in parsed]


def test_strangers_are_asked_to_sign_in(own_site: Site) -> None:
    stranger = Browser(own_site)
    for answer in (stranger.get("/me/"), stranger.client.post("/me/", data={"verb": "leave"})):
        assert (answer.status_code, answer.headers["Location"]) == (303, "/signin?to=/me/")


def test_how_mail_comes_is_changed_with_a_receipt_that_undoes(
    own_site: Site, jane: Browser
) -> None:
    assert "how to undo it" in says(jane, "delivery", argument="none", community="policy")
    changed = member(own_site)
    assert changed is not None
    assert changed.delivery == "none"
    other = member(own_site, "climate")
    assert other is not None
    assert other.delivery == "each"
    subject, text = mails(own_site)[-1]
    assert subject == "Policy and Performance: done"
    assert "reply: undo" in text
    with own_site.database.reading() as session:
        how = session.execute(select(Change.how, Change.by_id).order_by(Change.id.desc())).first()
        assert how is not None
        assert tuple(how) == ("page", own_site.seeded.people["Jane"])
    assert '<option value="none" selected>' in jane.get("/me/").text


def test_mail_is_paused_and_comes_again(own_site: Site, jane: Browser) -> None:
    says(jane, "pause", argument="2030-02-01", community="policy")
    paused = member(own_site)
    assert paused is not None
    assert paused.paused_until == date(2030, 2, 1)
    assert "no mail until 1 February 2030" in jane.get("/me/").text
    says(jane, "resume", community="policy")
    again = member(own_site)
    assert again is not None
    assert again.paused_until is None
    says(jane, "pause", argument="2001-01-01", community="policy")
    assert "Policy and Performance: nothing to change" in mails(own_site)[-1][0]


def test_a_community_is_left_and_only_that_one(own_site: Site, jane: Browser) -> None:
    says(jane, "leave", community="chief-execs")
    assert member(own_site, "chief-execs") is None
    assert member(own_site) is not None
    assert "Only members can read" in jane.get("/c/chief-execs/").text


def test_what_one_says_of_oneself(own_site: Site, jane: Browser) -> None:
    says(jane, "about", key="job", argument="Head of Policy")
    assert 'value="Head of Policy"' in jane.get("/me/").text


def test_another_address_is_added_once_it_has_said_yes(own_site: Site, jane: Browser) -> None:
    says(jane, "add-address", argument="jane@home.example")
    assert "reply: yes" in mails(own_site, "jane@home.example")[-1][1]
    with own_site.database.reading() as session:
        mine = membership.addresses_of(session, own_site.seeded.people["Jane"])
    assert list(mine) == [JANE]


def test_data_is_asked_for_and_forgetting_needs_a_yes_by_mail(
    own_site: Site, jane: Browser
) -> None:
    says(jane, "my-data")
    assert "asks whether you mean it" in says(jane, "forget-me")
    with own_site.database.reading() as session:
        found = session.execute(select(Request.kind, Request.state).order_by(Request.id)).all()
    assert [tuple(one) for one in found] == [("my-data", "waiting"), ("forget", "asked")]
    assert member(own_site) is not None


@pytest.mark.parametrize(
    "form",
    [
        {"verb": "leave"},  # everything at once is not for a page
        {"verb": "leave", "community": "nowhere"},
        {"verb": "set", "argument": "visibility open", "community": "policy"},
        {"verb": "appoint", "argument": "x@y.example", "community": "policy"},
        {"verb": "role", "argument": "organiser", "community": "policy"},
        {"verb": "", "community": "policy"},
        {"verb": "my-data", "community": "policy"},
    ],
)
def test_nothing_else_is_done(own_site: Site, jane: Browser, form: dict[str, str]) -> None:
    before = mails(own_site)
    assert "Nothing was changed" in says(jane, **form)
    assert mails(own_site) == before
    kept = member(own_site)
    assert kept is not None
    assert kept.role == "contributor"


def test_what_no_form_of_ours_says_is_refused(own_site: Site, jane: Browser) -> None:
    token = re.search(r'name="token" value="([^"]+)"', jane.get("/me/").text)
    assert token
    for form in (
        {"verb": "delivery", "argument": "hourly"},
        {"verb": "pause", "argument": "tomorrow"},
        {"verb": "about", "key": "id", "argument": "1"},
    ):
        sent = {"token": token[1], "community": "policy", **form}
        assert jane.client.post("/me/", data=sent).status_code == 403
    sent = {"token": token[1], "verb": "leave", "community": "policy"}
    other = {"Sec-Fetch-Site": "cross-site"}
    assert jane.client.post("/me/", data=sent, headers=other).status_code == 403
    assert jane.client.post("/me/", data=sent | {"token": ""}).status_code == 403
    assert jane.client.get("/me/", query_string=sent).status_code == 200
    assert member(own_site) is not None


def test_who_agrees_is_listed_without_an_address(own_site: Site, jane: Browser) -> None:
    assert "Nobody is listed yet" in own_site.page("/c/policy/people/")
    says(jane, "listed", community="policy")
    assert "listed among the people" in mails(own_site)[-1][1]
    with own_site.database.writing() as session:
        community = membership.known_community(session, "policy")
        tom = membership.known_membership(session, community, "tom.okafor@devon.example")
        membership.alter(session, tom, "listed", {"listed": True, "role": "organiser"}, tom.since)
    page = own_site.page("/c/policy/people/")
    people = re.findall(r'class="row-title">([^<]+)<', page)
    assert people == ["Tom Okafor", "Jane Doe"]  # who looks after it stands first
    assert "Leeds City Council" in page
    assert "leeds.example" not in page
    assert "Nobody is listed yet" in own_site.page("/c/climate/people/")
    assert own_site.client.get("/c/chief-execs/people/").status_code == 403
    assert own_site.client.get("/c/inquiry/people/").status_code == 404
    says(jane, "unlisted", community="policy")
    assert "Jane Doe" not in own_site.page("/c/policy/people/")


def test_how_digests_come_is_chosen_in_one_form(own_site: Site, jane: Browser) -> None:
    as_it_is = {
        "digest_day": "monday",
        "digest_hour": "7",
        "digest_form": "html",
        "digests": "together",
        "zone": "Europe/London",
        "language": "english",
        "newsletters": "on",
    }
    assert "Nothing was changed" in says(jane, "digests", **as_it_is)
    chosen = as_it_is | {"digest_day": "friday", "digests": "apart", "newsletters": "off"}
    assert "A mail is on its way" in says(jane, "digests", **chosen)
    (subject, told), *_ = reversed(mails(own_site))
    assert "done" in subject
    assert "come on Friday" in told
    assert "no more newsletters" in told
    assert "time zone" not in told  # what was not changed is not told of
    with own_site.database.reading() as session:
        person = session.get_one(Person, own_site.seeded.people["Jane"])
        assert (person.digest_day, person.digests_apart, person.newsletters) == (4, True, False)
    page = jane.get("/me/").text
    assert '<option value="friday" selected>' in page
    assert "Nothing was changed" in says(jane, "digests", zone="Mars/Olympus", digest_hour="99")
