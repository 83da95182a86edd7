"""What is installed: every package pinned, and a wheel that has all it needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def pins() -> dict[str, str]:
    """constraints.txt as {name: version}; every line is such a pair, and no address of any kind."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines if line[0] != "#"]
    assert all(found)
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def declared() -> list[Requirement]:
    """What pyproject.toml asks for, to build, to run and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    lines = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    return [Requirement(line) for line in [*lines, *(line for extra in extras for line in extra)]]


def test_what_is_asked_for_is_one_version_and_the_one_that_is_pinned() -> None:
    pinned = pins()
    for requirement in declared():
        assert str(requirement.specifier) == f"=={pinned[canonicalize_name(requirement.name)]}"


def test_whatever_comes_with_it_is_pinned_too() -> None:
    pinned, seen = pins(), set()
    waiting = [(r.name, extra) for r in declared() for extra in {"", *r.extras}]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        assert canonicalize_name(name) in pinned, f"{name}: run `make constraints`"
        for line in requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed.name, also) for also in {"", *needed.extras}]


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, pin in pins().items():
        try:
            assert version(name) == pin, name
        except PackageNotFoundError:
            continue  # another platform's


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_has_every_file_that_the_sources_have(unpacked: Path) -> None:
    def files(folder: Path) -> set[Path]:
        found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return {path for path in found if "__pycache__" not in path.parts}

    templates = files(ROOT / "templates")
    assert files(unpacked / "mailhub") == files(ROOT / "mailhub") | {
        Path("templates") / path for path in templates
    }
    assert files(unpacked / "web_archive") == files(ROOT / "web_archive")


def test_the_wheel_finds_its_own_templates(unpacked: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from mailhub import words; print(words.templates_folder())"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    assert ran.stdout.strip() == str(unpacked / "mailhub" / "templates"), ran.stderr
