"""Every way in which somebody may try to use a token that is not theirs to use, on everything that a
token can do: nothing comes of it, and a line in a trail says so. What it is for is done in the end."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from mailhub.addresses import Purpose, Token
from mailhub.app.hub import clock, secret
from mailhub.membership.trail import told
from mailhub.models import Decision, Request
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, words
from tests.conversations.people import Person, RunningHub
from tests.conversations.uses import (
    ELSEWHERE,
    Use,
    confirm,
    founding_decision,
    hold_decision,
    join_decision,
    settings,
    undo,
)
from web_archive.app import create_app

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue
_LINK = re.compile(r"https?://[^\s<>\"')]+")
# What each forgery leaves in the trail. A confirmation acts by its token alone, whoever sends it: it was
# sent to nobody but the person. It is what proof is made good by. A facilitator who is proven may set what
# another was asked about: it is his own mail that counts then.
TABLE = (
    (confirm, {"altered": (), "purpose": (), "expired": ("expired",), "get": ()}),
    (
        join_decision,
        {
            "altered": (),
            "purpose": (),
            "address": ("wrong-address",),
            "unproven": ("asked",),
            "expired": ("expired",),
            "get": (),
        },
    ),
    (
        founding_decision,
        {
            "altered": (),
            "purpose": (),
            "address": ("wrong-address",),
            "unproven": ("asked",),
            "expired": ("expired",),
            "get": (),
        },
    ),
    (
        hold_decision,
        {
            "altered": (),
            "purpose": (),
            "address": ("wrong-address",),
            "unproven": ("asked",),
            "expired": ("expired",),
            "get": (),
        },
    ),
    (
        undo,
        {
            "altered": (),
            "purpose": (),
            "address": ("wrong-address",),
            "unproven": ("asked",),
            "get": (),
        },
    ),
    (
        settings,
        {
            "altered": (),
            "purpose": (),
            "unproven": ("asked",),
            "get": (),
        },
    ),
)
AGAIN = {confirm: "late", join_decision: "late", founding_decision: "late", hold_decision: "late"}


@pytest.mark.parametrize(("made", "forgeries"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_nothing_comes_of_a_forged_use_and_a_line_says_so(
    hub: RunningHub,
    policy: str,
    fay: Person,
    ned: Person,
    sue: Person,
    made: Callable[[RunningHub, Person, Person, Person], Use],
    forgeries: dict[str, tuple[str, ...]],
) -> None:
    use = made(hub, fay, ned, sue)
    hub.settle()
    for name, lines in forgeries.items():
        before = trail(hub)
        FORGED[name](hub, use, ned)
        hub.settle()
        assert not use.is_done(hub), name
        assert tuple(trail(hub)[len(before) :]) == lines, name

    # Another's token does that other thing, and nothing else.
    use.who.replies(use.other, use.word if made is not settings else "weekly")
    hub.settle()
    assert not use.is_done(hub)

    # As it was meant, and once.
    use.who.replies(use.mail, use.word)
    hub.settle()
    assert use.is_done(hub)
    if made in AGAIN:
        before = trail(hub)
        use.who.replies(use.mail, "no" if use.word == "yes" else "reject")
        hub.settle()
        assert use.is_done(hub)
        assert trail(hub)[len(before) :] == [AGAIN[made]]
    elif made is undo:
        use.who.replies(use.mail, "undo")
        assert "nothing to undo" in words(use.who.mailbox()[-1])
        assert trail(hub)[-1] == "late"


def altered(hub: RunningHub, use: Use, ned: Person) -> None:
    """One letter of it is another."""
    address = answered_at(use.mail)
    at = address.index("@") - 4
    other = "b" if address[at] != "b" else "c"
    refused(use, address[:at] + other + address[at + 1 :])


def purpose(hub: RunningHub, use: Use, ned: Person) -> None:
    """The very token, for something else."""
    slug, _, word = answered_at(use.mail).partition("+")
    for letter in sorted({str(one) for one in Purpose} - {word[0]}):
        refused(use, f"{slug}+{letter}{word[1:]}")


def refused(use: Use, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as error:
        use.who.replies(use.mail, use.word, to=address)
    assert next(iter(error.value.recipients.values()))[0] == 550


def address(hub: RunningHub, use: Use, ned: Person) -> None:
    """From somebody else who is proven, and may do such things as far as he is asked."""
    ned.replies(use.mail, use.word)


def unproven(hub: RunningHub, use: Use, ned: Person) -> None:
    """From the right address, as far as anybody can write that."""
    use.who.replies(use.mail, use.word, sender=ELSEWHERE)
    assert "shall we do this?" in str(use.who.mailbox()[-1]["Subject"])


def expired(hub: RunningHub, use: Use, ned: Person) -> None:
    """When its time is over."""
    slug, _, word = answered_at(use.mail).partition("@")[0].partition("+")
    tokens = hub.hub.tools.site.tokens
    token = tokens.of_word(word)
    assert token is not None
    assert token.expires is not None
    old: Token = replace(token, expires=(clock() - timedelta(days=2)).date())
    use.who.replies(use.mail, use.word, to=tokens.address(slug, old, D))


def get(hub: RunningHub, use: Use, ned: Person) -> None:
    """By opening every link of it."""
    given = hub.hub.settings
    client = create_app(given, hub.hub.database, secret(given)).test_client()
    links = _LINK.findall(use.mail.as_string().replace("=\n", "").replace("=3D", "="))
    for link in links:
        for method in (client.get, client.head, client.options):
            assert method(urlsplit(link).path).status_code < 500


FORGED = {one.__name__: one for one in (altered, purpose, address, unproven, expired, get)}


def answered_at(mail: EmailMessage) -> str:
    """The address that a mail is answered to."""
    return str(mail["Reply-To"]).rpartition("<")[2].strip(">")


def trail(hub: RunningHub) -> list[str]:
    """Why answers were not listened to; of a held mail too."""
    hub.settle()
    with hub.hub.database.reading() as session:
        lines = [one.what for one in told(session) if one.of == "answer"]
        late = session.scalars(select(Decision.came_to).where(Decision.came_to == "late"))
        return [*lines, *late]


def test_no_question_is_answered_by_what_anybody_could_have_made(hub: RunningHub) -> None:
    # Numbers are guessed easily, so a token is nothing without our signature.
    tokens = hub.hub.tools.site.tokens
    forged = type(tokens)(b"another secret of somebody's own")
    eve = hub.person("Eve", "eve@evil.example")
    for one in Purpose:
        to = forged.address("hub", Token(one, 1, 1), D)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            eve.writes(to, "Re: yes", "yes")
    with hub.hub.database.reading() as session:
        assert not session.scalars(select(Request)).all()
