"""A link in a mail of the first day, in its Archived-At and in its footer, leads to its post whatever becomes of its
discussion and its community by mail."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from tests.conversations.moderating import D, begun, fay, hub, jane, policy, words, zones
from tests.conversations.people import Person, RunningHub, archive_of

__all__ = ["fay", "hub", "jane", "policy", "zones"]


def links(mail: EmailMessage) -> tuple[str, str]:
    """Where Archived-At (RFC 5064) and the footer of a post lead to."""
    footer = words(mail)[words(mail).rindex("http") :].split()[0]
    return str(mail["Archived-At"]).strip("<>"), footer


def shown(pages: FlaskClient, link: str) -> str:
    """The words of the one post to which a link leads."""
    parts = urlsplit(link)
    answer = pages.get(
        parts.path, base_url=f"{parts.scheme}://{parts.netloc}", follow_redirects=True
    )
    assert answer.status_code == 200, link
    (body,) = re.findall(r'<article class="post-body">(.*?)</article>', answer.text, re.S)
    return str(body)


def test_links_of_the_first_day_last(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    hub.community("housing", "Housing and Planning")
    hub.member("housing", fay.name, fay.address, role="facilitator")
    pages = archive_of(hub)
    question = begun(hub, policy, jane, fay)
    jane.replies(question, "By the way: who has a crane?")
    aside = fay.receives("Bins")
    said = {"what do you do?": links(question), "who has a crane?": links(aside)}

    def all_last() -> None:
        for what, both in said.items():
            for link in both:
                assert what in shown(pages, link), (what, link)

    all_last()
    for mail, order in (
        (aside, "split this thread here"),
        (aside, "please move this thread to the Housing and Planning community"),
    ):
        fay.replies(mail, order)
        fay.receives("done")
        all_last()
    assert (
        "/c/housing/" in pages.get(urlsplit(said["who has a crane?"][0]).path).headers["Location"]
    )
    fay.writes(f"policy+settings@{D}", "", "undo")
    fay.receives("done")
    first = pages.get("/c/policy/threads/").text
    number = re.findall(r"/c/policy/threads/(\d+)", first)[-1]
    fay.replies(aside, f"merge this thread with https://hub.example.org/c/policy/threads/{number}")
    fay.receives("done")
    all_last()
    # The community gets another name; its address never changes, nor does one community become another.
    hub.settings("policy", name="Strategy and Insight")
    assert "Strategy and Insight" in pages.get("/c/policy/").text
    all_last()
