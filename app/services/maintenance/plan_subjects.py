"""Who is maintained, and what the plans count from: read once, inside one session."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Self

from sqlmodel import Session

from app.domain.maintenance.meters import CounterReading, MeterKind
from app.domain.maintenance.plans import (
    EVERYTHING,
    AnchorKind,
    Contents,
    Plan,
    Scope,
    Subject,
    Subjects,
    admits,
)
from app.domain.maintenance.recurrence import Anchor, Recurrence
from app.domain.maintenance.recurrence_rule import Rule
from app.domain.register.terminals import TerminalState
from app.services.maintenance.plan_progress import (
    Progress,
    read_progress,
    read_readings,
    read_resumed,
)
from app.services.maintenance.plan_queries import read_anchors, read_plans, read_subjects
from app.services.maintenance.working_times import read_calendar

PART = 4_000
"""Subjects of one part of an estate, and those of the last site beside them."""


class PlanSubjects:
    """Plans, subjects and calendar as they are now.

    What is asked about an estate of any size is asked part by part (`parts`), so that what is read
    and worked out of one part is let go of before the next.  `only` are the keys a part is about,
    None for the whole estate.
    """

    def __init__(self, session: Session, today: date, plans: Iterable[Plan] | None = None) -> None:
        self._session = session
        self.today, self._today = today, today.toordinal()
        self.plans = tuple(read_plans(session, everything=False) if plans is None else plans)
        self.calendar = read_calendar(session)
        self.anchors = read_anchors(session)
        self.subjects: Mapping[Scope, list[Subject]] = read_subjects(session, self.anchors)
        self.only: list[str] | None = None
        self._terminals = self.subjects[Scope.TERMINAL]
        self._covered: dict[tuple[Scope, Subjects], list[Subject]] = {}
        self._covers: dict[str, tuple[Scope, Callable[[Subject], bool]]] = {}
        self.resumed = read_resumed(session)
        self._recurrences: dict[tuple[Rule, date, date], Recurrence] = {}
        self._installed: dict[date, Anchor] = {}
        self._progress: dict[str, Progress] = {}
        self._readings: dict[MeterKind, dict[str, list[CounterReading]]] = {}

    def narrowed(self, subjects: Iterable[Subject]) -> Self:
        """The same plans and calendar for some of the subjects, in their order."""
        found = copy.copy(self)
        by_scope: dict[Scope, list[Subject]] = {scope: [] for scope in Scope}
        for subject in subjects:
            by_scope[subject.scope].append(subject)
        found.subjects = by_scope
        found.only = [subject.key for some in by_scope.values() for subject in some]
        found._covered, found._progress, found._readings = {}, {}, {}
        return found

    def parts(self) -> Iterator[Self]:
        """The estate in parts: what is done at one site is in one part."""
        yield self.narrowed(self.subjects[Scope.ESTATE])
        merchants = {subject.key: subject for subject in self.subjects[Scope.MERCHANT]}
        some: list[Subject] = []
        by_site = sorted(self.subjects[Scope.TERMINAL], key=attrgetter("merchant_id"))
        for merchant_id, terminals in groupby(by_site, key=attrgetter("merchant_id")):
            if merchant_id:
                some += [*terminals, merchants[merchant_id]]
            else:
                # Of no merchant: each of them is a site.
                some += terminals
            while len(some) >= PART:
                size = len(some) if merchant_id else PART
                yield self.narrowed(some[:size])
                some = some[size:]
        if some:
            yield self.narrowed(some)

    def covered(self, contents: Contents) -> list[Subject]:
        """The subjects a plan covers now."""
        everyone = self.subjects[contents.scope]
        if contents.scope is Scope.ESTATE:
            return everyone
        # Most plans cover the same.
        key = (contents.scope, contents.subjects)
        found = self._covered.get(key)
        if found is None:
            covers = self._covering(contents)
            found = self._covered[key] = [subject for subject in everyone if covers(subject)]
        return found

    def is_covered(self, version_id: str, subject: Subject, *, unknown: bool) -> bool:
        """Whether a version of an active plan covers a subject now; `unknown` is the answer for
        other versions."""
        if not self._covers:
            self._covers |= {
                version.id: (version.contents.scope, self._covering(version.contents))
                for plan in self.plans
                for version in plan.versions
            }
        if version_id not in self._covers:
            return unknown
        scope, covers = self._covers[version_id]
        return scope is subject.scope and covers(subject)

    def _covering(self, contents: Contents) -> Callable[[Subject], bool]:
        """Whether a plan covers a subject of its scope now."""
        if contents.scope is Scope.ESTATE:
            return lambda _subject: True
        wanted, named = contents.subjects, None
        if wanted.serials and contents.scope is Scope.MERCHANT:
            named = {t.merchant_id for t in self._terminals if t.serial in wanted.serials}
            wanted = replace(wanted, serials=())
        admitted = _in_service if wanted == EVERYTHING else functools.partial(admits, wanted)
        if named is None:
            return admitted
        return lambda subject: subject.key in named and admitted(subject)

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
        return self._today

    def recurrence(self, rule: Rule, first: date, last: date) -> Recurrence:
        """A rule over a stretch of days; plans with the same rule share it."""
        key = (rule, first, last)
        if key not in self._recurrences:
            self._recurrences[key] = Recurrence(rule, first, last, self.calendar)
        return self._recurrences[key]

    def progress(self, plan: Plan) -> Progress:
        """Where every subject of a plan stands; read once."""
        if plan.id not in self._progress:
            self._progress[plan.id] = read_progress(self._session, plan.id, self.only)
        return self._progress[plan.id]

    def readings(self, kind: MeterKind) -> dict[str, list[CounterReading]]:
        """Per terminal the readings of a counter; read once."""
        if kind not in self._readings:
            self._readings[kind] = read_readings(self._session, kind, self.only)
        return self._readings[kind]


def _in_service(subject: Subject) -> bool:
    return subject.state == TerminalState.IN_SERVICE and bool(subject.merchant_id)
