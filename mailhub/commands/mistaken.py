"""A mail to everybody that says nothing but what one writes to change one's own settings."""

from __future__ import annotations

from collections.abc import Collection

from mailhub import forum
from mailhub.commands.beside import brings_papers
from mailhub.commands.command import Place
from mailhub.commands.lines import Reader
from mailhub.commands.own_words import own_words
from mailhub.commands.writer import Writer
from mailhub.letter import Kind, Letter

LONGEST = 500  # characters
MOST_LINES = 5


def reads_like_a_command(letter: Letter, changes: Collection[str]) -> bool:
    """Whether each line of a mail that begins a discussion is one of these wishes.

    An answer is none: "weekly" answers "how often do you collect?"; nor is a single word below a subject.
    """
    is_short = len(letter.new_text) <= LONGEST and not brings_papers(letter)
    answers = letter.in_reply_to or letter.references or letter.thread_index[22:]
    if letter.kind is not Kind.POST or not is_short or answers:
        return False
    if forum.without_prefixes(letter.subject)[1]:
        return False
    reader = Reader(Writer.of(letter), Place.SETTINGS, fresh=True)
    words = own_words(letter, reader)
    lines = [line for line in words.lines if line]
    if not lines or len(lines) > MOST_LINES or not words.ends_plainly:
        return False
    if letter.new_text.strip() and letter.subject.strip() and not words.subject:
        return False  # a greeting below a subject, which alone is read more freely
    if words.subject and len(" ".join(lines).split()) == 1:
        return False
    for line in lines:
        found = reader.line(line)
        if found is None or any(command.verb not in changes for command in found):
            return False
    return True
