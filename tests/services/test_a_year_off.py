"""A clock that is a year wrong, ahead or behind, for a while: every use case does its work or says
a sentence, and once the clock is right nobody waits a year for anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.documents import HandOut
from app.domain.errors import AppError
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, HoldDraft, ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import HoldReason, Impact
from app.domain.register.custody import HandoverDraft
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState
from app.services import Services
from app.services.core.audit import chain_faults
from app.services.dispatch.reminders import Reminders
from app.services.documents.requests import Request
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_part, make_technician, make_terminal, terminal_draft
from tests.maintenance import make_plan, plan_draft, planned, tasks

YEAR = timedelta(days=366)
PASSWORD = "correct horse battery"
WRONG = (
    *[timedelta()] * 8,
    *(
        way * span
        for way in (1, -1)
        for span in (timedelta(minutes=7), timedelta(hours=5), timedelta(days=3), YEAR, 10 * YEAR)
    ),
)
"""How far the clock is off, and as often right."""
SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
)
CLOSED = ClosingDraft(Confirmation.BY_PHONE, "王先生")


def test_a_terminal_entered_a_year_ahead_is_moved_swapped_and_retired(
    any_services: Services, clock: FrozenClock
) -> None:
    terminals = any_services.terminals
    clock.now += YEAR
    moved = make_terminal(any_services, merchant_name="甲店", installed_on="")
    swapped = make_terminal(any_services, installed_on="")
    clock.now -= YEAR
    serial = terminals.get(moved).serial
    terminals.relocate(moved, terminal_draft(serial=serial, merchant_name="乙店"), "搬迁")
    stays = terminals.get(moved).placements
    assert [one.merchant_name for one in stays] == ["乙店", "甲店"]
    assert stays[1].until == stays[1].since <= stays[0].since
    fresh = terminals.swap(
        swapped, SwapDraft(new_serial="NEW00001", reason="屏幕坏", unsent_cleared=True)
    )
    (left,) = terminals.get(swapped).placements
    assert left.until == left.since
    terminals.change_state(moved, TerminalState.RETIRED, "报废")
    terminals.change_state(fresh, TerminalState.RETIRED, "报废")


def test_an_incident_reported_a_year_ahead_is_resolved_and_closed(
    any_services: Services, clock: FrozenClock
) -> None:
    make_technician(any_services)
    clock.now += YEAR
    keys = [make_incident(any_services, impact=Impact.STOPPED) for _ in range(2)]
    began = clock.now
    clock.now -= YEAR
    for key, restored in zip(keys, (None, began), strict=True):
        any_services.incidents.start(key)
        any_services.incidents.resolve(key, replace(SOLVED, restored_at=restored))
        assert any_services.incidents.get(key).restored_at == began
        any_services.incidents.close(key, CLOSED)


def test_a_plan_changed_a_year_ahead_is_changed_again_from_today(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    key, plans = make_plan(any_services), any_services.plans

    def change(minutes: str) -> None:
        plans.save(plan_draft(minutes=minutes), key, plans.get(key).version)

    clock.now += YEAR
    change("35")
    clock.now -= YEAR
    change("45")
    plan, today = plans.get(key), any_services.context.today()
    for days in (0, 30, 400):
        assert plan.at(today + timedelta(days=days)).contents.minutes == 45
    any_services.generation.generate()
    due = [(item.due_on, item.terminal_id) for item in tasks(any_services)]
    assert len(due) == len(set(due)) > 0, "no date twice, of the version before and this one"


class EveryVerb:
    """What people do, on whatever is there, in any order."""

    def __init__(self, services: Services, chance: random.Random) -> None:
        self._services, self._chance = services, chance
        self.refused: list[str] = []
        self.done = 0

    def act(self) -> None:
        """One use case; what it refuses is a sentence."""
        verb = self._chance.choice(VERBS)
        try:
            verb(self)
        except AppError as refusal:
            self.refused.append(refusal.code)
        else:
            self.done += 1

    @property
    def terminal(self) -> str:
        """One of the terminals."""
        found = self._services.terminals.first(TerminalFilter(), 99)
        return self._chance.choice(found).id

    @property
    def incident(self) -> str:
        """One of the incidents."""
        found = self._services.incidents.first(IncidentFilter(), 99)
        return self._chance.choice(found).id

    @property
    def visit(self) -> str:
        """One of the visits, or of none of them."""
        found = planned(self._services, 800)
        return self._chance.choice(found).id if found else "none"

    def register(self) -> None:
        make_terminal(self._services)

    def relocate(self) -> None:
        key = self.terminal
        serial = self._services.terminals.get(key).serial
        self._services.terminals.relocate(key, terminal_draft(serial=serial), "搬迁")

    def swap(self) -> None:
        serial = f"FRESH{self._chance.randrange(10**8):08d}"
        draft = SwapDraft(new_serial=serial, reason="坏", unsent_cleared=True)
        self._services.terminals.swap(self.terminal, draft)

    def change_state(self) -> None:
        state = self._chance.choice(list(TerminalState))
        self._services.terminals.change_state(self.terminal, state, "原因", override="主管同意")

    def hand_over(self) -> None:
        draft = HandoverDraft(holder_kind="technician", holder="张工")
        self._services.custody.hand_over(self.terminal, draft)

    def open(self) -> None:
        make_incident(self._services, self.terminal, impact=Impact.STOPPED)

    def start(self) -> None:
        self._services.incidents.start(self.incident)

    def hold(self) -> None:
        day = self._services.context.today() + timedelta(days=3)
        self._services.incidents.hold(self.incident, HoldDraft(HoldReason.PARTS, day, "等件"))

    def resume(self) -> None:
        self._services.incidents.resume(self.incident)

    def work(self) -> None:
        self._services.work_log.add_work(self.incident, WorkEntryDraft(summary="检查线路"))

    def resolve(self) -> None:
        self._services.incidents.resolve(self.incident, SOLVED)

    def close(self) -> None:
        self._services.incidents.close(self.incident, CLOSED)

    def reopen(self) -> None:
        self._services.incidents.reopen(self.incident, "又坏了")

    def generate(self) -> None:
        self._services.generation.generate()

    def catch_up(self) -> None:
        self._services.generation.catch_up()

    def start_visit(self) -> None:
        self._services.visits.start(self.visit)

    def finish_visit(self) -> None:
        self._services.visits.finish(self.visit)

    def cancel_visit(self) -> None:
        self._services.visits.cancel(self.visit, "商户停业")

    def stock(self) -> None:
        part = make_part(self._services, f"P-{self._chance.randrange(10**6)}")
        self._services.stock.receive("", part, 3)

    def back_up(self) -> None:
        self._services.backups.back_up_if_due()

    def journal(self) -> None:
        self._services.care.journal.catch_up()

    def sign_and_print(self) -> None:
        key = self.incident
        number = self._services.incidents.get(key).number
        printed = self._services.reporting.pdf(Request(kind="service_report", subject=number))
        self._services.reporting.note(printed, HandOut.PRINTED)

    def sign_in(self) -> None:
        people = self._services.people
        if not people.sign_in_needed():
            (person, *_others) = self._services.directory.technicians()
            people.set_password(person.id, PASSWORD)
        people.sign_in("T01", PASSWORD)

    def sign_in_wrongly(self) -> None:
        self._services.people.sign_in("T01", "not this one")

    def look(self) -> None:
        services, today = self._services, self._services.context.today()
        services.visits.agenda()
        services.dispatching.board(today, today + timedelta(days=7))
        services.custody.unaccounted()
        services.incidents.clocks(self.incident)
        services.care.backup_state()
        services.care.check(thorough=True)
        Reminders(services.context).take()


VERBS: tuple[Callable[[EveryVerb], None], ...] = tuple(
    one
    for name, one in vars(EveryVerb).items()
    if not name.startswith("_") and name != "act" and not isinstance(one, property)
)


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(n, marks=pytest.mark.thorough) for n in range(3, 40))]
)
def test_case_29_whatever_is_done_while_the_clock_is_a_year_off_is_done_or_refused_in_words(
    services: Services, clock: FrozenClock, seed: int
) -> None:
    chance = random.Random(seed)
    make_technician(services)
    make_plan(services)
    make_incident(services)
    services.generation.generate()
    verbs, right = EveryVerb(services, chance), clock.now
    for _ in range(90):
        right += timedelta(minutes=chance.randrange(1, 200))
        clock.now = right + chance.choice(WRONG)
        verbs.act()
    clock.now = right + timedelta(days=1)
    assert verbs.done > len(verbs.refused) / 2, verbs.refused
    _is_in_order(services)


def _is_in_order(services: Services) -> None:
    """With the clock right again everything goes on."""
    if services.people.sign_in_needed():
        services.people.sign_in("T01", PASSWORD)
    fresh = make_incident(services)
    services.incidents.start(fresh)
    services.incidents.resolve(fresh, SOLVED)
    # A run of a wrong day asks for one by hand, then they go on by themselves.
    services.generation.generate()
    assert services.generation.catch_up().preview.clock == ""
    assert services.backups.back_up_if_due() is not None
    wrong: list[Any] = [one for one in services.care.check(thorough=True) if not one.well]
    assert wrong == []
    with services.context.read() as session:
        assert list(chain_faults(session)) == []
