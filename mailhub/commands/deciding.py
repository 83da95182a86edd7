"""Decisions by reply on what waits as a request: who may join a community, and what may be founded.

As on held mail, one needs the token of a notice, the address of the person whom it was sent to, who must
be asked such things still, and a sender that is proven; without that it is asked about once. What is not
clear decides nothing. Every try that comes to nothing leaves a line in the trail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mailhub import holds, membership
from mailhub.addresses import Token
from mailhub.commands import founding_decisions, join_decisions
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.entitled import why_not
from mailhub.commands.grammar import Place, understand
from mailhub.commands.limits import too_many
from mailhub.membership import requests
from mailhub.models import Notice, Request

MAX_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Topic:
    """What a decision can be about; its mails are the templates `<name>-decided` and `<name>-unclear`."""

    may_decide: Callable[[Asked, Request], bool]
    facts: Callable[[Asked, Request], dict[str, Any]]
    answered: Callable[[Asked, Request, bool, str], Told]


TOPICS = {
    "join": Topic(join_decisions.may_decide, join_decisions.facts, join_decisions.answered),
    "founding": Topic(
        founding_decisions.may_decide, founding_decisions.facts, founding_decisions.answered
    ),
}


def answer(asked: Asked, token: Token) -> Told:
    """What became of a reply."""
    notice = holds.notice_of(asked.session, token)
    request = _request(asked, notice)
    if notice is None or request is None:
        asked.tried("gone")
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    topic = TOPICS[request.kind]
    said, reason = word(asked)
    why = why_not(asked, token, notice, may=topic.may_decide(asked, request))
    if why:
        asked.tried(why, request=request.id, word=said)
    if why and why != "expired":
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    if request.state != "waiting":
        return COURTESY if is_courtesy(asked.letter) else _late(asked, request)
    fresh = holds.token_of(notice, asked.now)
    if why or not said:
        template = f"{request.kind}-unclear"
        facts = topic.facts(asked, request) | {"is_over": why == "expired"}
        return Told("answered", (asked.note(template, token=fresh, **facts),))
    if not asked.proven:
        return _asked_about(asked, notice, request, said, reason)
    return topic.answered(asked, request, said == "approve", reason)


def confirmed(asked: Asked, question: Request) -> Told:
    """Whoever reads the mail of the one who was asked has said yes to a decision."""
    session = asked.session
    requests.settle(session, question, "done", question.address, asked.now)
    request = _request(asked, session.get(Notice, question.detail["notice"]))
    if request is None:
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    person = membership.became(session, question.person_id)
    theirs = replace(asked, person=person, address=question.address)
    said, reason = question.detail["said"]
    if not TOPICS[request.kind].may_decide(theirs, request):
        asked.tried("not-facilitator", request=request.id, word=said)
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    if request.state != "waiting":
        return _late(asked, request)
    return TOPICS[request.kind].answered(theirs, request, said == "approve", reason)


def word(asked: Asked) -> tuple[str, str]:
    """("approve" or "reject", the reason); ("", "") where that is not clear."""
    for command in understand(asked.letter, Place.DECISION):
        if command.verb in ("approve", "reject"):
            return command.verb, (command.argument or "")[:MAX_REASON]
    for command in understand(asked.letter, Place.CONFIRM):
        return {"yes": "approve", "no": "reject"}[command.verb], ""
    return "", ""


def _request(asked: Asked, notice: Notice | None) -> Request | None:
    """What a notice is about, locked, so that of two who decide at once the second comes too late."""
    if notice is None or notice.request_id is None:
        return None
    request = requests.locked(asked.session, notice.request_id)
    return request if request is not None and request.kind in TOPICS else None


def _late(asked: Asked, request: Request) -> Told:
    """It was decided before."""
    asked.tried("late", request=request.id)
    facts = TOPICS[request.kind].facts(asked, request)
    return Told("answered", (asked.note(f"{request.kind}-decided", **facts, own=True),))


def _asked_about(asked: Asked, notice: Notice, request: Request, said: str, reason: str) -> Told:
    """Once, whether it was they: their mail could not be proven."""
    if too_many(asked):
        return NOTHING
    asked.tried("asked", request=request.id, word=said)
    question = asked.ask("verdict", {"notice": notice.id, "said": [said, reason]})
    facts = {"plan": None, **TOPICS[request.kind].facts(asked, request)}
    facts |= {"approved": said == "approve", "reason": reason}
    note = asked.note("confirm-verdict", token=requests.token(question), **facts)
    return Told("asked", (note,))
