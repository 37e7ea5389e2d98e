"""Full-text index over our own tokens (Chinese cut into pairs), the same on both engines.

A write transaction that changes what a record is called also calls `put`, so the index can never
lag behind.  `matching` gives a subquery of owner ids to put into a WHERE clause.
"""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlmodel import Session, col

from app.domain.cardguard import holds_card
from app.domain.text import search_tokens
from db.models.office import SearchDocumentRow
from db.prepared import connection_of, is_file, run_on_file
from db.types import Key

FTS_TABLE = "search_fts"


FoundOwners = sa.Select[Any] | sa.TextualSelect
"""A query of the keys of what was found."""


def put(session: Session, kind: str, documents: dict[str, str]) -> None:
    """Index `documents` (owner id → text), replacing what was there before."""
    if not documents:
        return
    tokens = {owner: search_tokens(_guarded(text)) for owner, text in documents.items()}
    if _is_sqlite(session):
        # SQLite keeps the tokens in the FTS table only.
        connection = connection_of(session)
        run_on_file(connection, _PUT_SQLITE, [(kind, owner) for owner in tokens])
        rows = [(kind, owner, " ".join(words)) for owner, words in tokens.items()]
        run_on_file(connection, _PUT_FTS, rows)
        return
    session.execute(
        _put_postgres(),
        [
            {"kind": kind, "owner_id": owner, "tokens": " ".join(words)}
            for owner, words in tokens.items()
        ],
    )


def _guarded(text: str) -> str:
    """The text without words that are card numbers; rows refuse them, an index has no rows."""
    return " ".join(w for w in text.split() if len(w) < 14 or not holds_card(w))


@functools.cache
def _put_postgres() -> Any:
    from sqlalchemy.dialects import postgresql

    # Nobody asks for the number a row gets, which would be waited for.
    statement = postgresql.insert(SearchDocumentRow.__table__).inline()  # type: ignore[attr-defined]
    return statement.on_conflict_do_update(
        index_elements=["kind", "owner_id"], set_={"tokens": statement.excluded.tokens}
    )


_PUT_SQLITE = (
    "INSERT INTO search_document (kind, owner_id, tokens) VALUES (?, ?, '') ON CONFLICT DO NOTHING"
)
_PUT_FTS = (
    f"INSERT OR REPLACE INTO {FTS_TABLE} (rowid, tokens) VALUES"  # noqa: S608
    " ((SELECT id FROM search_document WHERE kind = ? AND owner_id = ?), ?)"
)


def matching(session: Session, kind: str, query: str, most: int = 0) -> FoundOwners | None:
    """Owner ids whose text holds every word of `query`, with `most` only so many of the newest;
    None when the query holds no word.

    Each Latin word or number of three characters or more matches as a prefix, a shorter one is
    meant whole (every telephone number begins with a 1), each run of Chinese as a phrase.
    """
    parts = [part for word in query.split() if (part := search_tokens(word))]
    if not parts:
        return None
    if _is_sqlite(session):
        expression = " ".join(_fts5_term(tokens) for tokens in parts)
        return _found_in_file(kind, expression, most)
    document = SearchDocumentRow
    expression = " & ".join(_tsquery_term(tokens) for tokens in parts)
    vector = sa.func.to_tsvector(sa.literal_column("'simple'"), col(document.tokens))
    wanted = sa.func.to_tsquery(sa.literal_column("'simple'"), expression)
    owners: sa.Select[Any] = sa.select(col(document.owner_id)).where(
        col(document.kind) == kind, vector.op("@@")(wanted)
    )
    return owners.order_by(col(document.id).desc()).limit(most) if most else owners


def one_of_them(
    session: Session, key: Any, owners: FoundOwners, *, tested: bool
) -> sa.ColumnElement[bool]:
    """Whether a record is one of those found.  `tested`: other conditions leave few records, which
    are to be tried one by one instead of looking up each that was found."""
    if tested and _is_sqlite(session):
        # A sign before the column keeps SQLite from starting there.
        key = sa.UnaryExpression(key, operator=operators.custom_op("+"), type_=key.type)
    return key.in_(owners)  # type: ignore[no-any-return]


def _found_in_file(kind: str, expression: str, most: int) -> FoundOwners:
    # CROSS JOIN keeps the order of the tables: otherwise every document of the kind is visited.
    statement = (
        f"SELECT search_document.owner_id FROM {FTS_TABLE}"  # noqa: S608
        f" CROSS JOIN search_document ON search_document.id = {FTS_TABLE}.rowid"
        f" WHERE {FTS_TABLE} MATCH :fts_query AND search_document.kind = :fts_kind"
    )
    values: dict[str, Any] = {"fts_query": expression, "fts_kind": kind}
    if most:
        statement += f" ORDER BY {FTS_TABLE}.rowid DESC LIMIT :fts_most"
        values["fts_most"] = most
    found = sa.text(statement).bindparams(
        *(sa.bindparam(name, value, unique=True) for name, value in values.items())
    )
    return found.columns(sa.column("owner_id", Key))


def _is_chinese(token: str) -> bool:
    return not token[0].isascii()


SHORTEST_PREFIX = 3
"""Letters and digits from which a word stands for all that begin with it."""


def _begins(token: str) -> bool:
    """Whether the last token of a word stands for all that begin with it."""
    return len(token) == 1 if _is_chinese(token) else len(token) >= SHORTEST_PREFIX


def _fts5_term(tokens: list[str]) -> str:
    # Tokens hold letters and digits only, so quoting them cannot be escaped from.
    phrase = " ".join(tokens)
    return f'"{phrase}"{"*" if _begins(tokens[-1]) else ""}'


def _tsquery_term(tokens: list[str]) -> str:
    terms = [f"'{token}'" for token in tokens]
    if _begins(tokens[-1]):
        terms[-1] += ":*"
    return "(" + " <-> ".join(terms) + ")"


def _is_sqlite(session: Session) -> bool:
    return is_file(connection_of(session))
