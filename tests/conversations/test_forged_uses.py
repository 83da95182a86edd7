"""Every way in which somebody may try to use a token that is not theirs to use, on everything that a
token can do: nothing comes of it, and a line in a trail says so. What it is for is done in the end."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.app.hub import clock, secret
from mailhub.membership.trail import told
from mailhub.models import Decision, Hold, Request
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, words
from tests.conversations.people import Person, RunningHub
from web_archive.app import create_app

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue
_LINK = re.compile(r"https?://[^\s<>\"')]+")
ELSEWHERE = "x@evil.example"  # an envelope sender of whom nobody in From is proven


@dataclass(frozen=True)
class Use:
    """What a token is for: a mail that has one, who may answer it, the word that uses it, another genuine
    mail of the same kind about something else, and whether what it is for has been done."""

    mail: EmailMessage
    who: Person
    word: str
    other: EmailMessage
    is_done: Callable[[RunningHub], bool]


def confirm(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A stranger's yes to joining."""
    tim = hub.person("Tim Bell", "tim@hull.example")
    for person in (sue, tim):
        person.writes(f"policy+join@{D}", sender=ELSEWHERE)
    return Use(
        sue.receives("Join Policy?"),
        sue,
        "yes",
        tim.receives("Join Policy?"),
        lambda hub: is_member(hub, sue),
    )


def join_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's yes to a stranger."""
    hub.settings("policy", joining="approval")
    tim = hub.person("Tim Bell", "tim@elsewhere.example")
    for person in (sue, tim):
        person.writes(f"policy+join@{D}")
        person.replies(person.receives("Join Policy?"), "yes")
    return Use(
        fay.receives("sue@elsewhere.example would like"),
        fay,
        "yes",
        fay.receives("tim@elsewhere.example would like"),
        lambda hub: is_member(hub, sue),
    )


def founding_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A steward's yes to a new community."""
    steward = hub.person("Stella Ward", "steward@york.example")
    for name in ("housing", "waste"):
        sue.writes(f"hub@{D}", "", "new community")
        sue.replies(sue.receives("Founding a community"), f"Name: {name}\nAddress: {name}")
        sue.receives(f"Your new community: {name}")
    return Use(
        steward.receives("New community: housing"),
        steward,
        "yes",
        steward.receives("New community: waste"),
        lambda hub: exists(hub, "housing"),
    )


def hold_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's yes to a held mail."""
    for subject in ("Bins", "Skips"):
        sue.writes(f"policy@{D}", subject, "When?")
        hub.settle()
    return Use(
        fay.receives("Held: Bins"),
        fay,
        "ok",
        fay.receives("Held: Skips"),
        lambda hub: is_approved(hub, "Bins"),
    )


def undo(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A member's answer to a receipt that takes back what gives somebody power."""
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
    fay.writes(f"policy+settings@{D}", "", "set joining invitation")
    other = fay.receives("done")
    fay.writes(f"policy+settings@{D}", "", f"make {jane.address} facilitator")
    return Use(
        fay.receives("done"),
        fay,
        "undo",
        other,
        lambda hub: role(hub, jane) == "contributor",
    )


def settings(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's answer to the guide that changes who may join."""
    fay.writes(f"policy+help@{D}")
    ned.writes(f"policy+help@{D}")
    return Use(
        fay.receives(""),
        fay,
        "set joining approval",
        ned.receives(""),
        lambda hub: joining(hub) == "approval",
    )


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


def is_member(hub: RunningHub, person: Person) -> bool:
    with hub.hub.database.reading() as session:
        place = membership.known_community(session, "policy")
        return membership.is_member(session, place, person.address)


def exists(hub: RunningHub, slug: str) -> bool:
    with hub.hub.database.reading() as session:
        return membership.community_of(session, slug) is not None


def is_approved(hub: RunningHub, subject: str) -> bool:
    with hub.hub.database.reading() as session:
        return session.scalar(select(Hold.state).where(Hold.subject == subject)) == "approved"


def role(hub: RunningHub, person: Person) -> str:
    with hub.hub.database.reading() as session:
        place = membership.known_community(session, "policy")
        return membership.known_membership(session, place, person.address).role


def joining(hub: RunningHub) -> str:
    with hub.hub.database.reading() as session:
        return membership.known_community(session, "policy").joining


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
