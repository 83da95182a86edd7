"""The postbox: where no relay is set, the mailboxes of all people, to be read and answered in a browser.

For trying the hub out. Whoever reaches it is whoever they choose to be, so it is served with the relay `postbox:` alone.
What is sent from here is a real mail, by SMTP, to the hub's own front door.
"""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub import addresses
from mailhub.letter import Attachment, Letter
from mailhub.postbox import NoMailbox
from mailhub.reading import read
from mailhub.settings import host_and_port
from web_archive import answering, postbox_shown
from web_archive.answering import Draft, File, NotTaken
from web_archive.current import form_token, hub
from web_archive.downloads import SAFE_TYPES
from web_archive.headers import ALONE, POLICY
from web_archive.postbox_people import PEOPLE, Me, known_people, postbox, whoever
from web_archive.wording import moment

LETTERS = 100
WITH_FRAME = POLICY + "; frame-src 'self'"

views = Blueprint("postbox", __name__, url_prefix="/postbox")


@views.get("/")
def people() -> str:
    """Everyone whose mailbox can be opened: who has mail, and who is known to the hub."""
    known = known_people()
    boxes = {box.address: box for box in postbox().mailboxes()[:PEOPLE]}
    entries = [(a, known.get(a), boxes.get(a)) for a in {**known, **boxes}]
    entries.sort(key=lambda e: (e[2] is None, e[1].name if e[1] else e[0]))
    return render_template("postbox/people.html", entries=entries, quote=quote)


@views.get("/<anything:address>/")
def mailbox(address: str) -> str:
    """The letters of one person, newest first, by the time that is shown."""
    me = whoever(address)
    box = postbox()
    kept = box.letters(me.address)[:LETTERS]
    read_ones = ((one, read(box.letter(me.address, one.name))) for one in kept)
    letters = [(one, mail, min(mail.date or one.at, one.at)) for one, mail in read_ones]
    letters.sort(key=lambda shown: shown[2], reverse=True)
    return render_template(
        "postbox/mailbox.html",
        me=me,
        letters=letters,
        files=_files,
        sent="sent" in request.args,
    )


@views.get("/<anything:address>/letter/<name>")
def letter(address: str, name: str) -> Response:
    """One letter, with a form to answer it."""
    me = whoever(address)
    raw, mail = _letter(me, name)
    return _page(
        "postbox/letter.html",
        me=me,
        name=name,
        letter=mail,
        files=_files(mail),
        lines=(lines := postbox_shown.headers(raw)),
        leave=postbox_shown.unsubscribe_path(lines, hub().settings.site_url),
        text=postbox_shown.text(mail.text, me.write),
        to=answering.reply_to(mail),
        subject=answering.reply_subject(mail),
        body="\n\n\n" + answering.quoted(mail, _introduction(mail)),
        token=form_token(me.address),
    )


@views.get("/<anything:address>/letter/<name>/html")
def letter_html(address: str, name: str) -> Response:
    """The HTML of a letter, for the frame that it stands in."""
    me = whoever(address)
    _, mail = _letter(me, name)
    response = Response(postbox_shown.frame(mail, me.write), mimetype="text/html")
    response.headers["Content-Security-Policy"] = postbox_shown.FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@views.get("/<anything:address>/letter/<name>/file/<number:number>")
def letter_file(address: str, name: str, number: int) -> Response:
    """The file of this number in a letter, counted from 1, as a download."""
    _, mail = _letter(whoever(address), name)
    if number > len(mail.attachments):
        raise NotFound
    part = mail.attachments[number - 1]
    kind = part.media_type if part.media_type in SAFE_TYPES else "application/octet-stream"
    response = send_file(
        BytesIO(part.content), kind, as_attachment=True, download_name=part.filename or "file"
    )
    response.headers["Content-Security-Policy"] = ALONE
    return response


@views.get("/<anything:address>/write")
def write(address: str) -> Response:
    """A form for a new mail; `to`, `subject` and `body` may stand in the query."""
    me = whoever(address)
    given = request.args
    return _page(
        "postbox/write.html",
        me=me,
        to=given.get("to", me.lists[0][0] if me.lists else "")[:254],
        subject=given.get("subject", "")[:998],
        body=given.get("body", "")[:100_000],
        token=form_token(me.address),
    )


@views.post("/<anything:address>/send")
def send(address: str) -> BaseResponse:
    """Send what was written, as this person, to the hub's front door."""
    me = whoever(address)
    hub().forms.check(request, me.address)
    form = request.form
    answered = form.get("answers", "")
    files = [
        File(upload.filename, upload.mimetype, upload.read())
        for upload in request.files.getlist("file")
        if upload.filename
    ]
    draft = Draft(
        me.name,
        me.address,
        form.get("to", "").strip(),
        form.get("subject", ""),
        form.get("words", ""),
        _letter(me, answered)[1] if answered else None,
        files,
    )
    problem = "" if addresses.is_address(draft.to) else "address"
    if not problem:
        try:
            _send(draft)
        except NotTaken as refused:
            problem = str(refused)
    if not problem:
        return redirect(f"{me.base}/?sent=1", 303)
    response = _page(
        "postbox/write.html",
        me=me,
        to=draft.to,
        subject=draft.subject,
        body=draft.text,
        answers=answered,
        token=form_token(me.address),
        problem=problem,
    )
    response.status_code = 422
    return response


def _send(draft: Draft) -> None:
    try:
        door = host_and_port(hub().settings.smtp_listen)
    except ValueError:
        raise NotTaken("smtp_listen") from None
    message_id = f"{hub().unique()}@{draft.address.rpartition('@')[2]}"
    answering.send(answering.compose(draft, hub().now(), message_id), draft.address, draft.to, door)


def _letter(me: Me, name: str) -> tuple[bytes, Letter]:
    try:
        raw = postbox().letter(me.address, name)
    except NoMailbox:
        raise NotFound from None
    return raw, read(raw)


def _files(mail: Letter) -> list[tuple[int, Attachment]]:
    """The files of a letter with their numbers, but for the pictures that its HTML shows."""
    return [
        (number, part)
        for number, part in enumerate(mail.attachments, start=1)
        if not part.content_id or f"cid:{part.content_id}" not in mail.html
    ]


def _introduction(mail: Letter) -> str:
    """The line above quoted words, as mail programs write it."""
    who = mail.author.name or mail.author.address
    when = moment(mail.date) if mail.date else mail.claimed_date
    return render_template("postbox/introduction.txt", who=who, when=when)


def _page(template: str, **context: object) -> Response:
    response = Response(render_template(template, **context), mimetype="text/html")
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response
