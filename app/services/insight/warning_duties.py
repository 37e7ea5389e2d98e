"""Reads what the warnings without statistics need: inspections, deadlines, dates that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED, Action
from app.domain.insight.duties import (
    LOOK_BACK_DAYS,
    REOPENED_DAYS,
    REOPENED_TIMES,
    FailedCheck,
    OverdueIncidents,
    Reopened,
    SerialCheck,
    check_warnings,
    ending_warnings,
    late_warnings,
    overdue_warnings,
    reopened_warnings,
    substitution_warnings,
)
from app.domain.insight.part_rule import part_warnings
from app.domain.insight.supplier_rule import supplier_warnings
from app.domain.insight.warning_levels import WarningLevels
from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning
from app.domain.maintenance.checklist_lines import SERIAL_KINDS, LineVerdict
from app.services.insight.as_of import AsOf
from app.services.insight.warning_dates import ending_dates, late_dates
from app.services.insight.warning_repairs import fitted, in_area, repaired
from db.deadlines import overdue
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.maintenance import (
    ChecklistLineRow,
    ChecklistResultRow,
    ChecklistRunRow,
    OccurrenceRow,
    VisitRow,
)
from db.models.register import (
    MerchantRow,
    PlacementRow,
    TerminalRow,
)
from db.queries import AREA, merchant_of, present_placement


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A rule that needs no counts of the estate: `told` gives its warnings at a moment in an area
    at some levels; they stay the same that day until records of the kinds it `reads` change.  What
    hangs on the minute itself reads nothing that could tell when."""

    told: Callable[[Session, AsOf, str, WarningLevels], Iterable[StandingWarning]]
    reads: frozenset[str] | None


FAILURE, REOPENING, PART = "failure", "reopening", "part_used"
"""What rules read of incidents: which are failures of the item, which were reopened, and the parts
that were fitted."""
_PLACE = ("terminal", "merchant", "area")


def _reads(*kinds: str) -> frozenset[str]:
    return frozenset((*_PLACE, *kinds))


_RULES = (
    DutyRule(
        lambda session, when, area, _levels: substitution_warnings(
            _serial_checks(session, when, area)
        ),
        _reads("checklist", "occurrence", "visit"),
    ),
    DutyRule(
        lambda session, when, area, _levels: check_warnings(_failed_checks(session, when, area)),
        _reads("checklist", "occurrence", "visit"),
    ),
    DutyRule(
        lambda session, when, area, _levels: overdue_warnings(_overdue(session, when, area)), None
    ),
    DutyRule(
        lambda session, when, area, _levels: reopened_warnings(_reopened(session, when, area)),
        _reads(REOPENING),
    ),
    DutyRule(
        lambda session, when, area, _levels: late_warnings(late_dates(session, when, area)),
        _reads("occurrence", "visit", "plan", "checklist", FAILURE),
    ),
    DutyRule(
        lambda session, when, area, _levels: ending_warnings(ending_dates(session, when, area)),
        _reads("model"),
    ),
    DutyRule(
        lambda session, when, area, levels: part_warnings(
            fitted(session, when, area), levels.groups
        ),
        _reads(PART),
    ),
    DutyRule(
        lambda session, when, area, levels: supplier_warnings(
            repaired(session, when, area), when.days_ago(0), levels.groups
        ),
        _reads(FAILURE),
    ),
)


class KnownDuties:
    """What the rules told, as long as it stays the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[DutyRule, str, WarningLevels], tuple[StandingWarning, ...]] = {}

    def forget(self, kinds: Collection[str]) -> None:
        """Records of these kinds changed."""
        for key in list(self._known):
            if not (key[0].reads or frozenset()).isdisjoint(kinds):
                del self._known[key]

    def told(
        self, session: Session, when: AsOf, area: str, levels: WarningLevels
    ) -> Iterator[StandingWarning]:
        """Every warning of the rules that need no counts of the estate."""
        for rule in _RULES:
            key = rule, area, levels
            found = self._known.get(key)
            if found is None:
                found = tuple(rule.told(session, when, area, levels))
                if rule.reads is not None:
                    self._known[key] = found
            yield from found


def _checked(told: Any) -> Any:
    """The lines of checklists with the terminal they were of, and one thing `told` about them."""
    return (
        sa.select(
            col(ChecklistRunRow.id).label("run_id"),
            col(ChecklistRunRow.finished_at),
            col(TerminalRow.id).label("terminal_id"),
            col(TerminalRow.serial),
            col(VisitRow.number),
            col(MerchantRow.name).label("merchant_name"),
            told,
        )
        .select_from(ChecklistRunRow)
        .join(ChecklistResultRow, col(ChecklistResultRow.run_id) == col(ChecklistRunRow.id))
        .join(
            ChecklistLineRow,
            sa.and_(
                col(ChecklistLineRow.checklist_id) == col(ChecklistRunRow.checklist_id),
                col(ChecklistLineRow.key) == col(ChecklistResultRow.line),
            ),
        )
        .join(TerminalRow, col(TerminalRow.id) == col(ChecklistRunRow.terminal_id))
        .join(OccurrenceRow, col(OccurrenceRow.id) == col(ChecklistRunRow.occurrence_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
    )


def _serial_checks(session: Session, when: AsOf, area: str) -> Iterator[SerialCheck]:
    """The serial number read first in every checklist finished lately, oldest first."""
    since = when.days_ago(LOOK_BACK_DAYS)
    query = (
        _checked(col(ChecklistResultRow.value))
        .where(
            col(ChecklistRunRow.finished_at) >= since,
            col(ChecklistLineRow.kind).in_(SERIAL_KINDS),
            col(ChecklistResultRow.value) != "",
        )
        .order_by(
            col(ChecklistRunRow.finished_at),
            col(ChecklistRunRow.id),
            col(ChecklistLineRow.position),
        )
    )
    rows: dict[str, Any] = {}
    for row in session.execute(in_area(query, area)):
        rows.setdefault(row.run_id, row)
    followed = _followed(session, since)
    for run_id, row in rows.items():
        yield SerialCheck(
            terminal_id=row.terminal_id,
            registered=row.serial,
            found=row.value,
            merchant_name=row.merchant_name or "",
            at=row.finished_at,
            records=tuple(filter(None, (row.number, *followed[run_id]))),
        )


def _followed(session: Session, since: datetime) -> dict[str, list[str]]:
    """Numbers of the incidents that checklists finished lately led to, by checklist."""
    query = (
        sa.select(col(ChecklistResultRow.run_id), col(IncidentRow.number))
        .join(IncidentRow, col(IncidentRow.id) == col(ChecklistResultRow.incident_id))
        .join(ChecklistRunRow, col(ChecklistRunRow.id) == col(ChecklistResultRow.run_id))
        .where(col(ChecklistRunRow.finished_at) >= since)
        .order_by(col(IncidentRow.number))
        .distinct()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for run_id, number in session.execute(query):
        found[run_id].append(number)
    return found


def _failed_checks(session: Session, when: AsOf, area: str) -> Iterator[FailedCheck]:
    """Inspections finished lately at which a security line failed, the serial number apart: that
    is a warning of its own."""
    since = when.days_ago(LOOK_BACK_DAYS)
    query = (
        _checked(sa.func.count().label("lines"))
        .where(
            col(ChecklistRunRow.finished_at).between(since, when.moment),
            col(ChecklistLineRow.kind).not_in(SERIAL_KINDS),
            col(ChecklistLineRow.alarm).is_not(None),
            col(ChecklistResultRow.verdict) == LineVerdict.FAIL,
        )
        .group_by(
            col(ChecklistRunRow.id),
            col(ChecklistRunRow.finished_at),
            col(TerminalRow.id),
            col(TerminalRow.serial),
            col(VisitRow.number),
            col(MerchantRow.name),
        )
        .order_by(col(ChecklistRunRow.finished_at), col(ChecklistRunRow.id))
    )
    latest = {row.terminal_id: row for row in session.execute(in_area(query, area))}
    followed = _followed(session, since)
    for row in latest.values():
        yield FailedCheck(
            terminal_id=row.terminal_id,
            serial=row.serial,
            merchant_name=row.merchant_name or "",
            lines=row.lines,
            at=row.finished_at,
            records=tuple(filter(None, (row.number, *followed[row.run_id]))),
        )


def _overdue(session: Session, when: AsOf, area: str) -> OverdueIncidents | None:
    late = _overdue_then(when.moment) if when.past else overdue(when.moment)
    query: Any = (
        sa.select(
            col(IncidentRow.number),
            col(IncidentRow.resolve_due_at),
            sa.func.count().over().label("amount"),
        )
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .where(late)
        .order_by(col(IncidentRow.resolve_due_at), col(IncidentRow.id))
        .limit(MOST_EVIDENCE)
    )
    rows = session.execute(in_area(query, area)).all()
    if not rows:
        return None
    return OverdueIncidents(
        count=rows[0].amount,
        numbers=tuple(row.number for row in rows),
        first_due=rows[0].resolve_due_at,
    )


def _overdue_then(moment: datetime) -> Any:
    """Whether an incident had been past its deadline, by its dates: when its clock stood still the
    log knows only for those still open."""
    return sa.and_(
        col(IncidentRow.state).not_in(NOT_COUNTED),
        col(IncidentRow.reported_at) <= moment,
        col(IncidentRow.resolve_due_at) < moment,
        sa.or_(col(IncidentRow.resolved_at).is_(None), col(IncidentRow.resolved_at) > moment),
    )


def _reopened(session: Session, when: AsOf, area: str) -> list[Reopened]:
    """Incidents reopened twice or more lately, most often first."""
    event = IncidentEventRow
    times = sa.func.count().label("times")
    query: Any = (
        sa.select(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.terminal_id),
            times,
            sa.func.min(col(event.at)).label("first"),
        )
        .select_from(event)
        .join(IncidentRow, col(IncidentRow.id) == col(event.incident_id))
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(event.at).between(when.days_ago(REOPENED_DAYS), when.moment),
            col(event.action) == Action.REOPEN,
        )
        .group_by(col(IncidentRow.id), col(IncidentRow.number), col(IncidentRow.terminal_id))
        .having(sa.func.count() >= REOPENED_TIMES)
        .order_by(times.desc(), col(IncidentRow.number))
    )
    return [
        Reopened(row.id, row.number, row.terminal_id or "", row.times, row.first)
        for row in session.execute(in_area(query, area))
    ]
