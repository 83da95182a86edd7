"""The command line: what it prints, what it refuses in one line, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

import mailhub
from tests.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "var")


def test_a_community_and_its_members(shell: Shell) -> None:
    made = shell.told("community", "create", "policy", "--name", "Policy", "--closed")
    assert (made["visibility"], made["joining"]) == ("closed", "approval")
    assert made["footer"] == "on"
    changed = shell.told("community", "set", "policy", "footer=off", "subject_window=0")
    assert (changed["footer"], changed["subject_window"]) == ("off", 0)
    rows = "address,name,organisation,role,delivery\nJane@Leeds.example,Jane,Leeds,facilitator,\n"
    rows += "tom@cardiff.example,Tom,Cardiff,,weekly\n"
    assert shell.told("member", "import", "policy", "-", text=rows) == {"added": 2, "present": 0}
    again = "\ufeff" + rows.replace(",", ";")  # as Excel writes it, in Germany
    assert shell.told("member", "import", "policy", "-", text=again) == {"added": 0, "present": 2}
    assert (
        shell.run("member", "set", "policy", "TOM@cardiff.example", "delivery=each").returncode == 0
    )
    members = shell.told("member", "list", "policy")
    assert [(m["address"], m["role"], m["delivery"]) for m in members] == [
        ("jane@leeds.example", "facilitator", "each"),
        ("tom@cardiff.example", "contributor", "each"),
    ]
    assert shell.run("member", "remove", "policy", "tom@cardiff.example").returncode == 0
    (one,) = shell.told("community", "list")
    assert (one["slug"], one["members"], one["posts"]) == ("policy", 1, 0)
    assert shell.run("community", "list").stdout == "policy\tPolicy\t\tclosed\tapproval\t1\t0\n"


def test_what_is_wrong_is_one_line_and_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    shell.told("community", "create", "policy", "--name", "Policy")
    for words, said in (
        (("community", "create", "policy", "--name", "x"), "already"),
        (("community", "create", "policy-docs", "--name", "x"), "would be an address"),
        (("community", "create", "Bad Slug", "--name", "x"), "2 to 32"),
        (("community", "create", "ok", "--name", " "), "1 to 200"),
        (("community", "create", "ok", "--name", "x", "--parent", "none"), "no such community"),
        (("community", "set", "policy", "footer=off", "nonsense=1"), "no such setting"),
        (("member", "add", "policy", "not an address"), "not a mail address"),
        (("member", "set", "policy", "jane@x.example", "role=reader"), "not a member"),
        (("member", "import", "policy", "/nonexistent.csv"), "No such file"),
        (("queue", "show", "d1"), "nothing of this id"),
        (("trace", "none@x.example"), "no mail of this Message-ID"),
        (("hold", "approve", "1"), "waits for a decision"),
        (("export", "mbox", "policy", "--output", "/nonexistent/p.mbox"), "/nonexistent: No such"),
        (("backup", "/nonexistent/b.tar"), "/nonexistent: No such"),
    ):
        assert said in shell.refused(*words)
    assert shell.told("community", "show", "policy")["footer"] == "on"
    rows = "address\ntom@x.example\nnonsense\n"
    assert "line 3" in shell.refused("member", "import", "policy", "-", text=rows)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("address,name\ntom@x.example,Jürgen\n".encode("latin-1"))
    assert "save it as 'CSV UTF-8'" in shell.refused("member", "import", "policy", str(latin))
    rows = f"address,name\ntom@x.example,{'n' * 200_000}\n"
    assert "field larger" in shell.refused("member", "import", "policy", "-", text=rows)
    assert shell.told("member", "list", "policy") == [], "all or none"


def test_wrong_usage_is_2(shell: Shell) -> None:
    for words in (
        ("nonsense",),
        ("community", "create"),
        ("serve", "--only", "nonsense"),
        ("trace", ""),
        ("trail", "--limit", "-3"),
    ):
        assert shell.run(*words).returncode == 2
    assert shell.run("--version").stdout == f"mailhub {mailhub.__version__}\n"


def test_the_queue_of_an_idle_hub_is_empty(shell: Shell) -> None:
    status = shell.told("queue", "status")
    assert set(status.values()) == {0}
    assert {
        "inbound_waiting",
        "deliveries_waiting",
        "deliveries_deferred",
        "held",
        "failed",
    } <= set(status)
    assert shell.run("queue", "wait", "--timeout", "1").returncode == 0
    assert shell.told("queue", "list") == []
