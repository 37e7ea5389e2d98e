"""The first visits of the sample estate, worked with their checklists; one finds a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.checklists import AnswerDraft, FollowUp, Line, LineKind, Verdict
from app.domain.occurrences import Occurrence, Outcome
from app.domain.plans import Place
from app.services.visit_queries import VisitFilter

if TYPE_CHECKING:
    from app.services import Services

WORKED = 3
"""Visits of today that are done already."""

_VALUES = {
    LineKind.TEXT: "已核对",
    LineKind.PHOTO: "现场照片",
    LineKind.SIGNATURE: "商户签字",
}


def work_visits(services: Services) -> None:
    """Work through a few of today's visits."""
    upkeep, today = services.upkeep, services.workplace.today()
    wanted = VisitFilter(states="open", places=(Place.SITE,))
    found = [visit for visit in upkeep.visits.between(today, today, wanted) if visit.tasks > 1]
    chosen = sorted(found, key=lambda visit: visit.tasks)[:WORKED]
    for place, visit in enumerate(chosen):
        for task in upkeep.visits.get(visit.id).occurrences:
            if task.outcome is Outcome.OPEN:
                _work(services, task, fails=place == WORKED - 1)
        upkeep.visits.finish(visit.id)


def _work(services: Services, task: Occurrence, *, fails: bool) -> None:
    """Work a task's checklist; of the last visit one line fails and becomes an incident."""
    upkeep = services.upkeep
    contents = upkeep.plans.get(task.plan_key).at(task.due_on).contents
    if not contents.checklist:
        upkeep.visits.complete(task.id, accept_early=True)
        return
    run = upkeep.checklists.begin(task.id)
    for line in run.checklist.lines:
        if not line.required:
            continue
        bad = fails and line.key == "printer"
        result = upkeep.checklists.answer(
            run.id, line.key, AnswerDraft(Verdict.FAIL) if bad else _good(line, run.serial)
        )
        if not result.settled:
            upkeep.checklists.follow_up(run.id, line.key, FollowUp.INCIDENT, "打印缺列")
    upkeep.checklists.finish(run.id, accept_early=True)


def _good(line: Line, serial: str) -> AnswerDraft:
    if line.kind is LineKind.CHECK:
        return AnswerDraft(Verdict.PASS)
    if line.kind is LineKind.CHOICE:
        return AnswerDraft(None, next(c.key for c in line.choices if not c.fails))
    if line.kind is LineKind.SERIAL:
        return AnswerDraft(None, serial)
    if line.kind is LineKind.NUMBER:
        least, most = line.least, line.most
        value = most if least is None else least if most is None else (least + most) / 2
        return AnswerDraft(None, f"{value or 0:g}")
    return AnswerDraft(None, _VALUES[line.kind])
