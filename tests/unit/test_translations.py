"""What is said in another language tells of the same things as in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import meta

from mailhub import words
from mailhub.compose.own import Templates

FOLDER = words.templates_folder()
MAIL = FOLDER / "mail"
TRANSLATED = sorted(
    path.relative_to(MAIL) for path in MAIL.rglob("*.??.txt") if path.stem[-2:] in ("cy", "de")
)
TEMPLATES = Templates(FOLDER)


def facts(name: str) -> set[str]:
    """What a template is told of, in itself and in the templates that it includes."""
    environment = TEMPLATES.environment
    assert environment.loader
    source, _, _ = environment.loader.get_source(environment, name)
    read = environment.parse(source)
    found = set(meta.find_undeclared_variables(read))
    for inner in meta.find_referenced_templates(read):
        assert inner
        found |= facts(inner)
    return found


@pytest.mark.parametrize("path", TRANSLATED, ids=str)
def test_a_translation_knows_the_facts_that_the_english_words_know(path: Path) -> None:
    english = path.with_name(path.name[: -len(".cy.txt")] + ".txt")
    assert facts(str(path)) == facts(str(english))


def test_every_reason_to_hold_has_its_german_words() -> None:
    assert list(words.table("reasons", "de")) == list(words.table("reasons"))
