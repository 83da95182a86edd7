"""Mail to `hub+newsletter@D` and `hub+bulletin@D`: a steward has something to say to everybody.

It goes to all, so nothing of it does before its author has seen how it will look and to how many it goes, and has
said yes. Where it is not proven that a steward wrote it, they are asked that first, without its words.
"""

from __future__ import annotations

from typing import Any

from digests.bulletins import keeping
from digests.bulletins.keeping import FORM
from mailhub import commands
from mailhub.commands import Asked, Told
from mailhub.commands.asked import TOO_MANY
from mailhub.commands.limits import too_many
from mailhub.membership import Unusable
from mailhub.models import Bulletin
from mailhub.notes import Note
from mailhub.process import answering
from mailhub.process.once import is_first
from mailhub.process.work import Mail, Work

__all__ = ["shown", "take"]


def take(verb: str, work: Work, mail: Mail, recipient: str) -> str:
    """What became of such a mail."""
    asked = answering.asked_of(work, mail, None, verb)
    if asked is None:
        return "not-answered"
    if not is_first(work, mail, recipient):
        return answering.AGAIN
    if asked.fails_policy:
        return answering.say(work, mail, commands.disowned(asked))
    return answering.say(work, mail, _begun(asked, FORM[verb]))


def _begun(asked: Asked, form: str) -> Told:
    if asked.address not in asked.stewards:
        return Told("answered", (asked.note("bulletin-stewards-only", once=form, form=form),))
    if not asked.proven and too_many(asked):
        return TOO_MANY
    letter = asked.letter
    try:
        bulletin = keeping.begin(
            asked.session,
            form,
            letter.subject,
            letter.new_text,
            asked.now,
            state="asked" if asked.proven else "begun",
            asked_by=asked.address,
            by=asked.by,
        )
    except Unusable as error:
        note = asked.note(
            "bulletin-unfit", why=error.name, form=form, longest=keeping.LONGEST[form]
        )
        return Told("answered", (note,))
    if not asked.proven:
        token = keeping.for_stewards(bulletin, asked.now)
        return Told("asked", (asked.note("bulletin-yours", token=token, form=form),))
    return Told("asked", (shown(asked, bulletin, files=len(letter.attachments)),))


def shown(asked: Asked, bulletin: Bulletin, *, files: int = 0) -> Note:
    """The question whether it may go: all of it, and to how many."""
    facts: dict[str, Any] = {
        "form": bulletin.form,
        "title": bulletin.subject,
        "text": bulletin.text,
        "files": files,
        "minutes": int(keeping.UNDO.total_seconds() // 60),
        "days": keeping.LASTS.days,
        "people": keeping.readers(asked.session, asked.now),
    }
    return asked.note("bulletin-shown", token=keeping.for_stewards(bulletin, asked.now), **facts)
