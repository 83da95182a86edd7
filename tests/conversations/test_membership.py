"""People register, join and leave by mail; what each is told."""

from __future__ import annotations

import pytest

from tests.conversations.people import Person, RunningHub

HUB = "hub@lists.example.org"


def test_somebody_joins_posts_and_leaves(hub: RunningHub, policy: str, tom: Person) -> None:
    # Nobody joins without confirming, and an empty mail is enough to ask.
    sue = hub.person("Sue Hill", "sue@york.example")
    sue.writes("policy+join@lists.example.org")
    question = sue.receives("Join Policy and Performance?")
    assert question["From"] == "Policy and Performance <policy+notices@lists.example.org>"
    assert "policy+c-" in question["Reply-To"]
    assert "Terms of use" in question.get_content()
    sue.writes(policy, "Not yet", "Am I in?")
    assert hub.outcomes() == ["asked", "held"]

    sue.replies(question, "yes please")
    sue.receives("Welcome to Policy and Performance")
    sue.writes(policy, "Indicator 6", "How do you count it?")
    tom.receives("Indicator 6")

    # One mail to leave; who wrote it is not proven, so it is asked about.
    sue.writes("policy+leave@lists.example.org")
    question = sue.receives("shall I do this?")
    assert "Take you off Policy and Performance" in question.get_content()
    sue.replies(question, "Yes.")
    receipt = sue.receives("Policy and Performance: done")
    assert "You have left Policy and Performance." in receipt.get_content()
    tom.writes(policy, "Indicator 7", "And this one?")
    sue.receives_nothing()

    # Undo brings everything back as it was. The answer to a receipt is believed.
    sue.replies(receipt, "undo")
    again = sue.receives("done")
    assert "you are a member of Policy and Performance again" in again.get_content()
    tom.writes(policy, "Indicator 8", "And that?")
    sue.receives("Indicator 8")


@pytest.mark.parametrize("address", ["policy+help", "policy", "policy+facilitators", "postmaster"])
def test_a_mail_that_is_brought_again_is_acted_on_once(
    hub: RunningHub, jane: Person, tom: Person, address: str
) -> None:
    raw = (
        b"From: tom@cardiff.example\r\nMessage-ID: <once@cardiff.example>\r\n"
        b"Date: Tue, 3 Nov 2026 09:00:00 +0000\r\nSubject: status\r\n\r\nstatus\r\n"
    )
    for number in range(3):
        received = (
            b"Received: from mx%d.cardiff.example; Tue, 3 Nov 2026 09:00:00 +0000\r\n" % number
        )
        hub.send(received + raw, tom.address, f"{address}@{hub.domain}")
    first, *rest = sorted(hub.outcomes(), key="again".__eq__)
    assert first in ("answered", "passed-on")
    assert rest == ["again", "again"]
    assert len(hub.courier.sent) == 1

    hub.send(raw.replace(b"once", b"twice"), tom.address, f"{address}@{hub.domain}")
    assert sorted(hub.outcomes()).count("again") == 2
    assert len(hub.courier.sent) == 2
