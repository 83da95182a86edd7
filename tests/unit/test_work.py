"""What a group of mails locks, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from mailhub import membership, migrations, reading, search
from mailhub.app.hub import put_together
from mailhub.models import Inbound
from mailhub.process.work import Work
from mailhub.settings import Settings

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_papers_are_indexed_while_a_mail_is_filed(postgres_url: str, tmp_path: Path) -> None:
    # The two would wait for each other else: the one has the community and wants the paper, the
    # other has the paper and wants the community, as the foreign key of its entry.
    hub = put_together(Settings(data_dir=tmp_path, database_url=postgres_url))
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        policy = membership.found(session, "policy", "Policy", NOW).id
    mail = Inbound(received_at=NOW, recipients=["policy@lists.localhost"], size=0, due_at=NOW)
    with hub.database.writing() as filing:
        Work(hub.tools, filing, NOW).look_up([(mail, reading.read(b"From: a@x.example\r\n\r\n"))])
        with hub.database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            search.put(session, "document", 1, policy, "Strategy", "words", NOW)
            session.flush()
