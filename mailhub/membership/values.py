"""What can be set on a community and on a member, and what a value must be."""

from __future__ import annotations

from mailhub.models.communities import DELIVERIES, JOININGS, POSTINGS, ROLES, VISIBILITIES

ON_OFF = ("on", "off")
CHOICES = {
    "visibility": VISIBILITIES,
    "joining": JOININGS,
    "strangers": ("hold", "accept", "refuse"),
    "forged": ("hold", "refuse"),
    "spam": ("hold", "accept"),
    "closed_threads": ("hold", "refuse"),
    "implicit": ("accept", "hold"),
    "administrative": ("hold", "accept"),
    "crossposts": ("accept", "hold"),
    "replies": ("community", "author"),
    "footer": ON_OFF,
    "blog": ON_OFF,
    "events": ON_OFF,
    "feeds": ON_OFF,
    "role": ROLES,
    "delivery": DELIVERIES,
    "posting": POSTINGS,
}
NUMBERS = {
    "subject_window": (0, 3650),
    "max_recipients": (1, 1000),
    "max_kilobytes": (0, 1_000_000),
    "first_posts": (0, 100),
    "posts_per_hour": (0, 1000),
    "approvals": (1, 2),
    "undo_window": (0, 3600),
    "retention": (0, 36_500),
}
TEXTS = {"name": 200, "description": 2000, "welcome": 10_000}
OF_SEVERAL_LINES = frozenset({"welcome"})


class Unusable(Exception):
    """A value that cannot be taken: `name` is the refusal's name, `value` what was given."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}: {value}")
        self.name = name
        self.value = value


def choice(key: str, value: str) -> str:
    """One of the words that `key` can have, in any case; Unusable otherwise."""
    word = value.strip().lower()
    if word not in CHOICES[key]:
        raise Unusable(f"unknown-{key}", value)
    return word


def number(key: str, value: str) -> int:
    """A number in its range; Unusable otherwise."""
    least, most = NUMBERS[key]
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Unusable(f"{key}-range", value[:50])
    if not least <= int(value) <= most:
        raise Unusable(f"{key}-range", value)
    return int(value)


def text(key: str, value: str) -> str:
    """A text of a length that can be kept, on one line unless it may have several."""
    words = value.strip() if key in OF_SEVERAL_LINES else " ".join(value.split())
    if (not words and key == "name") or len(words) > TEXTS[key]:
        raise Unusable(f"{key}-length", value[:50])
    return words
