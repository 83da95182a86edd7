"""What may have been meant by a line that is not understood: the verbs whose words it has, and a day that is
none."""

from __future__ import annotations

from collections import Counter

from mailhub.commands.lines import Reader
from mailhub.commands.tables import languages
from mailhub.words.line import Line

_LOOKED_AT = 300  # characters


def lost_day(text: str, reader: Reader) -> str:
    """A day that is named in a line and is none, or is over, as it was written: "31 February"; else ""."""
    today = reader.writer.today
    if today is None:
        return ""
    for language in languages():
        line = Line(text[:_LOOKED_AT])
        for at in range(len(line)):
            end = language.dates.lost(line, at, today)
            if end is not None:
                return line.rest(at, end).rstrip(" .,!?")
    return ""


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
