"""What an absence notice says: that somebody is away, and until when, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailhub.letter import Kind
from mailhub.reading import read
from mailhub.reading.absences import absence

THEN = datetime(2026, 10, 29, 12, tzinfo=UTC)
NINTH = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am out of the office until Monday 9 November.", NINTH),
        ("I am out of the office until Monday, November 9th, 2026.", NINTH),
        ("I'm on annual leave from 2nd November to 9th November inclusive.", NINTH),
        ("I am away, returning on 09/11/2026.", NINTH),
        ("I am on leave and will be back in the office on the 9th of November", NINTH),
        ("On vacation through 11/13/2026", date(2026, 11, 13)),
        ("I am away until 2026-11-09.", NINTH),
        ("I am on maternity leave until May 2027", None),
        ("I am on leave until 4 Jan", date(2027, 1, 4)),
        ("I am out of the office. Ring 01904 551550.", None),
        ("I was away until 9 October.", None),
        ("Ich bin bis zum 9. November nicht im Haus.", NINTH),
        ("Ich bin bis 09.11. im Urlaub.", NINTH),
        ("Ich werde ab  29.10.2026 nicht im Büro sein. Ich kehre zurück am 09.11.2026.", NINTH),
        ("Je suis absent jusqu'au 9 novembre.", NINTH),
        ("Je serai absent du bureau du 2 au 9 novembre 2026.", NINTH),
        ("Ik ben afwezig tot en met 9 november.", NINTH),
        ("Ik ben met vakantie t/m 9-11-2026.", NINTH),
        ("Estoy fuera de la oficina hasta el lunes 9 de noviembre.", NINTH),
        ("Sono assente fino al 9 novembre.", NINTH),
        ("Estou ausente até 9 de novembro de 2026.", NINTH),
        ("Jag är på semester till och med den 9 november.", NINTH),
        ("Jeg er på ferie til og med 9. november.", NINTH),
        ("Olen lomalla 9.11. asti.", NINTH),
        ("Jestem na urlopie do 9 listopada.", NINTH),
        ("Jsem na dovolené do 9. listopadu.", NINTH),
        ("Szabadságon vagyok.", None),
        ("Sunt în concediu până la 9 noiembrie.", NINTH),
        ("Απουσιάζω μέχρι τις 9 Νοεμβρίου.", NINTH),
        ("Я в отпуске до 9 ноября.", NINTH),
        ("Я у відпустці до 9 листопада.", NINTH),
        ("11月9日まで休暇をいただいております。", NINTH),
        ("我正在休假,11月9日为止。", NINTH),
        ("11월 9일까지 휴가입니다.", NINTH),
        ("Rwyf allan o'r swyddfa tan 9 Tachwedd.", NINTH),
    ],
)
def test_until_when(text: str, until: date | None) -> None:
    found = absence("Automatic reply: Indicator 6", text, THEN)
    assert found is not None
    assert found.until == until


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your message. Your reference is 12345. We answer within 5 days.",
        "Your message is being held because your address has not been verified.",
        "I no longer work for Leeds City Council. Please write to bob@leeds.example.",
    ],
)
def test_other_answers_of_programs_say_nothing_of_anybody_being_away(text: str) -> None:
    assert absence("Automatic reply: Indicator 6", text, THEN) is None


def test_it_is_read_in_automatic_answers_alone() -> None:
    mail = "From: jane@leeds.example\nDate: Thu, 29 Oct 2026 12:00:00 +0000\nSubject: {}\n\n{}\n"
    words = "I am out of the office until 9 November."
    answer = read(mail.format("Automatic reply: Indicator 6", words).encode())
    assert (answer.kind, answer.absence and answer.absence.until) == (Kind.AUTO_REPLY, NINTH)
    assert read(mail.format("Indicator 6", words).encode()).absence is None
