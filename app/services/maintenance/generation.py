"""Turns due dates into visits: previewed, idempotent, undone as a whole, and caught up after weeks
switched off.  Its cost does not depend on how much history there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound
from app.domain.maintenance.occurrences import Backlog, CatchUp, OccurrenceOutcome
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import VisitState
from app.services.core.context import ServiceContext, UnitOfWork, chunks
from app.services.core.import_columns import Progress, stopping
from app.services.core.operations import operation
from app.services.core.rights import require
from app.services.maintenance.generation_mark import (
    GenerationMark,
    look_again,
    nothing_done_since,
    read_mark,
    read_seen,
    remember,
)
from app.services.maintenance.generation_plan import plan_work
from app.services.maintenance.generation_write import write_work
from app.services.maintenance.missed_dates import (
    MissedDates,
    Step,
    count_backlogs,
    read_backlogs,
    settle,
)
from app.services.maintenance.planned_work import PlannedWork
from app.services.maintenance.visit_log import VisitLog
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistRunRow,
    GenerationRow,
    OccurrenceRow,
    VisitEventRow,
    VisitRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationPreview:
    """What a run would do.  `clock` names what seems wrong with the computer's date."""

    first: date
    last: date
    occurrences: int
    by_plan: dict[str, int]
    visits: int
    joined: int
    moved: int
    voided: int
    revived: int
    relocated: int
    unassigned: int
    idle_plans: tuple[str, ...]
    unknown_years: tuple[int, ...]
    clock: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing would be written."""
        return not (
            self.occurrences
            or self.visits
            or self.joined
            or self.moved
            or self.voided
            or self.revived
            or self.relocated
        )


@dataclass(frozen=True, slots=True)
class CatchUpReport:
    """What start-up found: what was written (unless the clock looks wrong), and how many tasks
    were missed more than once and wait for a decision."""

    preview: GenerationPreview
    generation_id: str
    missed: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run removed, and what it kept because somebody had worked on it."""

    visits: int
    occurrences: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRun:
    """One past run."""

    id: str
    at: datetime
    by: str
    first: date
    last: date
    occurrences: int
    visits: int
    undone: bool


def _untold(_done: int, _total: int) -> None:
    """Nobody waits to be told."""


_LOOKED_AT, _WRITTEN, _ALL = 40, 95, 100
"""How far a run is, in hundredths, once the estate was looked at, and once what is due was
written; what follows from that is written after it."""


def _share(step: Step, begin: int, end: int) -> Step:
    """Tells `step` how far a part of a run is that goes from one hundredth to another."""
    return lambda done, total: step(begin + (end - begin) * done // max(total, 1), _ALL)


class Generation:
    """Use cases of generating visits."""

    def __init__(self, context: ServiceContext, horizon_days: int = 90) -> None:
        self._context = context
        self._horizon = timedelta(days=horizon_days)
        self._log = VisitLog(context)

    # --- generating ----------------------------------------------------------------------------

    def preview(self, until: date | None = None) -> GenerationPreview:
        """What `generate` would do, with nothing written."""
        with self._context.read() as session:
            work, mark = self._work(session, until)
        return _preview(work, mark)

    def generate(
        self,
        until: date | None = None,
        *,
        confirm_clock: bool = False,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """Give every date up to a day (the horizon unless said) its visit; returns the id of the
        run, empty when there was nothing to do.  Repeating it changes nothing.

        Everything is worked out before the first write, and written in short transactions.
        `progress` is told hundredths.
        Raises `InvalidInput` when the clock seems to have jumped years and nobody confirmed it,
        `Cancelled`, `NotPermitted`; what was written until then stays and a later run goes on from
        there.
        """
        require(self._context, "generation.run")
        step = stopping(progress, cancelled)
        with self._context.read() as session:
            work, mark = self._work(session, until, step)
        if mark.clock == "clock.jumped" and not confirm_clock:
            raise InvalidInput.of("clock", mark.clock, day=self._context.today())
        return self._write(work, mark, step)

    def catch_up(
        self,
        until: date | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> CatchUpReport:
        """Called at start-up: bring visits up to the horizon, and say what was missed.  When the
        clock seems wrong nothing is written, and when nothing was done since the last run of this
        day nothing is worked out.  Raises `Cancelled`."""
        today = self._context.today()
        last, step = until or today + self._horizon, stopping(progress, cancelled)
        with self._context.read() as session:
            mark = read_mark(session, today, self._context.now())
            if nothing_done_since(mark, today, read_seen(session, last)):
                nothing = PlannedWork(first=mark.first, last=last)
                return CatchUpReport(_preview(nothing, mark), "", count_backlogs(session, today))
            work, mark = self._work(session, until, step)
        preview = _preview(work, mark)
        if mark.clock:
            return CatchUpReport(preview, "", 0)
        run = self._write(work, mark, step)
        with self._context.read() as session:
            missed = count_backlogs(session, self._context.today())
        return CatchUpReport(preview, run, missed)

    def _write(self, work: PlannedWork, mark: GenerationMark, step: Step) -> str:
        nothing = _preview(work, mark).empty and not work.anchors and not work.answered
        seen = work.seen if nothing else None
        run = write_work(self._context, work, _share(step, _LOOKED_AT, _WRITTEN))
        if work.again:
            with self._context.read() as session:
                more = plan_work(session, self._context, (work.first, work.last), mark)
            run = write_work(self._context, more, _share(step, _WRITTEN, _ALL)) or run
        step(_ALL, _ALL)
        # Where this database's next run goes on is no other's business: its clock and what it has
        # looked at are its own.
        with self._context.write_locally() as unit:
            remember(unit.session, mark, self._context.today(), unit.now, seen)
        return run

    def look_again(self, since: datetime) -> None:
        """Work of others was taken in that began at a moment: the next run looks at everything from
        then on.  Only this database's own mark changes, as in `generate`."""
        with self._context.write_locally() as unit:
            look_again(unit.session, since.astimezone(UTC))

    def _work(
        self, session: Session, until: date | None, step: Step = _untold
    ) -> tuple[PlannedWork, GenerationMark]:
        today = self._context.today()
        last = until or today + self._horizon
        if last < today:
            raise InvalidInput.of("until", "date.past")
        mark = read_mark(session, today, self._context.now())
        seen = read_seen(session, last)
        told = _share(step, 0, _LOOKED_AT)
        work = plan_work(session, self._context, (mark.first, last), mark, told)
        work.seen = seen
        return work, mark

    # --- missed --------------------------------------------------------------------------------

    def backlogs(self) -> tuple[Backlog, ...]:
        """Plans and subjects with more than one missed date nobody has decided about."""
        with self._context.read() as session:
            return read_backlogs(session, self._context.today())

    def settle_backlogs(
        self,
        chosen: Sequence[Backlog],
        how: CatchUp,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Merge missed dates into the newest one, or keep them all; returns how many rows were
        decided.  Merged ones stay visible as missed and merged.  Raises `Cancelled`, with nothing
        decided."""
        missed = tuple(
            MissedDates(into=backlog.into.id, ids=tuple(item.id for item in backlog.merged))
            for backlog in chosen
        )
        return self._settle(missed, how, stopping(progress, cancelled))

    @operation("occurrence.settle_missed")
    def _settle(self, missed: tuple[MissedDates, ...], how: CatchUp, step: Step = _untold) -> int:
        with self._context.write() as unit:
            return settle(unit, self._log, self._context.today(), missed, how, step)

    # --- undoing -------------------------------------------------------------------------------

    def runs(self, limit: int = 20) -> tuple[GenerationRun, ...]:
        """Past runs, newest first."""
        with self._context.read() as session:
            rows = session.execute(
                sa.select(GenerationRow).order_by(col(GenerationRow.at).desc()).limit(limit)
            ).scalars()
            return tuple(
                GenerationRun(
                    id=r.id,
                    at=r.at,
                    by=r.actor,
                    first=r.from_on,
                    last=r.until_on,
                    occurrences=r.occurrences,
                    visits=r.visits,
                    undone=r.undone_at is not None,
                )
                for r in rows
            )

    @operation("generation.undo")
    def undo(self, generation_id: str) -> Undone:
        """Take back what a run made from today on.  Visits somebody moved, began or finished stay,
        with their tasks, and so does what was due before.  Raises `NotFound`, `InvalidInput`
        (undone before)."""
        with self._context.write() as unit:
            run = unit.session.get(GenerationRow, generation_id)
            if run is None:
                raise NotFound("generation", generation_id)
            if run.undone_at is not None:
                raise InvalidInput.of("generation", "generation.undone")
            undone = self._take_back(unit, run)
            run.undone_at, run.undone_by = unit.now, self._context.actor
            unit.touched("visit")
            unit.touched("occurrence")
            return undone

    def _take_back(self, unit: UnitOfWork, run: GenerationRow) -> Undone:
        session, today = unit.session, self._context.today()
        touched = _touched_visits(session, run.id)
        gone = [row for row in _removable(session, run.id, today) if row.visit_id not in touched]
        total = _count(session, OccurrenceRow, run.id)
        for part in chunks([row.id for row in gone]):
            session.execute(sa.delete(OccurrenceRow).where(col(OccurrenceRow.id).in_(part)))
        visits = _empty_visits(session, run.id, touched)
        for part in chunks(visits):
            session.execute(sa.delete(VisitEventRow).where(col(VisitEventRow.visit_id).in_(part)))
            session.execute(sa.delete(VisitRow).where(col(VisitRow.id).in_(part)))
        left = {row.visit_id for row in gone if row.visit_id} - set(visits)
        self._log.refresh(unit, left, today, "generation.undone")
        return Undone(len(visits), len(gone), total - len(gone))


def _preview(work: PlannedWork, mark: GenerationMark) -> GenerationPreview:
    return GenerationPreview(
        first=work.first,
        last=work.last,
        occurrences=work.counted.total(),
        by_plan=dict(sorted(work.counted.items())),
        visits=len(work.placed),
        joined=len(work.joins),
        moved=work.moved,
        voided=work.voided,
        revived=work.revived,
        relocated=work.relocated,
        unassigned=sum(
            item.technician_id is None for item in work.placed if item.visit.place is WorkPlace.SITE
        ),
        idle_plans=work.idle,
        unknown_years=work.unknown_years,
        clock=mark.clock,
    )


def _removable(session: Session, run_id: str, today: date) -> list[Any]:
    """Undecided tasks of a run that lie ahead, and nobody began.  What was due before today stays,
    as it does when a plan is changed or rests: figures of compliance name it.  So does what stands
    for other dates."""
    other = aliased(OccurrenceRow)
    query = (
        sa.select(col(OccurrenceRow.id), col(OccurrenceRow.visit_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .where(
            col(OccurrenceRow.generation_id) == run_id,
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.due_on) >= today,
            sa.or_(col(VisitRow.id).is_(None), col(VisitRow.state) == VisitState.PLANNED),
            col(OccurrenceRow.id).not_in(sa.select(col(ChecklistRunRow.occurrence_id))),
            ~sa.exists().where(col(other.replaced_by_id) == col(OccurrenceRow.id)),
        )
    )
    return list(session.execute(query))


def _touched_visits(session: Session, run_id: str) -> set[str]:
    """Visits of a run somebody changed since: their row has another version."""
    rows = session.execute(
        sa.select(col(VisitRow.id)).where(
            col(VisitRow.generation_id) == run_id,
            sa.or_(col(VisitRow.version) > 1, col(VisitRow.state) != VisitState.PLANNED),
        )
    ).scalars()
    return set(rows)


def _empty_visits(session: Session, run_id: str, touched: set[str]) -> list[str]:
    """Visits of a run nothing refers to any more."""
    refers: Any = sa.or_(
        sa.exists().where(col(OccurrenceRow.visit_id) == col(VisitRow.id)),
        sa.exists().where(col(IncidentRow.visit_id) == sa.cast(col(VisitRow.id), sa.Text)),
    )
    rows = session.execute(
        sa.select(col(VisitRow.id)).where(col(VisitRow.generation_id) == run_id, sa.not_(refers))
    ).scalars()
    return [key for key in rows if key not in touched]


def _count(session: Session, table: Any, run_id: str) -> int:
    counted = sa.select(sa.func.count()).where(table.generation_id == run_id)
    return int(session.execute(counted).scalar_one())
