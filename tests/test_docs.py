"""The pages say what the code is: each table is held against what it tells of, both ways."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer
import typer.testing
from prometheus_client import CollectorRegistry

from mailhub import addresses, membership, policy, refusals, words
from mailhub.app.cli import app
from mailhub.app.figures import Figures
from mailhub.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The text of the operators' guide below one of its headings."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
    assert found, heading
    return found[1]


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables in a section, without their heads."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    heads = {i for i, row in enumerate(cells) if set(row[0]) <= set("-|")}
    return [row for i, row in enumerate(cells) if i not in heads and i + 1 not in heads]


def named(heading: str) -> set[str]:
    """What the first cells of a section's tables name."""
    return {name for row in rows(heading) for name in re.findall(r"`([^`]+)`", row[0])}


def test_every_setting_has_its_line() -> None:
    assert named("Settings") == {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_setting_has_its_default() -> None:
    said = {row[0].strip("`"): row[1] for row in rows("Settings")}
    for name, field in Settings.model_fields.items():
        default, line = field.default, said[PREFIX + name.upper()]
        if isinstance(default, str | int | Path) and str(default):
            assert line in (f"`{default}`", f"`./{default}`"), name
        else:
            assert not line.startswith("`"), name


def commands(group: typer.Typer, before: str = "mailhub") -> Iterator[str]:
    """Every command that `--help` shows, in full."""
    for command in group.registered_commands:
        assert command.callback
        yield f"{before} {command.name or command.callback.__name__}"
    for inner in group.registered_groups:
        assert inner.typer_instance
        yield from commands(inner.typer_instance, f"{before} {inner.name}")


def commands_of(row: list[str]) -> list[str]:
    """The commands that a line tells of: one, or those of a group."""
    first, *inner = re.findall(r"`([^`]+)`", row[0])
    return [f"{first} {name}" for name in inner] or [first]


def test_every_command_has_its_place() -> None:
    said = [name for row in rows("Commands") for name in commands_of(row)]
    assert sorted(said) == sorted(commands(app))


def test_every_option_of_a_command_is_one_that_it_has() -> None:
    for row in rows("Commands"):
        helps = ""
        for name in commands_of(row):
            ran = typer.testing.CliRunner().invoke(app, [*name.split()[1:], "--help"])
            assert ran.exit_code == 0
            helps += ran.output
        for option in re.findall(r"--[a-z-]+", row[1]):
            assert option in helps, f"{row[0]} {option}"


def test_every_setting_of_a_community_has_its_line() -> None:
    assert {row[0].strip("`") for row in rows("Communities and members")} == set(
        membership.setting_names()
    )


def test_the_words_that_a_setting_of_a_community_takes_are_told() -> None:
    for row in rows("Communities and members"):
        key = row[0].strip("`")
        if key in membership.CHOICES:
            assert re.findall(r"`([^`]+)`", row[1]) == list(membership.CHOICES[key])


def test_every_refusal_of_the_door_has_its_line_and_its_code() -> None:
    codes = {
        r.name: r.reply[:3] for r in vars(refusals).values() if isinstance(r, refusals.Refusal)
    }
    assert named("Refusals") == set(codes)
    for row in rows("Refusals"):
        names = re.findall(r"`([^`]+)`", row[0])
        said = row[1].split(", ")
        assert [codes[name] for name in names] == (said if len(said) > 1 else said * len(names))


def test_every_reason_to_hold_has_its_line_in_the_order_of_the_rules() -> None:
    said = [(row[0].strip("`"), row[1].strip("`–")) for row in rows("Held mail")]
    assert said == [(rule.reason, rule.setting) for rule in policy.RULES]


def test_every_reason_to_hold_has_its_words() -> None:
    assert list(words.table("reasons")) == [rule.reason for rule in policy.RULES]


def test_every_event_of_the_logs_has_its_line() -> None:
    events = set()
    rooms = ("mailhub", "web_archive", "digests")
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "structlog.get_logger" in source or "import Connection, Over, log" in source:
            events |= {
                call.args[0].value
                for call in ast.walk(ast.parse(source))
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and getattr(call.func.value, "id", "") == "log"
                and isinstance(call.args[0], ast.Constant)
            }
    assert named("Logs") == events


def test_every_figure_has_its_line() -> None:
    registry = CollectorRegistry()
    Figures(registry)
    ours = {metric.name for metric in registry.collect()} | {
        "mailhub_waiting",
        "mailhub_returned",
        "mailhub_addresses_paused",
        "mailhub_questions_asked",
        "mailhub_bulletins",
    }
    said = {re.sub(r"(_total)?(\{.*)?$", "", name) for name in named("Metrics")}
    assert said == ours


def test_every_address_of_a_community_is_told_to_members() -> None:
    told = (ROOT / "docs" / "members.md").read_text(encoding="utf-8")
    for verb in set(addresses.VERBS) - {"notices"}:
        assert f"`policy+{verb}@" in told


def test_what_make_can_do_is_what_its_head_says() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    said = re.search(r"^# All targets: (.*)\.$", makefile, re.M)
    assert said
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    assert set(said[1].split(", ")) == targets


def test_the_settings_of_the_guide_are_taken(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.S)
    Settings(**tomllib.loads(example))


def test_every_link_leads_somewhere_and_the_pages_are_written(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "docs" / "build.py", tmp_path], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert 'href="docs/operators.html#postfix-in-front"' in (tmp_path / "README.html").read_text()
    assert 'id="postfix-in-front"' in (tmp_path / "docs" / "operators.html").read_text()


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 200_000, picture.name
