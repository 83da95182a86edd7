"""The full-text index over `search_entry`, as the migration of the search makes it.

Both databases take a word for the same: letters and digits, without case and accents, cut to
Porter's stem; no word is too common to be kept, or "the who" would find nothing.
"""

from __future__ import annotations

from alembic import op

# FTS5 reads its words back from a view, which adds the entry's community and kind as words of a
# column of their own: "c12 kpost". A search in one community then never walks over the others.
SQLITE = (
    """
    CREATE VIEW search_words_source AS
    SELECT id, title, words, 'c' || community_id || ' k' || kind AS place FROM search_entry
    """,
    """
    CREATE VIRTUAL TABLE search_words USING fts5(
        title, words, place, content='search_words_source', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER search_words_added AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_words(rowid, title, words, place)
        VALUES (new.id, new.title, new.words, 'c' || new.community_id || ' k' || new.kind);
    END
    """,
    """
    CREATE TRIGGER search_words_dropped AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_words(search_words, rowid, title, words, place)
        VALUES ('delete', old.id, old.title, old.words,
                'c' || old.community_id || ' k' || old.kind);
    END
    """,
    """
    CREATE TRIGGER search_words_changed AFTER UPDATE ON search_entry BEGIN
        INSERT INTO search_words(search_words, rowid, title, words, place)
        VALUES ('delete', old.id, old.title, old.words,
                'c' || old.community_id || ' k' || old.kind);
        INSERT INTO search_words(rowid, title, words, place)
        VALUES (new.id, new.title, new.words, 'c' || new.community_id || ' k' || new.kind);
    END
    """,
)

# PostgreSQL's parser keeps addresses, paths, numbers and compounds whole: with the marks that hold
# them together made blanks it sees the plain words that FTS5 sees. (Few marks: translate() looks
# through all of them for every character.) Its weights are 'A' for the title and 'D' for the words.
_MARKS = "/.-_@<&:+~"
_BLANKS = " " * len(_MARKS)


def _vector(column: str, weight: str) -> str:
    plain = f"translate({column}, '{_MARKS}', '{_BLANKS}')"
    return f"setweight(to_tsvector('mailhub', {plain}), '{weight}')"


POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE TEXT SEARCH DICTIONARY mailhub_stem (TEMPLATE = snowball, Language = porter)",
    "CREATE TEXT SEARCH CONFIGURATION mailhub (COPY = simple)",
    """
    ALTER TEXT SEARCH CONFIGURATION mailhub
    ALTER MAPPING FOR asciiword, word, numword WITH unaccent, mailhub_stem
    """,
    f"""
    ALTER TABLE search_entry ADD COLUMN search_words tsvector
    GENERATED ALWAYS AS ({_vector("title", "A")} || {_vector("words", "D")}) STORED
    """,
    "CREATE INDEX ix_search_words ON search_entry USING gin (search_words)",
)


def create() -> None:
    """Make the index on the database of the running migration."""
    for statement in SQLITE if _on_sqlite() else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def drop() -> None:
    """Take it away again; the entries stay."""
    statements = (
        "DROP TABLE search_words",
        "DROP VIEW search_words_source",
        *(f"DROP TRIGGER search_words_{when}" for when in ("added", "dropped", "changed")),
    )
    if not _on_sqlite():
        statements = (
            "ALTER TABLE search_entry DROP COLUMN search_words",
            "DROP TEXT SEARCH CONFIGURATION mailhub",
            "DROP TEXT SEARCH DICTIONARY mailhub_stem",
        )
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
