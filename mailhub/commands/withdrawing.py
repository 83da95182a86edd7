"""An author's reply to "your mail waits": it can be taken back as long as it has not gone out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mailhub import holds, words
from mailhub.addresses import Token
from mailhub.commands.asked import Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.grammar import Place, understand
from mailhub.holds import By, Came
from mailhub.letter import Letter
from mailhub.models import Hold
from mailhub.words.line import Line
from mailhub.words.patterns import Patterns, Slot
from mailhub.words.places import Meaning, phrases

_SLOTS: Mapping[str, Slot] = {}


def answer(asked: Asked, token: Token) -> Told:
    """What became of it. The token acts: it was sent to nobody but the author."""
    session, now = asked.session, asked.now
    held = session.get(Hold, token.object)
    if held is None:
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    if not wants(asked.letter):
        if is_courtesy(asked.letter, below_receipt=True):
            return COURTESY
        unclear = asked.note("withdraw-unclear", token=token, once=f"hold {held.id}", held=held)
        return Told("answered", (unclear,))
    person_id = asked.person.id if asked.person else None
    by = By("mail", asked.address, person_id, asked.letter.author.name, asked.inbound_id)
    came = holds.withdraw(session, held.id, now, by=by)
    note = asked.note("withdrawn", held=held, is_late=came == Came.LATE)
    if came == Came.LATE:
        return Told("answered", (note,))
    return Told("done", (note, *holds.withdrawn(session, held, by, now)))


def wants(letter: Letter) -> bool:
    """Whether a letter says that its author takes the mail back."""
    if any(one.verb == "undo" for one in understand(letter, Place.DECISION)):
        return True
    first = next((row for row in letter.new_text.splitlines()[:20] if row.strip()), "")
    line = Line(first)
    return len(line) > 0 and bool(_patterns().whole(line, _SLOTS))


@cache
def _patterns() -> Patterns:
    said = words.table("withdraw")["patterns"]
    return Patterns([(Meaning("withdraw"), one) for one in said], phrases({}))
