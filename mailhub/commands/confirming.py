"""Answers to our questions: yes does what was asked for, no ends it, anything else is asked about again.

The token acts, whichever address the answer came from: it was sent to nobody but the person. What is
over is not done; its sender is told how to go on.
"""

from __future__ import annotations

from dataclasses import replace

from mailhub.addresses import Token
from mailhub.commands import (
    claiming,
    deciding,
    form,
    founding,
    joining,
    moderating,
    own_data,
    settings,
)
from mailhub.commands.asked import Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.grammar import Place, understand
from mailhub.commands.lines import Reader
from mailhub.commands.writer import Writer
from mailhub.membership import requests
from mailhub.models import Community, Request

MOST_BESIDE_FORM = 4  # words, where the form is filled in below
YES = {
    "register": joining.confirmed,
    "join": joining.confirmed,
    "invitation": joining.confirmed,
    "command": settings.confirmed,
    "decision": moderating.confirmed,
    "verdict": deciding.confirmed,
    "claim": claiming.confirmed,
    "claim-begun": claiming.begun,
    "offer": founding.offer,
    "my-data": own_data.my_data_confirmed,
    "forget": own_data.forgetting,
}


def answer(asked: Asked, token: Token) -> Told:
    """What became of a question that was answered."""
    request = requests.of_token(asked.session, token)
    if request is None or (token.is_over(asked.now) and request.state == "asked"):
        asked.tried("expired")
        return _said(asked, request, "question-expired")
    if request.state != "asked":
        if is_courtesy(asked.letter):
            return COURTESY
        asked.tried("late")
        return _said(asked, request, "question-over")
    if request.kind == "founding":
        return founding.filled_in(asked, request)
    word = next((command.verb for command in understand(asked.letter, Place.CONFIRM)), "")
    if not word and request.kind != "forget" and _is_form(asked):
        word = "yes"  # who fills the form in has read that it says yes
    if request.kind == "forget" and own_data.wants_everything(asked):
        word = "yes"
    if word == "yes":
        return {**YES, **asked.confirmed}[request.kind](asked, request)
    if word == "no":
        requests.settle(asked.session, request, "declined", request.address, asked.now)
        return _said(asked, request, "question-declined")
    note = asked.note("question-unclear", token=requests.token(request), request=request)
    return Told("answered", (note,))


def _is_form(asked: Asked) -> bool:
    """Whether the new words are the form filled in and nothing else. One filled in below, in what is
    quoted, counts where nothing else is said; what somebody signs with is no form."""
    letter = asked.letter
    if not letter.new_text.strip():
        unsigned = letter.text.replace(letter.signature, "", 1) if letter.signature else letter.text
        return bool(form.read(replace(letter, text=unsigned)))
    words = letter.new_text.split()
    if len(words) <= MOST_BESIDE_FORM and "?" not in letter.new_text:  # "See below."
        quoted = (line for line in letter.text.splitlines() if line.lstrip().startswith(">"))
        if form.read(replace(letter, text="\n".join(quoted), new_text="")):
            return True
    reader = Reader(Writer.of(letter), Place.CONFIRM)
    filled = False
    for line in (row.strip() for row in letter.new_text.splitlines()[: form.MAX_LINES]):
        if form.is_line(line):
            filled = True
        elif filled and reader.is_closing(line):
            break
        elif line and reader.line(line) != ():
            return False
    return filled and bool(form.read(replace(letter, text=letter.new_text)))


def _said(asked: Asked, request: Request | None, template: str) -> Told:
    community = request and request.community_id
    name = asked.session.get_one(Community, community).name if community else ""
    return Told("answered", (asked.note(template, request=request, asked_by=name),))
