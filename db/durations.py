"""SQL of the time between two moments, the same on both engines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from db.types import Moment


class hours_between(FunctionElement[float]):  # noqa: N801 - it is a function of SQL
    """Hours from one moment to another; NULL where one of them is."""

    type = sa.Float()
    inherit_cache = True


class hours_later(FunctionElement[datetime]):  # noqa: N801 - it is a function of SQL
    """A moment so many hours after another; as a bound it lets an index be used, which a difference
    does not."""

    type = Moment()
    inherit_cache = True


@compiles(hours_later, "sqlite")
def _later_on_a_file(element: Any, compiler: Any, **options: Any) -> str:
    start, hours = (compiler.process(one, **options) for one in element.clauses)
    return f"strftime('%Y-%m-%dT%H:%M:%f000Z', {start}, {hours} || ' hours')"


@compiles(hours_later, "postgresql")
def _later_on_a_server(element: Any, compiler: Any, **options: Any) -> str:
    start, hours = (compiler.process(one, **options) for one in element.clauses)
    return f"({start} + {hours} * interval '1 hour')"


@compiles(hours_between, "sqlite")
def _on_a_file(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(one, **options) for one in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 24.0)"


@compiles(hours_between, "postgresql")
def _on_a_server(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(one, **options) for one in element.clauses)
    return f"(extract(epoch FROM ({end} - {start}))::double precision / 3600)"
