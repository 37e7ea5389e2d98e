"""The survey kept in memory gives after every change what a new one gives."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from app import bootstrap
from app.domain.errors import AppError
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft, draft_of
from app.domain.insight.warnings import StandingWarning
from app.services import Services
from app.services.insight.insight import Insight
from app.services.register.terminal_queries import TerminalFilter
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal
from tests.services.documents.paper import TESTS
from tests.services.insight.test_warnings import AREAS, estate_with_causes, finished

OF_A_CLASS = (FaultClass.HARDWARE, FaultClass.OPERATION, FaultClass.SYSTEM)


def anew(services: Services) -> tuple[StandingWarning, ...]:
    """What a program says that has only just begun."""
    return Insight(services.context).warnings()


class Work:
    """Somebody, or another seat, does something by chance."""

    def __init__(self, seats: tuple[Services, ...], folder: Path, seed: int) -> None:
        self.chance, self.folder, self.seats = random.Random(seed), folder, seats
        self.incidents: list[str] = []
        self.done: set[str] = set()
        self.terminals = [one.id for one in seats[0].terminals.first(TerminalFilter(), 60)]
        self.bad = self.chance.choice(self.terminals)

    def step(self, clock: FrozenClock) -> None:
        """One change; what the rules of the program refuse changes nothing."""
        services = self.chance.choices(self.seats, (9, 1))[0]
        clock.forward(hours=self.chance.choice((0, 1, 5, 30)))
        if not self.incidents:
            self.report(services)
        kinds = (self.report, self.solve, self.move, self.withdraw, self.reopen, self.load)
        some = self.chance.choices(kinds, (8, 8, 1, 2, 2, 1))[0]
        try:
            some(services)
            self.done.add(some.__name__)
        except AppError as refused:
            print(some.__name__, refused)

    def report(self, services: Services) -> None:
        where = self.bad if self.chance.random() < 0.5 else self.chance.choice(self.terminals)
        self.incidents.append(make_incident(services, where))

    def solve(self, services: Services) -> None:
        key = self.chance.choice(self.incidents)
        services.incidents.start(key)
        name = self.chance.choice(OF_A_CLASS)
        draft = ResolutionDraft(fault_class=name, work_done="已处理", tests=TESTS)
        services.incidents.resolve(key, draft)

    def move(self, services: Services) -> None:
        """Another terminal for an incident, or another area for a terminal."""
        if self.chance.random() < 0.5:
            key = self.chance.choice(self.incidents)
            known = services.incidents.get(key)
            elsewhere = replace(draft_of(known), terminal_id=self.chance.choice(self.terminals))
            services.incidents.edit(key, known.version, elsewhere)
        else:
            self.terminals.append(make_terminal(services, area=self.chance.choice(AREAS)))

    def withdraw(self, services: Services) -> None:
        services.incidents.cancel(self.chance.choice(self.incidents), "误报")

    def reopen(self, services: Services) -> None:
        services.incidents.reopen(self.chance.choice(self.incidents), "又坏了")

    def load(self, services: Services) -> None:
        serial = services.terminals.get(self.chance.choice(self.terminals)).serial
        day = f"2026-11-{self.chance.randint(1, 20):02d}"
        finished(services, self.folder, [(serial, day, "network")])


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_in_memory_says_what_a_new_program_says(
    any_services: Services, tmp_path: Path, clock: FrozenClock, seed: int
) -> None:
    """Whatever is reported, solved, corrected, withdrawn, loaded or entered, here or at another
    seat of the same database, today or the day after."""
    estate_with_causes(any_services, tmp_path, seed)
    database = any_services.context.database
    other = bootstrap.build(Settings(technician="T01", device="Z"), clock=clock, database=database)
    work = Work((any_services, other), tmp_path, seed)
    memory = any_services.insight._memory
    told, kept = set(), 0
    for _ in range(30):
        before = memory._kept
        work.step(clock)
        found = any_services.insight.warnings()
        assert found == anew(any_services)
        told.add(found)
        assert memory._kept is not None
        kept += before is not None and memory._kept.survey is before.survey
    assert work.done >= {"report", "solve", "load"}
    assert kept >= 10, "most changes need no new survey"
    assert len(told) >= 5, "and there were changes of what is warned of"
