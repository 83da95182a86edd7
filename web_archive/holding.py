"""The page of held mail that a notice links to: what waits, and each mail with a form to decide.

A GET never decides, and neither does a POST by itself: whom the notice was sent to is asked by mail
(`mailhub.commands.by_page`). A held mail is a stranger's: only its words are shown, its files and pictures
by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mailhub import membership, notes
from mailhub.addresses import Purpose, Token, fold
from mailhub.commands import by_page
from mailhub.compose import private
from mailhub.compose.own import Templates
from mailhub.letter import Letter
from mailhub.models import Community, Hold, Notice, RawMail
from mailhub.notes import Desk
from mailhub.reading import read
from mailhub.words import table, templates_folder
from web_archive.current import form_token, hub
from web_archive.forms import paragraphs
from web_archive.post_text import MAX_TEXT, render

views = Blueprint("holding", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A held mail as its page shows it."""

    number: int
    held: Hold
    community: str
    reason: str
    words: Markup
    is_cut: bool


@views.get("/hold/<token>")
def several(token: str) -> str | Response:
    """What a notice is about; of a single mail the mail itself."""
    with hub().database.reading() as session:
        found = _found(session, token)
        if found is None:
            return _over()
        _, holds = found
        if len(holds) == 1:
            ((number, held),) = holds.items()
            return _page(session, token, number, held, several=False)
        names = {held.community_id for held in holds.values()}
        places = {id_: session.get_one(Community, id_).name for id_ in names}
        return render_template("holds.html", token=token, holds=holds, places=places)


@views.get("/hold/<token>/<number:number>")
def one(token: str, number: int) -> str | Response:
    """One held mail, with a form to decide while it waits, else who decided and when."""
    with hub().database.reading() as session:
        found = _found(session, token)
        if found is None:
            return _over()
        return _page(session, token, number, _numbered(found, number), several=len(found[1]) > 1)


@views.post("/hold/<token>/<number:number>")
def ask(token: str, number: int) -> str | Response:
    """Ask by mail whether this is what the reader of the notice wants."""
    hub().forms.check(request, f"hold {token} {number}")
    verb = request.form.get("verb", "")
    field = {"reject": "reason", "edit": "subject", "forward": "to"}.get(verb, "")
    argument = paragraphs(request, field, by_page.MAX_ARGUMENT)
    now = hub().now()
    with hub().database.writing() as session:
        found = _found(session, token)
        if found is None:
            return _over()
        held, several = _numbered(found, number), len(found[1]) > 1
        problem = by_page.problem(verb, argument)
        if problem or held.state != "waiting":
            page = _page(session, token, number, held, several=several, problem=problem)
            return Response(page, 400 if problem else 200)
        told = by_page.ask(session, found[0], number, held, verb, argument, now)
        desk = Desk(hub().site, Templates(templates_folder()))
        sent = notes.send(session, desk, told, now)
        return render_template(
            "hold_asked.html", token=token, several=several, held=held, asked=bool(sent)
        )


def _found(session: Session, text: str) -> tuple[Notice, dict[int, Hold]] | None:
    """The notice of a link; NotFound for what we did not sign."""
    token: Token | None = hub().site.tokens.read(Purpose.HOLD, text)
    if token is None:
        raise NotFound
    named = tuple(fold(one) for one in hub().settings.stewards.split(",") if one.strip())
    stewards = membership.stewards(session, named)
    return by_page.notice_of(session, token, stewards, hub().now())


def _numbered(found: tuple[Notice, dict[int, Hold]], number: int) -> Hold:
    if number not in found[1]:
        raise NotFound
    return found[1][number]


def _over() -> Response:
    return Response(render_template("hold_over.html"), 410)


def _page(
    session: Session, token: str, number: int, held: Hold, *, several: bool, problem: str = ""
) -> str:
    raw = session.scalar(select(RawMail.raw).where(RawMail.inbound_id == held.inbound_id))
    letter: Letter | None = private.letter(read(raw), hub().site) if raw is not None else None
    text = letter.text if letter is not None else held.words
    new_text = letter.new_text if letter is not None else held.words
    shown = Shown(
        number,
        held,
        session.get_one(Community, held.community_id).name,
        table("reasons").get(held.reason, held.reason),
        Markup(render(text[:MAX_TEXT], new_text, hub().words["earlier"])),
        len(text) > MAX_TEXT,
    )
    return render_template(
        "hold.html",
        token=token,
        several=several,
        mail=shown,
        problem=problem,
        form=form_token(f"hold {token} {number}"),
    )
