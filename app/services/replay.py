"""Applies operations of the log again: to rebuild a database, and to take in others' work.

An operation does the same wherever it is applied, because everything it needs is in it or in the
database: this module stands where it was done (person, device, time zone), finds the service it
belongs to and calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import app.services.documents.handed_calendars
import app.services.joining.joining  # noqa: F401 - their kinds of operation are applied, too
from app.domain.errors import Rejected
from app.domain.operations.operation import APPLIED, REVIEW, Operation
from app.domain.people.rights import Refusal
from app.services import Services
from app.services.core import operation_log
from app.services.core.applying import apply_again, as_written, targets_of
from app.services.core.judgement import Judgement
from app.services.core.operations import KINDS, OperationKind
from app.services.core.running_operation import RunningOperation
from app.services.core.same_records import read_same
from app.services.documents.issued import ISSUE

SERVICES = (
    "directory",
    "terminals",
    "agreements",
    "incidents",
    "work_log",
    "models",
    "custody",
    "parts",
    "stock",
    "terminal_import",
    "history_import",
    "diagnosis",
    "living_knowledge",
    "attachments",
    "signatures",
    "reporting",
    "wordings",
    "settling",
    "settings_log",
    "plans",
    "generation",
    "visits",
    "extra_visits",
    "checklists",
    "balancing",
    "work_days",
    "territories",
    "vehicles",
    "areas",
    "leave",
    "meters",
    "dispatching",
    "people",
    "campaigns",
    "campaign_visits",
    "parents",
    "warning_work",
    "warning_making",
    "warning_settings",
)
"""The services whose operations are applied again, by their name in `Services`."""


DIFFERS = "document.differs_here"
"""Why a report waits that another computer fixed: the data of the office say something else."""


class Diverged(Exception):
    """An operation did something else here than in the office's database."""


class Replay:
    """`services` are used for nothing else meanwhile: their context is moved about.

    With a `judgement` an operation waits for review unless its person may do it, and at the
    computer it comes from: the office's own word counts, not that of the computer."""

    def __init__(self, services: Services, *, judgement: Judgement | None = None) -> None:
        self._services = services
        self._judgement = judgement
        services.context.judged = judgement is not None and judgement.guarded
        self._holders = holders(services)
        self._same = self._read_same()

    def apply(self, operation: Operation) -> Operation:
        """Apply one operation and append it to this database's log; what no longer fits is
        appended as waiting for review, and changes nothing.  Returns it as it was applied, but
        for its place in the order.

        Raises `Unavailable`, with nothing of it applied.
        """
        self._stand_at(operation)
        fresh = replace(operation, outcome=APPLIED)
        done: RunningOperation | None = None
        try:
            with as_written(operation):
                refused = self._refusal(operation)
                if refused is None:
                    done = self._again(fresh)
        except Rejected as refusal:
            same = self._read_same()
            if same != self._same:
                # Somebody else applies at the same time.
                self._same = same
                return self.apply(operation)
            return self.keep(operation, REVIEW + refusal.code)
        if refused is not None:
            return self.keep(operation, REVIEW + refused.code)
        assert done is not None
        self._same |= {one.key: one.kept for one in done.same}
        return fresh if done.written else self.keep(operation, APPLIED)

    def _again(self, fresh: Operation) -> RunningOperation:
        context = self._services.context
        context.targets = targets_of(fresh, context.targets)
        return apply_again(fresh, self._holders[KINDS[fresh.kind].owner], self._same)

    def keep(self, operation: Operation, outcome: str) -> Operation:
        """Append an operation that changes nothing; the document numbers it gave out are spent."""
        self._stand_at(operation)
        kept = replace(operation, outcome=outcome)
        with self._services.context.write_locally() as unit:
            if outcome != APPLIED:
                self._services.context.spend_numbers(unit.session, operation.numbers)
            operation_log.append_as_is(unit.session, kept)
        return kept

    def follow(self, ordered: Operation) -> Operation:
        """Apply an operation as the office did, with its place in the office's order.  Raises
        `Diverged` when it comes out differently here, `Unavailable`."""
        if ordered.outcome != APPLIED:
            return self.keep(ordered, ordered.outcome)
        done = self.apply(ordered)
        if done.outcome != ordered.outcome:
            raise Diverged(ordered.id)
        return done

    def apply_all(self, operations: Iterable[Operation]) -> list[Operation]:
        """Apply operations in the order given; returns them as appended."""
        done = [self.apply(one) for one in operations]
        self.finished(one.at for one in done)
        return done

    def finished(self, moments: Iterable[datetime]) -> None:
        """What was applied, and was done at these moments, may have moved dates: the next catching
        up looks at them again."""
        first = min(moments, default=None)
        if first is not None:
            self._services.generation.look_again(first)

    def _read_same(self) -> dict[str, str]:
        with self._services.context.read() as session:
            return read_same(session)

    def _refusal(self, operation: Operation) -> Refusal | None:
        if self._judgement is None:
            return None
        with self._services.context.read() as session:
            refused = self._judgement.refusal(session, operation)
        if refused is None and operation.kind == ISSUE:
            refused = self._refusal_of_reports(operation)
        return refused

    def _refusal_of_reports(self, operation: Operation) -> Refusal | None:
        """A report that another computer fixed at closing becomes the office's only when its data
        say the same at this moment: from then on the office prints it as it was fixed."""
        same = self._services.verifying.fixed_as_here(operation.payload["reports"])
        return None if same else Refusal(DIFFERS, operation.kind)

    def _stand_at(self, operation: Operation) -> None:
        context = self._services.context
        context.actor, context.device = operation.actor, operation.device
        context.zone = timezone(timedelta(minutes=operation.offset))


def known_kinds(services: Services) -> Mapping[str, OperationKind]:
    """Every kind of operation this program knows, by name.

    A kind registers when the module of its service is imported, which a program that only takes in
    a package has no other reason to do.
    """
    holders(services)
    return KINDS


def holders(services: Services) -> dict[str, Any]:
    """What the use cases of operations are called on, by the name of the class."""
    found: dict[str, Any] = {"": services.context}
    for name in SERVICES:
        holder = getattr(services, name)
        for kind in type(holder).__mro__:
            found[f"{kind.__module__}.{kind.__qualname__}"] = holder
    return found
