"""People register, join and leave by mail; what each is told."""

from __future__ import annotations

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
