"""Who has chosen German is written to in German, and says it in German."""

from __future__ import annotations

from email.message import EmailMessage

from mailhub import membership
from mailhub.app.hub import clock
from tests.conversations.people import Person, RunningHub

SETTINGS = "policy+settings@lists.example.org"


def words(mail: EmailMessage) -> str:
    return " ".join(str(mail.get_content()).split())


def test_receipts_questions_and_help(hub: RunningHub, policy: str, jane: Person) -> None:
    jane.writes(SETTINGS, "", "Hello,\nOwn posts on please\nlanguage: German\nThanks, Jane")
    jane.replies(jane.receives("shall we do this?"), "ja")
    told = words(jane.receives("erledigt"))
    assert "Sie bekommen eine Kopie von dem, was Sie an Policy and Performance schreiben." in told
    assert "Wir schreiben Ihnen auf Deutsch" in told

    jane.writes(SETTINGS, "", "wöchentlich bitte")
    question = jane.receives("sollen wir das tun?")
    assert "- Ihnen die Mail von Policy and Performance einmal in der Woche senden" in words(
        question
    )
    jane.replies(question, "Ja, bitte")
    receipt = jane.receives("erledigt")
    assert "Mail: wöchentlich am Montag um 7 Uhr" in words(receipt)
    jane.replies(receipt, "rückgängig")
    assert "die Mail von Policy and Performance kommt wie zuvor" in words(jane.receives("erledigt"))

    jane.writes(SETTINGS, "", "Hilfe")
    guide = words(jane.receives("was per Mail geht"))
    assert "abmelden (beendet Ihre Mitgliedschaft)" in guide
    assert "Rolle: Mitglied (contributor)" in guide
    jane.writes(SETTINGS, "", "wöchentlich ist mir zu selten")
    assert "wöchentlich" in words(jane.receives("was meinten Sie?"))


def test_a_mail_that_waits(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, jane.address)
        membership.alter(session, member, "posting", {"posting": "moderated"}, clock())
        reader = membership.who_has(session, jane.address)
        membership.digesting.set_digests(session, reader, {"language": "de"}, clock())
    jane.writes(policy, "Indicator 6", "How do you count it?")
    waits = jane.receives("wartet")
    assert "„Indicator 6“" in words(waits)
    assert "was von dieser Adresse kommt, wird vorher gelesen" in words(waits)
    tom.receives_nothing()
