"""The house stands: a room imports only from rooms below it, a library lives behind one door, and
nothing below `mailhub.app` reads the clock, the environment or chance by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the ground up; rooms of one line stand beside each other and import nothing of each other.
FLOORS = (
    "mailhub.children mailhub.letter mailhub.words mailhub.refusals mailhub.addresses mailhub.settings"
    " mailhub.differences",
    "mailhub.site",
    "mailhub.news",
    "mailhub.reading mailhub.mbox mailhub.dns",
    "mailhub.signatures mailhub.signing",
    "mailhub.proof",
    "mailhub.extraction mailhub.syndication",
    "mailhub.models",
    "mailhub.database mailhub.blobs mailhub.logbook mailhub.sight mailhub.postbox mailhub.prepared",
    "mailhub.spool mailhub.migrations",
    "mailhub.courier",
    "mailhub.compose",
    "mailhub.outbox",
    "mailhub.dispatch mailhub.notes",
    "mailhub.membership mailhub.forum mailhub.policy mailhub.search",
    "mailhub.returns mailhub.holds mailhub.visits",
    "mailhub.library",
    "mailhub.privacy mailhub.arranging",
    "mailhub.commands mailhub.archives",
    "mailhub.tool",
    "mailhub.blog mailhub.events mailhub.feeds",  # tools of a community
    "mailhub.process",
    "mailhub.beat",
    "web_archive digests",
    "mailhub.app",
    "mailhub.__main__",
)
# The tables of a tool belong to the one metadata, which migrations compare with.
ALLOWED = {
    ("mailhub.migrations", f"mailhub.{tool}") for tool in ("library", "blog", "events", "feeds")
}

BEHIND_ONE_DOOR = {
    "mailparser": "mailhub.reading",
    "flufl": "mailhub.reading",
    "chardet": "mailhub.reading",
    "lxml": "mailhub.reading",
    "icalendar": "mailhub.reading",
    "feedparser": "mailhub.syndication",
    "httpcore": "mailhub.feeds",
    "aiosmtpd": "mailhub.app",
    "dramatiq": "mailhub.app",
    "typer": "mailhub.app",
    "waitress": "mailhub.app",
    "alembic": "mailhub.migrations",
    "pypdf": "mailhub.extraction",
    "premailer": "digests",
    "nh3": "web_archive",
    "flask": "web_archive",
    "pydantic_settings": "mailhub.settings",
    "cryptography": "mailhub.signing",
    "dns": "mailhub.dns",
    "publicsuffixlist": "mailhub.proof",
    "spf": "mailhub.proof",
    "dkim": "mailhub.signatures",
}


def sources() -> Iterator[tuple[str, Path]]:
    """Every module of the product, by its dotted name."""
    for top in ("mailhub", "web_archive", "digests"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


@cache  # every library is looked for in every file
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, wherever in it, but for types alone."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
        elif isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module in ("mailhub", "web_archive", "digests"):
                found += (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                found.append(node.module)
    return tuple(found)


def room(module: str) -> str | None:
    """The room that a module belongs to; None outside of the house."""
    top, _, rest = module.partition(".")
    if top in ("web_archive", "digests"):
        return top
    first = rest.partition(".")[0]
    return f"mailhub.{first}" if top == "mailhub" and first else None


LEVELS = {name: level for level, floor in enumerate(FLOORS) for name in floor.split()}


def test_every_room_has_its_floor() -> None:
    rooms = {room(module) for module, _ in sources()} - {None}
    assert rooms <= set(LEVELS), sorted(str(r) for r in rooms - set(LEVELS))


def test_a_room_imports_only_from_floors_below() -> None:
    upward = [
        f"{module} imports {target}"
        for module, path in sources()
        for target in imports(path)
        if (here := room(module)) and (there := room(target)) and here != there
        if LEVELS[there] >= LEVELS[here] and (here, there) not in ALLOWED
    ]
    assert not upward, "\n".join(upward)


@pytest.mark.parametrize(("library", "door"), BEHIND_ONE_DOOR.items())
def test_a_library_lives_behind_one_door(library: str, door: str) -> None:
    users = {
        room(module)
        for module, path in sources()
        for target in imports(path)
        if target.partition(".")[0] == library
    }
    assert users <= {door}, users


# What puts things together, or hands the environment on to a child process.
AT_THE_TOP = {
    "mailhub.settings",
    "mailhub.extraction",
    "mailhub.syndication.parsing",
    "web_archive.app",
}
READS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("os", "getenv"), ("os", "environ"), ("random", "random"),
}  # fmt: skip


def test_time_chance_and_environment_are_handed_in() -> None:
    found = []
    for module, path in sources():
        if module.startswith("mailhub.app") or module in AT_THE_TOP:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr) in READS
            ):
                found.append(f"{module}:{node.lineno} {node.value.id}.{node.attr}")
    assert not found, "\n".join(found)
