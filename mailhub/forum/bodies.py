"""The words of posts: kept, many in one go, and those by which a post is found."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mailhub.letter import Letter
from mailhub.models import PostBody

_INSERT_BODY = insert(PostBody)


def searchable(letter: Letter) -> str:
    """The words by which a post is found beside its subject: its author's name and what is new in
    it, so that an answer is not found by what it quotes."""
    return f"{letter.author.name}\n{letter.new_text or letter.text}"


def keep_bodies(session: Session, bodies: Iterable[tuple[int, Letter]]) -> None:
    """Keep the words of the posts of these ids."""
    rows = [
        {
            "post_id": post_id,
            "text": letter.text,
            "new_text": letter.new_text,
            "html": letter.html,
        }
        for post_id, letter in bodies
    ]
    if rows:
        session.connection().execute(_INSERT_BODY, rows)
