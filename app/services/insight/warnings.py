"""Everything the data warns of: the one source of Today, the insight page, the command line and the
printed digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.repeats import (
    REPEAT_DAYS,
    REPEAT_RULES,
    FailingTerminal,
    Failure,
    RepeatWarning,
    group_failures,
    repeat_warnings,
)
from app.domain.insight.warnings import RULES, StandingWarning, SubjectKind, in_order
from app.domain.register.terminals import TerminalState
from app.services.insight.as_of import AsOf
from app.services.insight.level_reading import read_levels
from app.services.insight.warning_duties import KnownDuties
from app.services.insight.warning_estate import WarningEstate
from app.services.insight.warning_records import EstateSurvey, surveyed_anew
from db.models.incident import IncidentRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, FAULT_CLASS, MANUFACTURER, MODEL, merchant_of, present_placement

Known = tuple[EstateSurvey | None, KnownDuties]
"""What is known of the estate at a moment: its survey, None before the first incident, when nothing
can be told; and what the other rules told."""


def known_anew(session: Session, when: AsOf) -> Known:
    """Everything read."""
    return surveyed_anew(session, when), KnownDuties()


def standing_warnings(
    session: Session,
    when: AsOf,
    area: str = "",
    *,
    for_leads: bool = True,
    known: Callable[[Session, AsOf], Known] = known_anew,
) -> tuple[StandingWarning, ...]:
    """Every warning that stands at a moment, most serious first; `area` narrows them by where a
    terminal stands, or where an overdue incident was reported.  The statistics are those of the
    whole estate all the same.  What only those who lead may see is left out for others."""
    levels = read_levels(session, when.moment)
    survey, duties = known(session, when)
    found = [*duties.told(session, when, area, levels)]
    if survey is not None:
        counted = survey.warnings(session, when, levels)
        found += _narrowed(counted, survey.estate, area) if area else counted
    return in_order(one for one in found if for_leads or not RULES[one.rule].leads_only)


def _narrowed(
    found: list[StandingWarning], estate: WarningEstate, area: str
) -> list[StandingWarning]:
    """Those that are about a terminal in the area."""
    numbers = estate.names[SubjectKind.TERMINAL].numbers
    areas = estate.names[SubjectKind.AREA]
    of = estate.estate.groups[SubjectKind.AREA]

    def inside(terminal: str) -> bool:
        group = of[numbers[terminal]]
        return group >= 0 and areas.subject(group).name == area

    return [one for one in found if any(map(inside, one.terminal_ids))]


def failing_terminals(
    session: Session, as_of: datetime, area: str = ""
) -> tuple[RepeatWarning, ...]:
    """Terminals that kept failing as of a moment; those retired since need nothing any more."""
    recent = [
        col(IncidentRow.state).not_in(NOT_COUNTED),
        col(IncidentRow.item_failure).is_(True),
        col(IncidentRow.reported_at) >= as_of - timedelta(days=REPEAT_DAYS),
        col(IncidentRow.reported_at) <= as_of,
    ]
    several = (
        sa.select(col(IncidentRow.terminal_id))
        .where(*recent)
        .group_by(col(IncidentRow.terminal_id))
        .having(sa.func.count() >= min(rule.times for rule in REPEAT_RULES))
    )
    query = _failing().where(
        *recent,
        col(IncidentRow.terminal_id).in_(several),
        col(TerminalRow.state) != TerminalState.RETIRED,
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    return repeat_warnings(group_failures([_row(row) for row in session.execute(query)]), as_of)


def _failing() -> Any:
    return (
        sa.select(
            col(TerminalRow.id).label("terminal_id"),
            col(TerminalRow.serial),
            col(PlacementRow.tid),
            col(ManufacturerRow.name).label("manufacturer"),
            col(TerminalModelRow.name).label("model"),
            col(MerchantRow.name).label("merchant_name"),
            col(AreaRow.name).label("area"),
            col(IncidentRow.id).label("incident_id"),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
            FAULT_CLASS.label("fault_class"),
            col(IncidentRow.displayed_code),
            col(IncidentRow.symptom),
            col(IncidentRow.remedy),
        )
        .select_from(IncidentRow)
        .join(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .join(*MODEL)
        .join(*MANUFACTURER)
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .order_by(col(TerminalRow.id), col(IncidentRow.reported_at).desc(), col(IncidentRow.id))
    )


def _row(row: Any) -> tuple[FailingTerminal, Failure]:
    terminal = FailingTerminal(
        terminal_id=row.terminal_id,
        serial=row.serial,
        tid=row.tid or "",
        manufacturer=row.manufacturer,
        model=row.model,
        merchant_name=row.merchant_name or "",
        area=row.area or "",
        failures=(),
    )
    failure = Failure(
        incident_id=row.incident_id,
        number=row.number,
        reported_at=row.reported_at,
        fault_class=FaultClass(row.fault_class) if row.fault_class else None,
        displayed_code=row.displayed_code,
        symptom=row.symptom,
        remedy=row.remedy,
    )
    return terminal, failure
