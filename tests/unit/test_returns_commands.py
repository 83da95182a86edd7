"""What came back, on the command line: listed, shown, cleared, traced."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer.testing

from mailhub import membership, migrations
from mailhub.app.cli import app
from mailhub.app.hub import Hub, clock, put_together
from mailhub.models import Address, Delivery, Outgoing, Return
from mailhub.settings import Settings

RUNNER = typer.testing.CliRunner()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub whose settings every command finds, with two communities and one member of each."""
    monkeypatch.setenv("MAILHUB_DATA_DIR", str(tmp_path))
    hub = put_together(Settings(data_dir=tmp_path))
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        for slug, name in (("policy", "Tom Price"), ("housing", "Jane Doe")):
            community = membership.found(session, slug, slug.title(), clock())
            address = f"{name.split()[0].lower()}@leeds.example"
            membership.add(session, community, address, clock(), name=name)
    return hub


def bounced(hub: Hub, address: str, days: int, message_id: str = "1@leeds.example") -> None:
    """A hard return on each of so many days."""
    with hub.database.writing() as session:
        outgoing = Outgoing(message_id=message_id, created_at=clock())
        session.add(outgoing)
        session.flush()
        for day in range(days):
            copy = Delivery(
                outgoing_id=outgoing.id,
                address=address,
                mail_key=bytes([day]),
                due_at=clock(),
                state="sent",
            )
            session.add(copy)
            session.flush()
            session.add(
                Return(
                    at=clock() - timedelta(days=day),
                    delivery_id=copy.id,
                    address=address,
                    domain="leeds.example",
                    action="failed",
                    kind="hard",
                    status="5.1.1",
                    cause="user_unknown",
                    reason="550 5.1.1 User unknown",
                    weight=1.0,
                )
            )


def said(*words: str) -> Any:
    ran = RUNNER.invoke(app, [*words, "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def test_the_worst_come_first_and_a_community_has_its_own(hub: Hub) -> None:
    bounced(hub, "tom@leeds.example", 1)
    bounced(hub, "jane@leeds.example", 2)
    assert [line["address"] for line in said("returns", "list")] == [
        "jane@leeds.example",
        "tom@leeds.example",
    ]
    (line,) = said("returns", "list", "policy")
    assert (line["address"], line["score"], line["reason"]) == (
        "tom@leeds.example",
        1.0,
        "550 5.1.1 User unknown",
    )


def test_an_address_is_shown_and_cleared(hub: Hub) -> None:
    bounced(hub, "tom@leeds.example", 2)
    with hub.database.writing() as session:
        tom = membership.person_of(session, "tom@leeds.example")
        assert tom
        tom.addresses[0].paused_at = clock()
    shown = said("returns", "show", "Tom@Leeds.example")
    assert [(one["status"], one["weight"]) for one in shown] == [("5.1.1", 1.0)] * 2
    person = said("member", "show", "tom@leeds.example")
    assert person["returned"]["tom@leeds.example"]["score"] > 1.9
    assert person["returned"]["tom@leeds.example"]["paused"]

    assert RUNNER.invoke(app, ["returns", "clear", "tom@leeds.example"]).exit_code == 0
    assert said("returns", "list") == []
    assert {one["excuse"] for one in said("returns", "show", "tom@leeds.example")} == {"revived"}
    with hub.database.reading() as session:
        assert session.query(Address).filter(Address.paused_at.is_not(None)).count() == 0


def test_nobodys_address_is_an_error(hub: Hub) -> None:
    for words in (("returns", "clear"), ("member", "show")):
        ran = RUNNER.invoke(app, [*words, "nobody@leeds.example"])
        assert isinstance(ran.exception, membership.Unusable)


def test_a_trace_tells_by_whom_a_mail_was_returned(hub: Hub) -> None:
    bounced(hub, "tom@leeds.example", 1)
    lines = said("trace", "<1@leeds.example>")
    (returned,) = (line for line in lines if line["what"] == "returned")
    assert returned["detail"] == ("tom@leeds.example: failed hard 5.1.1: 550 5.1.1 User unknown")
