"""What a subject is without its prefixes, and whether it says that it answers."""

from __future__ import annotations

import pytest

from mailhub.forum import subjects


@pytest.mark.parametrize(
    ("subject", "bare", "answers"),
    [
        ("Re: Bins", "Bins", True),
        ("RE: [policy] RE: Bins", "Bins", True),
        ("AW: Re[2]: Bins", "Bins", True),
        ("Sv: SV: Antw: Bins", "Bins", True),
        ("Fwd: Bins", "Bins", False),
        ("WG: AW: Bins", "Bins", True),
        ("[policy] Bins", "Bins", False),
        ("[policy]", "[policy]", False),
        ("Regarding: Bins", "Regarding: Bins", False),
        ("R: Bins", "Bins", True),
        ("Recycling: a question", "Recycling: a question", False),
        ("", "", False),
        ("Re:", "", True),
        ("Re: [Fwd: Bins]", "Bins", True),
        ("[fwd: [Fwd: Re: Bins]]", "Bins", True),
        ("[foo] Fwd: [bar] Re: fw: Bins (fWd)  (fwd)", "Bins", True),
        ("[Fwd:]", "", False),
        ("回复：Bins", "Bins", True),
        ("Re：Bins", "Bins", True),
        ("转发：RE: Bins", "Bins", True),
        ("Antw.: Bins", "Bins", True),
    ],
)
def test_prefixes_are_taken_off_for_comparison(subject: str, bare: str, answers: bool) -> None:
    assert subjects.without_prefixes(subject) == (bare, answers)


@pytest.mark.parametrize("subject", ["Bushes (was: Trees)", "Re: Bushes [was: Re: Trees]"])
def test_what_the_subject_was_does_not_count(subject: str) -> None:
    assert subjects.key(subject)[0] == subjects.key("Bushes")[0] == "bushes"
    assert subjects.key("(was: Trees)")[0] == "(was: trees)"


def test_a_hostile_subject_costs_little() -> None:
    subjects.key("Re: " * 5000)
    subjects.key("[" * 5000)
    subjects.key(" (was:" * 5000 + ")")
