"""What may stand in a path in place of a name; whatever looks otherwise is not found."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class Number(BaseConverter):
    """An id in a path, of a size that both databases take; other numbers are not found."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)


class Slug(BaseConverter):
    """What can be the slug of a community; whatever else is asked for is not found."""

    regex = "[a-z0-9-]{2,32}"


class Month(BaseConverter):
    """A month in a path, `2026-11`; whatever looks otherwise is not found."""

    regex = "[12][0-9]{3}-[01][0-9]"


class Anything(BaseConverter):
    """A Message-ID in a path: whatever is left of it, slashes and all, but what no database takes."""

    regex = "[^\\0]+"
    part_isolating = False


CONVERTERS: dict[str, type[BaseConverter]] = {
    "number": Number,
    "slug": Slug,
    "month": Month,
    "anything": Anything,
}
