"""Builders for maintenance tests: plans, visits with tasks, answered checklists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    LineKind,
    LineVerdict,
)
from app.domain.maintenance.checklists import Checklist
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plan_drafts import PlanDraft
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.visits import VisitSummary
from app.languages import LocalizedText
from app.services import Services
from app.services.maintenance.checklists import ChecklistRun
from app.services.maintenance.visit_queries import VisitFilter
from tests.factories import make_technician

TODAY = date(2026, 11, 23)
"""The day of the frozen clock, a Monday."""
MONTHLY = RuleDraft(every="1", unit="month", early_days="7", late_days="7")


def plan_draft(key: str = "care", **changes: Any) -> PlanDraft:
    """A monthly plan of terminals counted from today, without a checklist."""
    values: dict[str, Any] = {
        "key": key,
        "name_zh": "月度保养",
        "name_en": "Monthly care",
        "rule": MONTHLY,
        "anchor": "start",
        "starts_on": TODAY.isoformat(),
    }
    return PlanDraft(**{**values, **changes})


def make_plan(services: Services, key: str = "care", **changes: Any) -> str:
    """A plan's id."""
    return services.plans.save(plan_draft(key, **changes))


def make_checklist(services: Services, key: str = "short") -> str:
    """A checklist with one line of each telling kind."""
    return services.plans.save_checklist(
        Checklist(
            "",
            key,
            1,
            LocalizedText("短表", "Short list"),
            (
                ChecklistLine(
                    key="serial",
                    kind=LineKind.SERIAL,
                    text=LocalizedText("序列号", "Serial"),
                    alarm=FaultClass.VIOLATION,
                ),
                ChecklistLine(
                    key="seals",
                    kind=LineKind.CHECK,
                    text=LocalizedText("封签", "Seals"),
                    alarm=FaultClass.HARDWARE,
                ),
                ChecklistLine(
                    key="clean", kind=LineKind.CHECK, text=LocalizedText("清洁", "Clean")
                ),
                ChecklistLine(
                    key="signal",
                    kind=LineKind.NUMBER,
                    text=LocalizedText("信号", "Signal"),
                    unit="dBm",
                    least=-105,
                    most=-30,
                ),
                ChecklistLine(
                    key="remark",
                    kind=LineKind.TEXT,
                    text=LocalizedText("备注", "Remark"),
                    required=False,
                ),
            ),
        )
    )


def planned(services: Services, days: int = 120) -> tuple[VisitSummary, ...]:
    """All visits around today."""
    today = services.context.today()
    return services.visits.between(
        today - timedelta(days=days), today + timedelta(days=days), VisitFilter()
    )


def tasks(services: Services, days: int = 200, **wanted: Any) -> tuple[Occurrence, ...]:
    """All tasks with a row around today."""
    from app.services.maintenance.occurrence_queries import OccurrenceFilter

    today = services.context.today()
    found = services.visits.occurrences(
        today - timedelta(days=days), today + timedelta(days=days), OccurrenceFilter(**wanted)
    )
    return tuple(item for item in found if item.id)


def open_task(services: Services, **wanted: Any) -> Occurrence:
    """The first task nobody has decided about."""
    return next(
        item for item in tasks(services, **wanted) if item.outcome is OccurrenceOutcome.OPEN
    )


def ready(services: Services, **changes: Any) -> Occurrence:
    """A technician, a plan, its visits; the first task of them.  A terminal must exist."""
    make_technician(services)
    make_plan(services, **changes)
    services.generation.generate()
    return open_task(services)


def enter_leave(services: Services, who: str, first: date, last: date, reason: str = "") -> str:
    """A leave that moves no visit; its id."""
    return services.leave.enter(services.leave.preview(who, first, last), reason)


def pass_all(services: Services, run: ChecklistRun, serial: str, **answers: AnswerDraft) -> None:
    """Answer every line well, except as said."""
    good = {
        LineKind.CHECK: AnswerDraft(LineVerdict.PASS),
        LineKind.NUMBER: AnswerDraft(value="-60"),
        LineKind.SERIAL: AnswerDraft(value=serial),
        LineKind.TEXT: AnswerDraft(value="000123"),
        LineKind.PHOTO: AnswerDraft(value="照片1"),
        LineKind.SIGNATURE: AnswerDraft(value="王先生"),
    }
    for line in run.checklist.lines:
        services.checklists.answer(run.id, line.key, answers.get(line.key, good[line.kind]))
