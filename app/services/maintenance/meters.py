"""Counter readings of terminals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import NotFound
from app.domain.maintenance.meters import STALE_DAYS, MeterKind, ReadingDraft, check_reading
from app.services.core.context import ServiceContext
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

    def record(self, terminal_id: str, draft: ReadingDraft) -> None:
        """Note a reading; one of the same day replaces it.  Raises `InvalidInput`, `NotFound`."""
        kind, reading = check_reading(draft, self._context.today())
        day, value = reading.on, reading.value
        with self._context.write() as unit:
            if unit.session.get(TerminalRow, terminal_id) is None:
                raise NotFound("terminal", terminal_id)
            row = unit.session.execute(
                sa.select(MeterReadingRow).where(
                    col(MeterReadingRow.terminal_id) == terminal_id,
                    col(MeterReadingRow.kind) == kind,
                    col(MeterReadingRow.read_on) == day,
                )
            ).scalar() or MeterReadingRow(
                terminal_id=terminal_id, kind=kind, read_on=day, value=value
            )
            row.value, row.actor = value, self._context.actor
            unit.session.add(row)
            unit.touched("terminal", [terminal_id])

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
