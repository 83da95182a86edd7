"""A link scanner opens every link of every mail, and what is behind them: nothing changes (RFC 8058 and
all the programs that "protect" people's mailboxes). One POST leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailhub.app.hub import Hub, put_together, secret
from mailhub.compose.delivered import LARGE_ATTACHMENT
from mailhub.models import Base
from mailhub.settings import Settings
from tests.conversations.digesting import Calendar
from tests.conversations.people import PATIENCE, Person, RunningHub, running
from web_archive.app import create_app

D = "lists.example.org"
SITE = "https://hub.example.org"
POLICY = f"policy@{D}"
_LINK = re.compile(r"https?://[^\s<>\"')]+")
SECRETS = {"token", "link"}  # what is behind these in an address was mailed to one person
_HREF = re.compile(r"(?:href|action|src)=\"([^\"]+)\"")


def settings(folder: Path, pair: dict[str, Any]) -> Settings:
    return Settings(
        data_dir=folder,
        domain=D,
        site_url=SITE,
        smtp_listen="127.0.0.1:0",
        stewards=f"steward@{D.replace('lists', 'hub')}",
        dkim_selector="2026a",
        **pair,
    )


def a_conversation(hub: RunningHub) -> list[EmailMessage]:
    """A busy day; all mail that came of it."""
    hub.community("closed", "Closed", visibility="closed", joining="approval")
    fay = hub.member("policy", "Fay", "fay@hull.example", role="facilitator")
    hub.member("closed", "Fay", "fay@hull.example", role="facilitator")
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
    tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
    hub.member("closed", "Tom Price", "tom@cardiff.example")
    sue = hub.person("Sue Hill", "sue@york.example")
    steps = [
        lambda: sue.writes(f"policy+join@{D}"),
        lambda: sue.writes(f"closed+join@{D}"),
        lambda: sue.writes(f"hub@{D}", "register"),
        lambda: sue.writes(f"hub@{D}", "new community"),
        lambda: sue.writes(POLICY, "From outside", "May I ask something here?"),
        lambda: jane.writes(
            POLICY,
            "Bins",
            "When are they emptied?",
            attach={"budget.pdf": b"%PDF-" + bytes(range(256)) * (LARGE_ATTACHMENT // 256)},
        ),
        lambda: tom.writes(f"closed@{D}", "Frankly", "Between us."),
        lambda: tom.writes(f"policy+help@{D}", "Help"),
        lambda: tom.writes(f"policy+settings@{D}", "", "list docs"),
        lambda: tom.writes(f"policy+settings@{D}", "", "get doc 1"),
        lambda: tom.writes(f"policy+settings@{D}", "", "weekly"),
        lambda: tom.writes(f"hub@{D}", "my communities"),
        lambda: tom.writes(f"policy+leave@{D}"),
        lambda: tom.writes(f"policy+facilitators@{D}", "A question", "Who decides?"),
        lambda: fay.writes(POLICY, "Bins on Friday", "On Friday."),
    ]
    for step in steps:
        step()
        hub.settle()
    return [copy.mail for copy in hub.courier.sent]


def links(mails: Sequence[EmailMessage]) -> set[str]:
    """Every link of some mails: in their headers, texts and HTML."""
    found: set[str] = set()
    for mail in mails:
        for value in mail.values():
            found |= set(_LINK.findall(str(value)))
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                found |= set(_LINK.findall(unescape(part.get_content())))
    return {link.rstrip(".,;") for link in found}


def everything(hub: Hub) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with hub.database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def opened(client: FlaskClient, link: str) -> set[str]:
    """Ask for a link as scanners do; what the page leads to."""
    parts = urlsplit(link)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    client.head(path, base_url=SITE)
    client.options(path, base_url=SITE)
    answer = client.get(path, base_url=SITE, headers={"User-Agent": "LinkScanner/1.0"})
    assert answer.status_code < 500, link
    if not answer.content_type.startswith("text/html"):
        return set()
    found = {urljoin(link, unescape(href)) for href in _HREF.findall(answer.text)}
    return {href for href in found if href.startswith(f"{SITE}/")}


def asks_to_sign_in(client: FlaskClient, person: Person) -> None:
    """Somebody gives their address on the page for that."""
    token = re.search(r'name="token" value="([^"]+)"', client.get("/signin", base_url=SITE).text)
    assert token
    form = {"token": token[1], "address": person.address}
    assert client.post("/signin", base_url=SITE, data=form).status_code == 200
    assert client.application.extensions["mailhub"].invitations.settle(PATIENCE)


def seen_pages(seen: set[str]) -> set[str]:
    """Those of them that are pages, not the pictures and styles of one."""
    return {link for link in seen if not urlsplit(link).path.startswith("/static/")}


def test_a_scanner_that_opens_every_link_changes_nothing(
    pair: dict[str, Any], tmp_path: Path
) -> None:
    given = settings(tmp_path, pair)
    with running(given) as hub:
        hub.community("policy", "Policy")
        ann = hub.member("policy", "Ann Other", "ann@york.example", delivery="weekly")
        weeks = Calendar(hub)
        ann.writes(f"policy+help@{D}")
        ann.replies(ann.receives(""), "calendar link", to=f"policy+settings@{D}")
        a_conversation(hub)
        weeks.passes()
        asks_to_sign_in(create_app(given, hub.hub.database, secret(given)).test_client(), ann)
        hub.settle()
        mails = [copy.mail for copy in hub.courier.sent]
    of_mails = {link for link in links(mails) if link.startswith(f"{SITE}/")}
    of_digest = links([mail for mail in mails if "Your week" in str(mail["Subject"])])
    assert any("/u/" in link for link in of_digest)
    for kind in ("/u/", "/hold/", "/signin/", "/c/policy/m/", "/c/closed/m/", "/c/policy/library/"):
        assert any(urlsplit(link).path.startswith(kind) for link in of_mails), kind

    # What only the beat of a running hub changes is not in question: it has ended.
    again = put_together(given)
    app = create_app(given, again.database, secret(given))
    client = app.test_client()
    before = everything(again)
    assert before["membership"]
    seen: set[str] = set()
    waiting = sorted(of_mails)
    while waiting:
        link = waiting.pop(0)
        seen.add(link)
        beyond = opened(client, link)
        if link in of_mails:  # what is behind a link of a mail, and no further
            waiting += sorted(beyond - seen - set(waiting))
    # Every page that has a secret in its address was among them: a new one needs a mail in this test.
    found = app.url_map.bind("hub.example.org")
    rules = {
        str(found.match(urlsplit(link).path, return_rule=True)[0]) for link in seen_pages(seen)
    }
    secret_pages = {str(one) for one in app.url_map.iter_rules() if set(one.arguments) & SECRETS}
    assert secret_pages
    assert secret_pages <= rules
    # And so do those whose address has nothing of anybody in it.
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            opened(client, SITE + str(rule))
    assert everything(again) == before
    again.database.close()


@pytest.mark.parametrize("form", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_the_one_click_of_a_mail_takes_its_reader_off_and_nobody_else(
    tmp_path: Path, form: str
) -> None:
    given = settings(tmp_path, {})
    with running(given) as hub:
        hub.community("policy", "Policy")
        jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
        tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
        ann = hub.member("policy", "Ann Other", "ann@york.example")
        jane.writes(POLICY, "Bins", "When are they emptied?")
        mail = tom.receives("Bins")
        ann.receives("Bins")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (link,) = (one for one in _LINK.findall(mail["List-Unsubscribe"]))
        client = create_app(given, hub.hub.database, secret(given)).test_client(use_cookies=False)
        answer = client.post(
            urlsplit(link).path,
            base_url=SITE,
            data={"List-Unsubscribe": "One-Click"},
            content_type=form,
        )
        assert answer.status_code == 200
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        jane.writes(POLICY, "Bins again", "And when now?")
        ann.receives("Bins again")
        tom.receives_nothing()
