"""Maintenance plans: the shipped pack, editing from a day on, what a plan covers and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.maintenance.checklists import Checklist
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plan_drafts import PlanDraft, check_key, check_plan, draft_of_plan
from app.domain.maintenance.plans import ESTATE, AnchorKind, Contents, Plan
from app.domain.maintenance.recurrence import Due, next_dates
from app.domain.operations.clock import MOST_OFF
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import Merge, Same, operation
from app.services.maintenance.capacity import CapacityBook
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.plan_progress import note_resumed
from app.services.maintenance.plan_queries import (
    newest_checklist,
    read_checklist,
    read_plan,
    read_plans,
    registered,
)
from app.services.maintenance.plan_write import add_checklist, add_version, differences
from app.services.maintenance.visit_log import VisitLog, retract
from app.services.maintenance.working_times import read_calendar
from db.keys import derived_key
from db.models.maintenance import (
    ChecklistRow,
    OccurrenceRow,
    PlanRow,
    PlanVersionRow,
)


class RecommendedPlans(Protocol):
    """What this service needs of the shipped plans."""

    @property
    def plans(self) -> tuple[PlanDraft, ...]:
        """The recommended plans, without a first day."""

    @property
    def checklists(self) -> tuple[Checklist, ...]:
        """The checklists they use."""


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What a draft would mean: how many it covers, the next dates (of the first terminal covered,
    where each counts from its own installation), and years whose holidays are unknown."""

    contents: Contents
    covered: int
    dates: tuple[Due, ...]
    unknown_years: tuple[int, ...]
    example: str = ""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan in the list."""

    plan: Plan
    covered: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many dates of each plan (by key) the rules name on each day of a period, and the years
    of it whose holidays are unknown."""

    first: date
    last: date
    days: dict[date, dict[str, int]]
    unknown_years: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(sum(plans.values()) for plans in self.days.values())


def _as_it_stands(service: Plans, given: Mapping[str, Any]) -> tuple[PlanDraft, int]:
    """The plan `Plans.save` would change, as it is, and its version; a new one is as saved."""
    if not given.get("plan_id"):
        return given["draft"], 0
    with service._context.read() as session:
        plan = read_plan(session, given["plan_id"])
    return draft_of_plan(plan.key, plan.versions[-1].contents), plan.version


def _added_meanwhile(service: Plans, given: Mapping[str, Any]) -> tuple[str, PlanDraft] | None:
    """The plan with the key of a new one, and the new one's draft."""
    if given.get("plan_id"):
        return None
    key = check_key(given["draft"].key)
    with service._context.read() as session:
        known = session.execute(sa.select(col(PlanRow.id)).where(col(PlanRow.key) == key)).scalar()
    return None if known is None else (known, draft_of_plan(key, check_plan(given["draft"])))


class Plans:
    """Use cases of plans and checklists."""

    def __init__(self, context: ServiceContext, pack: Callable[[], RecommendedPlans]) -> None:
        self._context = context
        self._pack = pack
        self._log = VisitLog(context)
        self.capacity = CapacityBook(context)

    # --- reading -------------------------------------------------------------------------------

    def with_coverage(self) -> tuple[PlanSummary, ...]:
        """Every plan with how much it covers now."""
        today = self._context.today()
        with self._context.read() as session:
            plans = read_plans(session)
            due_dates = DueDates(session, today, plans)
            return tuple(
                PlanSummary(plan, len(due_dates.covered(plan.at(today).contents))) for plan in plans
            )

    def listed(self) -> tuple[Plan, ...]:
        """Every plan as it is, without looking at what it covers."""
        with self._context.read() as session:
            return read_plans(session)

    def get(self, key: str) -> Plan:
        """The plan with this key or id.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_plan(session, key)

    def checklists(self) -> tuple[Checklist, ...]:
        """The newest edition of every checklist."""
        with self._context.read() as session:
            keys = session.execute(
                sa.select(col(ChecklistRow.key)).distinct().order_by(col(ChecklistRow.key))
            ).scalars()
            ids = [newest_checklist(session, key) for key in keys]
            return tuple(read_checklist(session, key) for key in ids if key is not None)

    def preview(self, draft: PlanDraft, count: int = 5) -> PlanPreview:
        """What a draft would mean, before it is saved.  Raises `InvalidInput`."""
        contents = check_plan(draft)
        today = self._context.today()
        with self._context.read() as session:
            contents = registered(session, contents)
            due_dates = DueDates(session, today, ())
            covered = due_dates.covered(contents)
            example = covered[0] if covered else ESTATE
            dates: tuple[Due, ...] = ()
            if contents.rule is not None:
                anchor, _ = due_dates.anchor(contents, example)
                after = max(today, contents.starts_on)
                dates = next_dates(contents.rule, anchor, after, count, due_dates.calendar)
            if contents.ends_on is not None:
                dates = tuple(due for due in dates if due.on <= contents.ends_on)
            doubtful = {day.year for due in dates if due.uncertain for day in (due.nominal, due.on)}
            unknown = tuple(sorted(doubtful - due_dates.calendar.years))
            shown = "" if contents.anchor is AnchorKind.START else example.serial
            return PlanPreview(contents, len(covered), dates, unknown, shown)

    def next_dates_of(self, key: str, serial_or_key: str, count: int = 5) -> tuple[Due, ...]:
        """The next dates of a plan for one terminal (by serial number), merchant (by id) or the
        estate.  Raises `NotFound`."""
        today = self._context.today()
        with self._context.read() as session:
            plan = read_plan(session, key)
            due_dates = DueDates(session, today, (plan,))
            contents = plan.at(today).contents
            for subject in due_dates.subjects[contents.scope]:
                if serial_or_key in (subject.serial, subject.key) and contents.rule is not None:
                    anchor, _ = due_dates.anchor(contents, subject)
                    return next_dates(contents.rule, anchor, today, count, read_calendar(session))
        raise NotFound("terminal", serial_or_key)

    def forecast(self, first: date, last: date) -> Forecast:
        """What the plans name in a period, any period, with nothing stored."""
        with self._context.read() as session:
            due_dates = DueDates(session, self._context.today())
            unknown = due_dates.calendar.unknown_years(first, last)
            return Forecast(first, last, due_dates.tally(first, last), unknown)

    # --- writing -------------------------------------------------------------------------------

    @operation(
        "plan.save",
        merge=Merge(draft="draft", version="version", read=_as_it_stands),
        same=Same(find=_added_meanwhile, edit="plan.save", key="plan_id"),
    )
    def save(
        self,
        draft: PlanDraft,
        plan_id: str = "",
        version: int = 0,
        valid_from: date | None = None,
    ) -> str:
        """Add a plan, or give one new contents from a day on (today unless said); returns the id.

        What was due before that day stays as it was; open dates from it on are computed anew.
        What was saved while the clock ran ahead, for a day that is still to come, gives way.
        Raises `InvalidInput`, `NotFound`, `Conflict`.
        """
        contents = check_plan(draft)
        with self._context.write() as unit:
            self._refuse_dangling(unit.session, draft, contents)
            contents = registered(unit.session, contents)
            if not plan_id:
                return self._add(unit, draft, contents)
            row = unit.session.get(PlanRow, plan_id)
            if row is None:
                raise NotFound("plan", plan_id)
            if row.version != version:
                raise Conflict("plan", row.key)
            self._new_version(unit, row, contents, valid_from or self._context.today())
            return row.id

    def ahead(self, plan_id: str) -> int:
        """How many open dates of a plan from today on would be called off if it rested."""
        with self._context.read() as session:
            query = sa.select(sa.func.count()).where(
                col(OccurrenceRow.plan_id) == plan_id,
                col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
                col(OccurrenceRow.due_on) >= self._context.today(),
            )
            return int(session.execute(query).scalar_one())

    @operation("plan.set_active")
    def set_active(self, plan_id: str, *, active: bool) -> int:
        """Let a plan rest, or take it up again; returns how many dates were set aside.

        What it left open in the future becomes void, and due again (from the day it is taken up)
        at the next generation.  Raises `NotFound`."""
        today = self._context.today()
        with self._context.write() as unit:
            row = unit.session.get(PlanRow, plan_id)
            if row is None:
                raise NotFound("plan", plan_id)
            if row.active == active:
                return 0
            row.active = active
            aside = 0
            if active:
                note_resumed(unit.session, plan_id, today)
            else:
                aside = self._retract(unit, row, today, "plan.resting")
            unit.touched("plan", [plan_id])
            return aside

    def recommended(self) -> tuple[PlanDraft, ...]:
        """The shipped plans, as drafts."""
        return self._pack().plans

    def missing_recommended(self, starts_on: date | None = None) -> tuple[PlanDraft, ...]:
        """Those of them that taking the pack over would add, counting from a day on (today)."""
        begin = (starts_on or self._context.today()).isoformat()
        known = {plan.key for plan in self.listed()}
        found = (draft for draft in self._pack().plans if draft.key not in known)
        return tuple(replace(draft, starts_on=begin) for draft in found)

    def install_pack(self, starts_on: date | None = None) -> tuple[str, ...]:
        """Make plans of the shipped pack, those there are already left alone; returns the keys
        that were added."""
        pack = self._pack()
        begin = (starts_on or self._context.today()).isoformat()
        dated = tuple(replace(draft, starts_on=begin) for draft in pack.plans)
        return self._install(tuple(pack.checklists), dated)

    @operation("plan.install")
    def _install(
        self, checklists: tuple[Checklist, ...], plans: tuple[PlanDraft, ...]
    ) -> tuple[str, ...]:
        """The shipped plans of one release.  Two computers that install them have the same ones,
        by their keys, too, and so the same dates."""
        added = []
        with self._context.write() as unit:
            for checklist in checklists:
                if newest_checklist(unit.session, checklist.key) is None:
                    add_checklist(unit, checklist, 1)
            known = {plan.key for plan in read_plans(unit.session)}
            for draft in plans:
                if draft.key not in known:
                    self._add(unit, draft, check_plan(draft), shipped=True)
                    added.append(draft.key)
        return tuple(added)

    @operation("checklist.save")
    def save_checklist(self, checklist: Checklist) -> str:
        """Keep a new edition of a checklist; runs of earlier editions keep theirs.  Returns its
        id.  Raises `InvalidInput` when it has no line."""
        if not checklist.lines:
            raise InvalidInput.of("lines", "text.missing")
        key = check_key(checklist.key)
        with self._context.write() as unit:
            newest = newest_checklist(unit.session, key)
            edition = 1
            if newest is not None:
                edition = read_checklist(unit.session, newest).edition + 1
            return add_checklist(unit, replace(checklist, key=key), edition)

    # --- steps ---------------------------------------------------------------------------------

    def _refuse_dangling(self, session: Session, draft: PlanDraft, contents: Contents) -> None:
        if contents.checklist and newest_checklist(session, contents.checklist) is None:
            raise InvalidInput.of("checklist", "choice.unknown", value=contents.checklist)
        known = {plan.key for plan in read_plans(session)}
        for key in contents.covers:
            if key not in known or key == draft.key:
                raise InvalidInput.of("covers", "choice.unknown", value=key)

    def _add(
        self, unit: UnitOfWork, draft: PlanDraft, contents: Contents, *, shipped: bool = False
    ) -> str:
        session, key = unit.session, check_key(draft.key)
        taken = session.execute(sa.select(col(PlanRow.id)).where(col(PlanRow.key) == key)).scalar()
        if taken is not None:
            raise InvalidInput.of("key", "plan.key_taken", value=key)
        row = PlanRow(key=key, changed_at=unit.now)
        version = ""
        if shipped:
            row.id, version = derived_key("plan", key), derived_key("plan_version", key, "1")
        session.add(row)
        session.flush()
        begins = contents.starts_on
        add_version(unit, row, contents, (1, begins), by=self._context.actor, key=version)
        return row.id

    def _new_version(
        self, unit: UnitOfWork, row: PlanRow, contents: Contents, valid_from: date
    ) -> None:
        today = self._context.today()
        if valid_from < today:
            raise InvalidInput.of("valid_from", "date.past")
        versions = read_plan(unit.session, row.id).versions
        latest = versions[-1]
        # What was made while the clock ran ahead would hold only from its day on.
        ahead = unit.session.get_one(PlanVersionRow, latest.id).made_at > unit.now + MOST_OFF
        sooner = valid_from < latest.valid_from
        if latest.contents == contents and not (ahead and sooner):
            return
        if sooner and not ahead:
            raise InvalidInput.of("valid_from", "date.before", other=latest.valid_from)
        self._retract(unit, row, valid_from, "plan.changed")
        for change in differences(row.key, latest.contents, contents):
            unit.changed("plan", row.id, change)
        following = latest.number + 1, valid_from
        add_version(unit, row, contents, following, by=self._context.actor)

    def _retract(self, unit: UnitOfWork, row: PlanRow, day: date, reason: str) -> int:
        where = [col(OccurrenceRow.plan_id) == row.id, col(OccurrenceRow.due_on) >= day]
        return retract(unit, self._log, where, self._context.today(), reason)
