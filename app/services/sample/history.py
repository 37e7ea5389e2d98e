"""The sample's past: a few months of maintenance on paper at a few dozen terminals, before every
terminal was taken in.  Most of it done in time, some late, some left out with a reason, some
missed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from app.domain.maintenance.meters import ReadingDraft
from app.domain.maintenance.plan_drafts import PlanDraft
from app.domain.maintenance.plans import Subjects
from app.domain.maintenance.visits import ScheduleDraft, VisitSummary
from app.domain.register.terminals import TerminalState
from app.services.register.terminal_queries import TerminalFilter

if TYPE_CHECKING:
    from app.services import Services

PILOT = ("net", "maint", "acct")
"""Plans that were tried out first."""
PAST = timedelta(days=150)
EACH = 3
"""Terminals tried out in each area."""
SKIPPED = ("商户停业装修", "商户要求下次再来", "终端寄修中，机位为备机")
POSTPONED = ("商户盘点，改期", "台风停工，顺延", "工程师支援装机，改期")
METERED = 9


def live_through(services: Services) -> None:
    """Put the plans on trial some months back and work them off day by day until yesterday."""
    place, plans = services.context, services.plans
    real_clock, real_actor, today = place.clock, place.actor, place.today()
    terminals = _chosen(services)
    try:
        place.clock = _at(today - PAST)
        for draft in plans.recommended():
            if draft.key in PILOT:
                plans.save(_on_trial(draft, today - PAST, [t for t, _ in terminals]))
        services.generation.generate(today - timedelta(days=1))
        _work_off(services, today)
        _read_counters(services, [key for _, key in terminals], today)
    finally:
        place.clock, place.actor = real_clock, real_actor


def take_in_all(services: Services) -> None:
    """From today on the plans are as recommended, for every terminal."""
    plans, today = services.plans, services.context.today()
    plans.install_pack()
    for draft in plans.recommended():
        if draft.key in PILOT:
            plan = plans.get(draft.key)
            plans.save(replace(draft, starts_on=today.isoformat()), plan.id, plan.version)


def _chosen(services: Services) -> list[tuple[str, str]]:
    """Serial number and id of a few terminals of every area."""
    found = []
    for area in services.terminals.choices().areas:
        wanted = TerminalFilter(area=area, state=TerminalState.IN_SERVICE)
        some = services.terminals.first(wanted, 20 * EACH)
        found += [(terminal.serial, terminal.id) for terminal in some[:: max(1, len(some) // EACH)]]
    return found


def _on_trial(draft: PlanDraft, begin: date, serials: list[str]) -> PlanDraft:
    """The plan without checklist and occasions, as it was kept on paper."""
    return replace(
        draft,
        starts_on=begin.isoformat(),
        subjects=Subjects(serials=tuple(serials)),
        checklist="",
        events=(),
        covers=(),
    )


def _work_off(services: Services, today: date) -> None:
    dice = random.Random(95)
    visits, place = services.visits, services.context
    codes = {person.id: person.code for person in services.directory.technicians()}
    found = visits.between(today - PAST, today)
    tasks: dict[str, list[str]] = {}
    for task in visits.occurrences(today - PAST, today):
        tasks.setdefault(task.visit_id, []).append(task.id)
    fates = [(visit, dice.random()) for visit in found if visit.technician_id]
    work = sorted(
        (_fate(visit, luck, dice, today) for visit, luck in fates),
        key=lambda item: (item[0], item[2].number),
    )
    for day, what, visit in work:
        place.clock, place.actor = _at(day), codes[visit.technician_id]
        if what == "done":
            _settle(services, visit, tasks[visit.id])
        elif what == "late" and day < today:
            draft = ScheduleDraft(planned_on=day, reason=dice.choice(POSTPONED))
            visits.schedule(visit.id, visit.version, draft)
            _settle(services, visit, tasks[visit.id])
        elif what == "skipped":
            reason = dice.choice(SKIPPED)
            for key in tasks[visit.id]:
                visits.skip(key, reason)


def _fate(
    visit: VisitSummary, luck: float, dice: random.Random, today: date
) -> tuple[date, str, VisitSummary]:
    """When what becomes of a visit; nothing is decided about a missed one."""
    if luck < 0.82 or visit.window_until >= today:
        return min(visit.planned_on, today - timedelta(days=1)), "done", visit
    if luck < 0.90:
        return visit.window_until + timedelta(days=dice.randrange(1, 6)), "late", visit
    return visit.planned_on, "skipped" if luck < 0.95 else "missed", visit


def _settle(services: Services, visit: VisitSummary, tasks: list[str]) -> None:
    visits = services.visits
    for key in tasks:
        visits.complete(key, accept_early=True)
    visits.finish(visit.id)


def _read_counters(services: Services, terminals: list[str], today: date) -> None:
    dice = random.Random(96)
    for key in terminals[:METERED]:
        value = dice.randrange(4_000, 60_000)
        for weeks in (9, 5, 1):
            value += dice.randrange(300, 2_400)
            day = today - timedelta(weeks=weeks)
            services.context.clock = _at(day)
            services.meters.record(key, ReadingDraft("transactions", str(value), day.isoformat()))


def _at(day: date) -> Callable[[], datetime]:
    moment = datetime.combine(day, time(2, 30), UTC)
    return lambda: moment
