"""What waits for somebody's decision: operations that no longer fit, values that gave way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from app.domain.errors import AppError, NotFound, NotPermitted, Rejected
from app.domain.operations.operation import REVIEW, SETTLE, Operation
from app.domain.operations.settlement import Settlement
from app.services import Services
from app.services.core import log_reading
from app.services.core.applying import OVERWRITTEN
from app.services.core.context import LEFT_OUT, NUMBER
from app.services.core.log_reading import NotedChange
from app.services.core.operations import BASE

Sort = Literal["review", "overwritten", "number", "left_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """One thing to decide.

    ``review``: `operation` could not be applied, for the reason `code`; what its person entered is
    in its payload.  ``overwritten``: it changed `field` of the record `subject_id` to `kept` while
    somebody else had made it `lost`; or, with `gave_way`, its own value is the one that was lost,
    because it made a record that was there already.  ``number``: the document it made got the
    number `kept`, because another computer had given out `lost`, which may stand on paper.
    ``left_out``: it was about many records, and left the one people call `field` as it is, because
    that is `kept` by now.
    """

    id: str
    sort: Sort
    operation: Operation
    code: str = ""
    field: str = ""
    kept: Any = None
    lost: Any = None
    record_id: str = ""
    gave_way: bool = False

    @property
    def takes(self) -> bool:
        """Whether there is something to take: not where only somebody has to know."""
        return self.sort in ("review", "overwritten")

    @property
    def subject_id(self) -> str:
        """The record it is about; empty when the operation was to make one."""
        return self.record_id or self.operation.subject_id


def listed(services: Services, operations: frozenset[str] | None = None) -> tuple[Unsettled, ...]:
    """Everything that waits for a decision, oldest first; only about these `operations` if
    given."""
    with services.context.read() as session:
        reviews = [
            Unsettled(id=one.id, sort="review", operation=one, code=one.review)
            for one in log_reading.with_outcome(session, REVIEW)
            if one.kind != SETTLE
        ]
        changes = [
            one
            for one in log_reading.changes_of_kinds(session, (OVERWRITTEN, NUMBER, LEFT_OUT))
            if operations is None or one.operation_id in operations
        ]
        about = log_reading.operations_by_id(session, [one.operation_id for one in changes])
        found = [*reviews, *(_of_change(one, about[one.operation_id]) for one in changes)]
        settled = log_reading.subjects_of(session, SETTLE, [one.id for one in found])
    wanted = [
        one
        for one in found
        if one.id not in settled and (operations is None or one.operation.id in operations)
    ]
    return tuple(sorted(wanted, key=lambda one: one.id))


def _of_change(change: NotedChange, operation: Operation) -> Unsettled:
    if change.kind == LEFT_OUT:
        return Unsettled(
            id=f"{operation.id}/{change.n}",
            sort="left_out",
            operation=operation,
            field=change.field,
            kept=change.new,
        )
    if change.kind == NUMBER:
        return Unsettled(
            id=f"{operation.id}/{change.n}",
            sort="number",
            operation=operation,
            field=NUMBER,
            kept=change.new,
            lost=change.old,
        )
    return Unsettled(
        id=f"{operation.id}/{change.n}",
        sort="overwritten",
        operation=operation,
        field=change.field,
        kept=json.loads(change.new),
        lost=json.loads(change.old),
        # Not under the key it was made with, where it met one that was there already.
        record_id=change.id,
        # What edits a record tells what its person found there.
        gave_way=BASE not in operation.payload,
    )


def settle(services: Services, unsettled_id: str, how: Settlement) -> None:
    """Decide: ``keep`` leaves everything as it is; ``take`` does the operation again as it was
    entered, or brings back the value that gave way.  The decision is an operation, so everybody
    gets it.  Raises `NotFound`, and what doing it again raises: then it stays undecided."""
    services.settling.settle(unsettled_id, how)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledTogether:
    """The ids that were decided about, and those that were refused with the reason."""

    settled: tuple[str, ...]
    refused: tuple[tuple[str, AppError], ...]


def settle_all_of(services: Services, actor: str, how: Settlement) -> SettledTogether:
    """Decide alike about everything that waits of the person with the code `actor`, in the order it
    was done, each by itself: what is refused stays undecided.  Raises `NotFound` when nothing of
    that person waits, `Unavailable`."""
    wanted = [one for one in listed(services) if one.operation.actor == actor]
    if how is Settlement.TAKE:
        wanted = [one for one in wanted if one.takes]
    if not wanted:
        raise NotFound("conflict", actor)
    return settle_together(services, wanted, how)


def settle_together(
    services: Services, wanted: Iterable[Unsettled], how: Settlement
) -> SettledTogether:
    """Decide alike about several, in the order they were done, each by itself: what is refused
    stays undecided.  Raises `Unavailable`."""
    settled, refused = [], []
    for one in sorted(wanted, key=lambda one: (one.operation.clock, one.operation.station_seq)):
        try:
            settle(services, one.id, how)
        except (Rejected, NotFound, NotPermitted) as reason:
            refused.append((one.id, reason))
        else:
            settled.append(one.id)
    return SettledTogether(settled=tuple(settled), refused=tuple(refused))
