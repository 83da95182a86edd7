"""What may have been meant by a line that is not understood: the verbs whose words it has."""

from __future__ import annotations

from collections import Counter

from mailhub.commands.lines import Reader
from mailhub.commands.tables import languages
from mailhub.words.line import Line

_LOOKED_AT = 300  # characters


def verbs_near(text: str, reader: Reader) -> list[str]:
    """The verbs whose words a line has, the likeliest first."""
    found: Counter[str] = Counter()
    for language in languages():
        line = Line(text[:_LOOKED_AT], language.skipped, language.corrections.of)
        said = {word for at in range(len(line)) for word in line.readings(at)}
        for verb, signs in language.signs.items():
            if verb in language.places[reader.table].verbs and said & signs:
                found[verb] += len(said & signs)
    return [verb for verb, _ in found.most_common()]
