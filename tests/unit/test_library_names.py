"""Which file names mean the same paper."""

from __future__ import annotations

import time

import pytest

from mailhub.library import names

SAME = [
    ("Housing strategy.docx", "housing_strategy.DOCX"),
    ("Housing strategy.docx", "Housing  strategy (1).docx"),
    ("Housing strategy.docx", "Housing strategy[2].docx"),
    ("Housing strategy.docx", "Copy of Housing Strategy.docx"),
    ("Housing strategy.docx", "Housing strategy - Copy (3).docx"),
    ("Housing strategy.docx", "housing-strategy copy.docx"),
    ("Housing strategy.docx", "Housing%20strategy.docx"),
    ("Café plan.pdf", "Cafe\u0301 plan.pdf"),
    ("STRASSE.pdf", "straße.pdf"),
]
OTHERS = [
    ("Housing strategy.docx", "Housing strategy.pdf"),
    ("Housing strategy.docx", "Housing strategy 2026.docx"),
    ("Minutes 3.docx", "Minutes 4.docx"),
    ("Budget (2025).xlsx", "Budget (2026).xlsx"),
    ("Appendix A.pdf", "Appendix B.pdf"),
    ("(1).pdf", "(2).pdf"),
    ("v1.pdf", "v2.pdf"),
    ("Report v1.docx", "Report v2.docx"),
    ("Report.docx", "Report final.docx"),
]
NEAR = [
    ("Report.docx", "Report final.docx"),
    ("Report.docx", "Report v2.docx"),
    ("Report_v1.2.docx", "Report - V3 FINAL.docx"),
    ("Draft report.docx", "Final Report (draft).docx"),
    ("Report.doc", "Copy of report version 2 (1).odt"),
    ("Report tracked changes.docx", "Report clean.docx"),
    ("Report rev 3.pdf", "Report.pdf"),
]
FAR = [
    ("Report 2025.docx", "Report 2026.docx"),
    ("Report 2026-11-03.docx", "Report 2026-12-01.docx"),
    ("Report Leeds.docx", "Report York.docx"),
    ("Report v2.docx", "Report v2.pdf"),
    ("Draft.docx", "Final.docx"),
    ("v1.docx", "final.docx"),
    ("Renewal.docx", "Renewal terms.docx"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_mean_one_document(one: str, other: str) -> None:
    assert names.key(one) == names.key(other) != ""


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_that_mean_different_documents(one: str, other: str) -> None:
    assert names.key(one) != names.key(other)


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_names_that_may_be_versions_if_their_texts_are_near(one: str, other: str) -> None:
    assert names.family(one) == names.family(other) != ""


@pytest.mark.parametrize(("one", "other"), FAR)
def test_names_that_are_never_versions(one: str, other: str) -> None:
    assert names.family(one) != names.family(other)


def test_no_name_is_no_key() -> None:
    assert names.key("") == names.family("") == names.title("") == ""


@pytest.mark.parametrize("name", [".docx", "...", "_", "copy", "Copy of .pdf", "(1)", "\u202e"])
def test_a_strange_name_has_a_key_or_none_and_never_fails(name: str) -> None:
    assert isinstance(names.key(name), str)
    assert isinstance(names.family(name), str)
    assert names.title(name)


def test_a_title_is_the_name_without_its_extension() -> None:
    assert names.title("Housing_strategy  v2.docx") == "Housing strategy v2"
    assert names.title(".docx") == ".docx"


def test_a_long_name_takes_no_time() -> None:
    started = time.process_time()
    for name in (
        "copy of " * 10_000,
        " (1)" * 10_000,
        " v 1" * 10_000,
        "_" * 100_000,
        "a." * 9_999,
    ):
        names.key(name)
        names.family(name)
        names.title(name)
    assert time.process_time() - started < 0.1
