"""The session of a database: SQLModel's, which reads a row by its key the short way.

To read one row of a file, the mapper works out a statement, a context and a loader of its own each
time, which takes ten times as long as SQLite.  Here the statement is prepared once, and what the
mapper gets is the row as it would have loaded it: it keeps track of it and stores what changes.
"""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlmodel import Session

from db.prepared import PreparedStatement, connection_of, is_file


class DatabaseSession(Session):
    """A session on one transaction of a `db.engine.Database`."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """The row of a class with this key; None when there is none.  What was changed before is
        stored first, unless the row is known already."""
        if options or not isinstance(ident, str) or not is_file(connection_of(self)):
            return super().get(entity, ident, **options)
        mapper: Mapper[Any] = sa.inspect(entity)
        if len(mapper.primary_key) != 1 or self._is_known(mapper, ident):
            return super().get(entity, ident)
        if self.autoflush:
            self.flush()
        found = _by_key(mapper).first(self, wanted=ident)
        if found is None:
            return None
        row = mapper.class_manager.new_instance()
        sa.inspect(row).dict.update(zip(_names(mapper), found, strict=True))
        make_transient_to_detached(row)
        self.add(row)
        return row

    def _is_known(self, mapper: Mapper[Any], ident: str) -> bool:
        return mapper.identity_key_from_primary_key((ident,)) in self.identity_map


@functools.cache
def _names(mapper: Mapper[Any]) -> tuple[str, ...]:
    """What the attributes of a row are called, in the order of the columns."""
    return tuple(mapper.get_property_by_column(column).key for column in mapper.local_table.c)


@functools.cache
def _by_key(mapper: Mapper[Any]) -> PreparedStatement:
    (key,) = mapper.primary_key
    wanted = sa.bindparam("wanted", type_=key.type)
    return PreparedStatement(sa.select(mapper.local_table).where(key == wanted))
