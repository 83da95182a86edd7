"""docker-compose.yml as Docker would read it: merged, with the variables filled in.

Only what this file of ours uses: ${NAME}, ${NAME:-default}, ${NAME:?error}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def services(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The services by name; KeyError where a variable that must be set is not."""

    def value(found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        if environment.get(name):
            return environment[name]
        if kind != "-":
            raise KeyError(name)
        return str(default)

    lines = [line for line in FILE.read_text().splitlines() if not line.lstrip().startswith("#")]
    read = YAML(typ="safe", pure=True).load(_VARIABLE.sub(value, "\n".join(lines)))
    return dict(read["services"])
