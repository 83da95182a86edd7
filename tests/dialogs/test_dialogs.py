"""Every dialog in this folder, played against the door over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailhub.app.smtpd import Limits
from tests.dialogs.playing import play, read
from tests.front_door import front_door

DIALOGS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
def test_dialog(path: Path, tmp_path: Path) -> None:
    dialog = read(path)
    with front_door(tmp_path, Limits(**dialog.limits)) as door:
        play(dialog, door)
