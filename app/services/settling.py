"""Decides what no longer fitted when the work of several computers was put together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.domain.errors import InvalidInput, NotFound
from app.domain.operations.operation import SETTLE, WITHDRAW, Operation
from app.domain.operations.settlement import Settlement
from app.services.core import log_reading
from app.services.core.applying import OVERWRITTEN, arguments_of, as_written, with_field
from app.services.core.context import ServiceContext
from app.services.core.judgement import may_settle
from app.services.core.operations import KINDS, operation
from app.services.core.rights import current
from app.services.core.running_operation import applied_again
from db.keys import keys_of


class Settling:
    """Use cases of deciding.  `holders` gives what the use cases of operations are called on,
    by the name of the class (`app.services.replay.holders`)."""

    def __init__(self, context: ServiceContext, holders: Callable[[], Mapping[str, Any]]) -> None:
        self._context = context
        self._holders = holders

    @operation(SETTLE, subject="unsettled_id")
    def settle(self, unsettled_id: str, how: Settlement) -> None:
        """Decide about an operation that could not be applied (its id) or about the change number
        ``n`` it noted (``id/n``).

        Raises `NotFound`; `NotPermitted` when whoever decides may not do what would be taken;
        what doing it again raises (`Rejected`).
        """
        operation_id, _, number = unsettled_id.partition("/")
        with self._context.read() as session:
            about = log_reading.operations_by_id(session, [operation_id]).get(operation_id)
            changes = log_reading.changes_of_kinds(session, (OVERWRITTEN,))
        if about is None:
            raise NotFound("operation", operation_id)
        # Kinds register with the services that hold them.
        holding = self._holders()
        holder = holding[KINDS[about.kind].owner]
        if how is Settlement.TAKE:
            self._check_may_take(about)
        if how is Settlement.TAKE and number:
            lost = [c for c in changes if c.operation_id == about.id and str(c.n) == number]
            if not lost:
                raise InvalidInput.of("unsettled_id", "conflict.only_keep")
            value = json.loads(lost[0].old)
            with as_written(about):
                kind, given = with_field(about, holder, lost[0].field, value, lost[0].id)
                kind.apply(holder, **given)
        elif how is Settlement.TAKE and about.review:
            # With the keys it had when it was done: what was decided later names them.
            with keys_of(about.id), as_written(about):
                KINDS[about.kind].apply(holder, **arguments_of(about, holder))
        else:
            # Decided, or no longer to be decided because it fitted after all.
            with self._context.write() as unit:
                unit.touched("conflict", [operation_id])

    def _check_may_take(self, about: Operation) -> None:
        """Whoever decides gets no right that way which the table does not give them.  What comes
        from elsewhere the office has judged (`app.services.core.judgement`)."""
        standing = current(self._context)
        if applied_again() or not standing.guarded:
            return
        with self._context.read() as session:
            refusal = may_settle(session, self._context.actor, about)
        if refusal is not None:
            raise refusal.error()

    @operation(WITHDRAW, subject="operation_id")
    def withdraw(self, operation_id: str) -> None:
        """Take back an operation of this computer the office does not have yet; it takes effect
        when the office takes both in, here when the state is put together again.

        Raises `NotFound`; `InvalidInput` when the office has it already.
        """
        with self._context.write() as unit:
            about = log_reading.operations_by_id(unit.session, [operation_id]).get(operation_id)
            if about is None:
                raise NotFound("operation", operation_id)
            if about.office_seq is not None and about.outcome != "withdrawn":
                raise InvalidInput.of("operation_id", "operation.already_sent")
            unit.touched("operation", [operation_id])
