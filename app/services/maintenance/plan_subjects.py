"""Who is maintained, and what the plans count from: read once, inside one session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from app.domain.maintenance.meters import CounterReading, MeterKind
from app.domain.maintenance.plans import (
    EVERYTHING,
    AnchorKind,
    Contents,
    Plan,
    Scope,
    Subject,
    admits,
)
from app.domain.maintenance.recurrence import Anchor, Recurrence
from app.domain.maintenance.recurrence_rule import Rule
from app.services.maintenance.plan_progress import (
    Progress,
    read_progress,
    read_readings,
    read_resumed,
)
from app.services.maintenance.plan_queries import read_anchors, read_plans, read_subjects
from app.services.maintenance.working_times import read_calendar


class PlanSubjects:
    """Plans, subjects and calendar as they are now."""

    def __init__(self, session: Session, today: date, plans: Iterable[Plan] | None = None) -> None:
        self._session = session
        self.today = today
        self.plans = tuple(read_plans(session, everything=False) if plans is None else plans)
        self.calendar = read_calendar(session)
        self.anchors = read_anchors(session)
        self.subjects = read_subjects(session, self.anchors)
        self.resumed = read_resumed(session)
        self._recurrences: dict[tuple[Rule, date, date], Recurrence] = {}
        self._installed: dict[date, Anchor] = {}
        self._progress: dict[str, Progress] = {}
        self._readings: dict[MeterKind, dict[str, list[CounterReading]]] = {}

    def covered(self, contents: Contents) -> list[Subject]:
        """The subjects a plan covers now."""
        everyone = self.subjects[contents.scope]
        if contents.scope is Scope.ESTATE:
            return everyone
        wanted = contents.subjects
        if wanted.serials and contents.scope is Scope.MERCHANT:
            named = {
                t.merchant_id for t in self.subjects[Scope.TERMINAL] if t.serial in wanted.serials
            }
            wanted = replace(wanted, serials=())
            everyone = [subject for subject in everyone if subject.key in named]
        if wanted == EVERYTHING:
            return [s for s in everyone if s.state == "in_service" and s.merchant_id]
        return [subject for subject in everyone if admits(wanted, subject)]

    def anchor(self, contents: Contents, subject: Subject) -> tuple[Anchor, int]:
        """What a plan counts from for a subject, and the first day (ordinal) it may be due."""
        kept = self.anchors.get(subject.key)
        since = self._since(contents) if kept is None else kept[1].toordinal()
        if contents.anchor is AnchorKind.START or subject.anchor_on is None:
            return contents.anchor_of(subject), since
        shared = self._installed.get(subject.anchor_on)
        if shared is None:
            shared = self._installed[subject.anchor_on] = contents.anchor_of(subject)
        return shared, since

    def _since(self, contents: Contents) -> int:
        if contents.scope is Scope.ESTATE:
            return contents.starts_on.toordinal()
        return self.today.toordinal()

    def recurrence(self, rule: Rule, first: date, last: date) -> Recurrence:
        """A rule over a stretch of days; plans with the same rule share it."""
        key = (rule, first, last)
        if key not in self._recurrences:
            self._recurrences[key] = Recurrence(rule, first, last, self.calendar)
        return self._recurrences[key]

    def progress(self, plan: Plan) -> Progress:
        """Where every subject of a plan stands; read once."""
        if plan.id not in self._progress:
            self._progress[plan.id] = read_progress(self._session, plan.id)
        return self._progress[plan.id]

    def readings(self, kind: MeterKind) -> dict[str, list[CounterReading]]:
        """Per terminal the readings of a counter; read once."""
        if kind not in self._readings:
            self._readings[kind] = read_readings(self._session, kind)
        return self._readings[kind]
