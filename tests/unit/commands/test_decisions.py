"""Answers of facilitators, as their programs send them: each decides rightly or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailhub.commands.grammar import Place, decided, understand
from mailhub.commands.several import Several
from mailhub.reading import read
from tests.unit.commands.clients import CLIENTS, DATE, Client
from tests.unit.commands.tables import shown

# A notice: it is full of words that decide.
NOTICE = """\
Reply:  ok  |  reject, and why  |  spam
Or:     trust  |  hold  |  subject: a better one  |  forward to jane@council.example  |  ban

From:     Sue Hill <sue@elsewhere.example> (not proven)
Subject:  Indicator 6
Why:      its author is not a member

| approve
| Yes, we do that too. Reject nothing!

The first of you to answer decides, and the others are told. It waits until
somebody does."""
HEAD = (
    f"From: Jane Doe <jane.doe@leeds.example>\r\nSubject: Re: Held: Indicator 6\r\nDate: {DATE}\r\n"
    "In-Reply-To: <h-abc.1@lists.example.org>\r\n"
)


def below(words: str) -> bytes:
    """The notice, quoted, with the answer below it."""
    quoted = "\n".join(f"> {line}".rstrip() for line in NOTICE.splitlines())
    return f"{HEAD}\r\nOn 20/11/2026 09:12, Policy wrote:\n{quoted}\n\n{words}\n".encode()


def above(words: str) -> bytes:
    """Outlook: the notice below a head, not marked at all."""
    head = "From: Policy <policy+notices@lists.example.org>\nSent: 20 November 2026 09:12\nTo: Jane Doe"
    return f"{HEAD}\r\n{words}\n\n{head}\nSubject: Held: Indicator 6\n\n{NOTICE}\n".encode()


def rows(name: str = "decisions.tsv") -> list[tuple[str, str]]:
    table = Path(__file__).with_name(name).read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [(said.replace("\\n", "\n"), wanted) for said, wanted in (x.split("\t") for x in lines)]


def test_the_table_is_long_enough() -> None:
    assert len(rows()) >= 120


@pytest.mark.parametrize("client", [*CLIENTS, below, above], ids=lambda one: one.__name__)
def test_each_answer_decides_rightly_or_not_at_all(client: Client) -> None:
    wrong = [one for row in rows() if (one := not_as_wanted(*row, client))]
    assert not wrong, "\n".join(wrong)


def test_hundreds_more_nearly_all_decide_and_none_wrongly() -> None:
    programs = [*CLIENTS, below, above]
    more = rows("decisions_more.tsv")
    missed = [
        one
        for number, row in enumerate(more)
        if (one := not_as_wanted(*row, programs[number % len(programs)]))
    ]
    assert all(": -, not " in one for one in missed), "\n".join(missed)
    assert len(missed) < len(more) / 50, "\n".join(missed)


def test_answers_about_several_decide_each_rightly_or_not_at_all() -> None:
    programs = [*CLIENTS, below, above]
    wrong = []
    for number, (said, wanted) in enumerate(rows("several.tsv")):
        found = decided(read(programs[number % len(programs)](said)))
        if (what := of_five(found)) != wanted:
            wrong.append(f"{said!r}: {what}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def of_five(found: Several | None) -> str:
    """What is decided on mails 1 to 5, as the table writes it."""
    if found is None:
        return "-"
    said = found.of(range(1, 6))
    each = tuple(replace(command, item=number) for number, command in sorted(said.items()))
    return shown(each) + (" ?" if found.unclear else "")


def not_as_wanted(said: str, wanted: str, client: Client) -> str:
    """What was understood instead; "" where it was understood."""
    found = shown(understand(read(client(said)), Place.DECISION))
    allowed = {wanted.lstrip("?"), "-"} if wanted.startswith("?") else {wanted}
    return "" if found.replace("’", "'") in allowed else f"{said!r}: {found}, not {wanted}"


AWAY = (
    ("Automatic reply: Held: Indicator 6", "Yes. I am out of the office until Monday."),
    ("Automatische Antwort: Held: Indicator 6", "Ja, ich bin bis Montag nicht im Büro."),
    ("Réponse automatique : Held: Indicator 6", "Je suis absente jusqu'au 3 décembre. Merci."),
    ("Respuesta automática: Held: Indicator 6", "Estoy fuera de la oficina hasta el lunes."),
    ("Risposta automatica: Held: Indicator 6", "Sono fuori ufficio fino a lunedì."),
    ("Automatisch antwoord: Held: Indicator 6", "Ik ben afwezig tot maandag."),
    ("Autosvar: Held: Indicator 6", "Jag är inte på kontoret förrän måndag."),
    ("Odpowiedź automatyczna: Held: Indicator 6", "Jestem poza biurem do poniedziałku."),
    ("Ateb Awtomatig: Held: Indicator 6", "Rwyf allan o'r swyddfa tan ddydd Llun."),
)


@pytest.mark.parametrize(("subject", "text"), AWAY)
def test_an_absence_decides_nothing(subject: str, text: str) -> None:
    raw = HEAD.replace("Re: Held: Indicator 6", subject)
    assert understand(read(f"{raw}\r\n{text}\r\n".encode()), Place.DECISION) == ()


MACHINES = (
    "Auto-Submitted: auto-replied\r\n\r\nok\r\n",
    "X-Autoreply: yes\r\n\r\nok\r\n",
    "Precedence: auto_reply\r\n\r\nok\r\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
    "ok\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\n"
    "ok\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
    "Disposition: manual-action; displayed\r\n\r\n--b--\r\n",
    "\r\n",
    "\r\n \r\n\r\n",
    "\r\n> ok\r\n> approve\r\n",
    "\r\n-- \r\nok\r\n",
    f"\r\nFrom: Policy\nSent: today\nTo: Jane\nSubject: Held\n\n{NOTICE}\n",
)


@pytest.mark.parametrize("rest", MACHINES)
def test_what_says_nothing_decides_nothing(rest: str) -> None:
    assert understand(read((HEAD + rest).encode()), Place.DECISION) == ()
