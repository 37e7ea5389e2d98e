"""All tables in one metadata, for migrations, checks and backups."""

from sqlmodel import SQLModel

from db.models import (
    agreements,
    campaigns,
    company,
    diagnosis,
    dispatch,
    documents,
    exchange,
    incident,
    insight,
    maintenance,
    office,
    operations,
    parts,
    people,
    register,
)

metadata = SQLModel.metadata
MODULES = (
    register,
    agreements,
    people,
    incident,
    parts,
    office,
    maintenance,
    company,
    dispatch,
    campaigns,
    insight,
    documents,
    diagnosis,
    operations,
    exchange,
)

# A partial index is partial on a server too.  It is said here, because saying it loads the server's
# dialect, which a start on a file does without.
for _table in metadata.tables.values():
    for _index in _table.indexes:
        _only = _index.dialect_options["sqlite"]["where"]
        if _only is not None:
            _index.dialect_kwargs["postgresql_where"] = _only
