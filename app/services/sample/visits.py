"""The first visits of the sample estate, worked with their checklists; one finds a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    EntryForm,
    LineKind,
    LineVerdict,
)
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import WorkPlace
from app.services.maintenance.visit_queries import VisitFilter

if TYPE_CHECKING:
    from app.services import Services

WORKED = 3
"""Visits of today that are done already."""

_CHECKED = "已核对"
_VALUES = {
    LineKind.PHOTO: "现场照片",
    LineKind.SIGNATURE: "商户签字",
}


def work_visits(services: Services) -> None:
    """Work through a few of today's visits."""
    today = services.context.today()
    wanted = VisitFilter(states="open", places=(WorkPlace.SITE,))
    found = [visit for visit in services.visits.between(today, today, wanted) if visit.tasks > 1]
    chosen = sorted(found, key=lambda visit: visit.tasks)[:WORKED]
    for place, visit in enumerate(chosen):
        for task in services.visits.get(visit.id).occurrences:
            if task.outcome is OccurrenceOutcome.OPEN:
                _work(services, task, fails=place == WORKED - 1)
        services.visits.finish(visit.id)


def _work(services: Services, task: Occurrence, *, fails: bool) -> None:
    """Work a task's checklist; of the last visit one line fails and becomes an incident."""
    contents = services.plans.get(task.plan_key).at(task.due_on).contents
    if not contents.checklist:
        services.visits.complete(task.id, accept_early=True)
        return
    run = services.checklists.begin(task.id)
    for line in run.checklist.lines:
        if not line.required:
            continue
        bad = fails and line.key == "printer"
        result = services.checklists.answer(
            run.id, line.key, AnswerDraft(LineVerdict.FAIL) if bad else _good(line, run.serial)
        )
        if not result.settled:
            services.checklists.follow_up(run.id, line.key, FollowUp.INCIDENT, "打印缺列")
    services.checklists.finish(run.id, accept_early=True)


def _good(line: ChecklistLine, serial: str) -> AnswerDraft:
    about = line.type
    if about.entry is EntryForm.MARK:
        return AnswerDraft(LineVerdict.PASS)
    if about.entry is EntryForm.CHOICE:
        return AnswerDraft(None, next(c.key for c in line.choices if not c.fails))
    if about.compares_serial:
        return AnswerDraft(None, serial)
    if about.limits:
        least, most = line.least, line.most
        value = most if least is None else least if most is None else (least + most) / 2
        return AnswerDraft(None, f"{value or 0:g}")
    return AnswerDraft(None, _VALUES.get(line.kind, _CHECKED))
