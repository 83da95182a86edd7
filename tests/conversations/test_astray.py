"""Answers to mails of ours that went to the list: they are taken as answers, and no member sees them."""

from __future__ import annotations

from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
SETTINGS = f"policy+settings@{D}"


def test_yes_to_a_question_that_went_to_the_list(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(SETTINGS, "", "weekly")
    jane.replies(jane.receives("shall we do this?"), "Yes please", to=policy)
    receipt = jane.receives("done")
    assert "once a week" in receipt.get_content()
    # Thanks for it are courtesy, and commands below it commands; what he begins to write is a post.
    jane.replies(receipt, "Thanks!", to=policy)
    jane.receives_nothing()
    jane.replies(receipt, "undo", to=policy)
    assert "comes as before" in jane.receives("done").get_content()
    assert hub.outcomes() == ["asked", "done", "courtesy", "done"]
    tom.receives_nothing()
    jane.replies(receipt, "Hello all, I look after performance at Leeds.", to=policy)
    tom.receives("Re: Policy and Performance: done")


def test_a_form_that_went_to_the_list(hub: RunningHub, policy: str, tom: Person) -> None:
    sue = hub.person("Sue Hill", "sue@york.example")
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy")
    sue.replies(question, "Who is in it?", to=policy)
    sue.receives("Re: ")
    sue.replies(question, "Name: Sue Hill\nOrganisation: York\nRole: Analyst", to=policy)
    sue.receives("Welcome to Policy")
    tom.receives_nothing()


def test_a_decision_that_went_to_the_list(hub: RunningHub, policy: str, jane: Person) -> None:
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    sam = hub.person("Sam", "sam@shop.example")
    sam.writes(policy, "Cheap paper", "Buy our paper.")
    notice = fay.receives("Cheap paper")
    fay.replies(notice, "Reject, he sells paper to everybody", to=policy)
    fay.replies(fay.receives("shall we do this?"), "yes", to=policy)
    fay.receives("Cheap paper")
    fay.replies(notice, "I wonder what to do about him", to=policy)
    fay.receives("Cheap paper")
    jane.receives_nothing()


def test_below_a_post_that_answers_ours_others_answer_that_post(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(SETTINGS, "", "leave")
    question = jane.receives("shall we do this?")
    jane.writes(
        policy,
        "Who has left a benchmarking club?",
        "We are thinking of it. Was it worth it?",
        In_Reply_To=str(question["Message-ID"]),
    )
    asked = tom.receives("benchmarking club")
    tom.replies(asked, "Yes")
    jane.receives("benchmarking club")
    tom.writes(
        policy,
        "Re: Who has left a benchmarking club?",
        "Yes",
        In_Reply_To=str(asked["Message-ID"]),
        References=f"{question['Message-ID']} {asked['Message-ID']}",
    )
    jane.receives("benchmarking club")
