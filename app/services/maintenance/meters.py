"""Counter readings of terminals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import change_of
from app.domain.maintenance.meters import STALE_DAYS, MeterKind, ReadingDraft, check_reading
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from db.models.maintenance import MeterReadingRow
from db.models.register import TerminalRow


@dataclass(frozen=True, slots=True)
class MeterReading:
    """A counter as read on a day; `stale` when it is too old to say anything about today."""

    kind: MeterKind
    read_on: date
    value: int
    by: str
    stale: bool


class Meters:
    """Use cases of counters."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @operation("meter.record")
    def record(self, terminal_id: str, draft: ReadingDraft) -> int | None:
        """Note a reading; returns the one of the same day that it replaces.  A counter that shows
        less than before is refused unless it is said to have been reset.

        Raises `InvalidInput`, `NotFound`."""
        kind, reading = check_reading(draft, self._context.today())
        day, value = reading.on, reading.value
        with self._context.write() as unit:
            if unit.session.get(TerminalRow, terminal_id) is None:
                raise NotFound("terminal", terminal_id)
            mine = (
                col(MeterReadingRow.terminal_id) == terminal_id,
                col(MeterReadingRow.kind) == kind,
            )
            before = unit.session.execute(
                sa.select(MeterReadingRow)
                .where(*mine, col(MeterReadingRow.read_on) < day)
                .order_by(col(MeterReadingRow.read_on).desc())
                .limit(1)
            ).scalar()
            if before is not None and value < before.value and not draft.reset:
                raise InvalidInput.of(
                    "value", "meter.lower", value=value, earlier=before.value, day=before.read_on
                )
            known = unit.session.execute(
                sa.select(MeterReadingRow).where(*mine, col(MeterReadingRow.read_on) == day)
            ).scalar()
            replaced = known.value if known is not None else None
            row = known or MeterReadingRow(
                terminal_id=terminal_id, kind=kind, read_on=day, value=value
            )
            row.value, row.actor = value, self._context.actor
            unit.session.add(row)
            if replaced is not None and replaced != value:
                unit.changed("terminal", terminal_id, change_of(kind, replaced, value))
            unit.touched("terminal", [terminal_id])
            return replaced

    def of(self, terminal_id: str) -> tuple[MeterReading, ...]:
        """All readings of a terminal, newest first."""
        today = self._context.today()
        with self._context.read() as session:
            rows = session.execute(
                sa.select(MeterReadingRow)
                .where(col(MeterReadingRow.terminal_id) == terminal_id)
                .order_by(col(MeterReadingRow.read_on).desc(), col(MeterReadingRow.kind))
            ).scalars()
            return tuple(
                MeterReading(
                    MeterKind(row.kind),
                    row.read_on,
                    row.value,
                    row.actor,
                    (today - row.read_on).days > STALE_DAYS,
                )
                for row in rows
            )
