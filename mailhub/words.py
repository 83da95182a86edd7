"""Words and templates for people, found where the package is installed or beside the sources."""

from __future__ import annotations

from pathlib import Path


def templates_folder() -> Path:
    """The folder of all templates: inside an installed package, else at the project's top."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"
