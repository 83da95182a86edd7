"""Where the programs of the real servers are, and what happens to a test that has none.

On a developer's machine such a test is left out with the reason; on CI (CI=true) nothing is left
out: there it fails.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps these out of an ordinary user's PATH.
ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postfix/sbin")


def program(name: str, package: str) -> Path:
    """The path of `name`, from the distribution's `package`; without it the test is left out."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(ELSEWHERE))
    if found is None:
        leave_out(f"{name} is not installed: the package {package} has it")
    return Path(found)


def leave_out(reason: str) -> NoReturn:
    """Skips the running test, or fails it on CI."""
    if os.environ.get("CI"):
        pytest.fail(f"nothing is left out on CI, but {reason}", pytrace=False)
    pytest.skip(reason)
