"""Where real mail written by others lies: beside the project, never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("MAILHUB_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))


def corpora(name: str) -> Path:
    """The folder of one set, such as "mime/mime4j"; the test is left out where there is none.

    On CI nothing is left out: there a missing set is a failure.
    """
    folder = ROOT / name
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the corpus {name} is missing")
        pytest.skip(f"no corpus {name} beside the project")
    return folder
