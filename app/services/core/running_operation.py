"""The operation this thread is applying: its moment, its keys, what it draws and changes."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.event_data import FieldChange
from app.domain.operations.operation import Operation
from db.keys import keys_of


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A field of a record that changed."""

    kind: str
    id: str
    change: FieldChange


FOUND = "~found"
"""In a payload: what was worked out when it was done first from more than the arguments and the
database."""


@dataclass(frozen=True, slots=True)
class SameRecord:
    """The operation would have made the record `key`, but there was one of the same thing already:
    `kept`."""

    kind: str
    key: str
    kept: str


@dataclass(slots=True, kw_only=True)
class RunningOperation:
    """`stored` is the operation of the log that is applied again; None when it is done now.
    `merged` are the fields of its draft that have what others made of them."""

    id: str
    at: datetime
    new: Operation | None = None
    stored: Operation | None = None
    written: bool = False
    drawn: dict[str, list[int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    changes: list[RecordChange] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)
    same: list[SameRecord] = field(default_factory=list)

    def given_before(self, kind: str, amount: int) -> list[int]:
        """The next of the document numbers it gave out when it was done first, at most `amount`."""
        if self.stored is None:
            return []
        start = self.taken.get(kind, 0)
        found = list(self.stored.numbers.get(kind, ()))[start : start + amount]
        self.taken[kind] = start + len(found)
        return found


_running: contextvars.ContextVar[RunningOperation | None] = contextvars.ContextVar(
    "running_operation", default=None
)


def running_operation() -> RunningOperation | None:
    """The operation under way in this thread."""
    return _running.get()


def applied_again() -> bool:
    """Whether the operation under way comes from the log: what it is about was there where it was
    done first, and may be missing here."""
    found = running_operation()
    return found is not None and found.stored is not None


def worked_out(name: str, work: Callable[[], Any]) -> Any:
    """What `work` returns, a JSON value: asked once, when the operation under way is done first,
    and kept in it under `name`.  For what hangs on more than the arguments and the database, such
    as the knowledge of the program: applied again elsewhere, it comes out the same."""
    operation = running_operation()
    if operation is None:
        return work()
    kept = operation.stored.payload.get(FOUND, {}) if operation.stored else {}
    if name in kept:
        return kept[name]
    operation.found[name] = work()
    return operation.found[name]


@contextlib.contextmanager
def running(operation: RunningOperation) -> Iterator[RunningOperation]:
    """`operation` is the one under way while inside."""
    token = _running.set(operation)
    try:
        with keys_of(operation.id):
            yield operation
    finally:
        _running.reset(token)
