"""Applies operations of the log again: to rebuild a database, and to take in others' work.

An operation does the same wherever it is applied, because everything it needs is in it or in the
database: this module stands where it was done (person, device, time zone), finds the service it
belongs to and calls it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

from app.domain.errors import Rejected
from app.domain.operations.operation import REVIEW, Operation
from app.services import Services
from app.services.core import operation_log
from app.services.core.operations import KINDS, apply_again

SERVICES = (
    "directory",
    "terminals",
    "incidents",
    "work_log",
    "plans",
    "generation",
    "visits",
    "extra_visits",
    "checklists",
    "balancing",
    "work_days",
    "leave",
    "meters",
)
"""The services whose operations are applied again, by their name in `Services`."""


class Replay:
    """`services` are used for nothing else meanwhile: their context is moved about."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._holders: dict[str, Any] = {"": services.context}
        for name in SERVICES:
            holder = getattr(services, name)
            for kind in type(holder).__mro__:
                self._holders[f"{kind.__module__}.{kind.__qualname__}"] = holder

    def apply(self, operation: Operation) -> Operation:
        """Apply one operation and append it to this database's log; what no longer fits is
        appended as waiting for review, and changes nothing.  Returns it as appended."""
        context = self._services.context
        context.actor, context.device = operation.actor, operation.device
        context.zone = timezone(timedelta(minutes=operation.offset))
        try:
            kind = KINDS[operation.kind]
            done = apply_again(operation, self._holders[kind.owner])
        except Rejected as refused:
            outcome = REVIEW + refused.code
        else:
            if done.written:
                return operation
            outcome = operation.outcome
        with context.write_locally() as unit:
            return operation_log.append_as_is(unit.session, replace(operation, outcome=outcome))

    def apply_all(self, operations: Iterable[Operation]) -> list[Operation]:
        """Apply operations in the order given; returns them as appended."""
        done = [self.apply(one) for one in operations]
        if done:
            self._services.generation.look_again(min(one.at for one in done))
        return done
