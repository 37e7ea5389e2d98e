"""What the manager has of all laptops' work: lists, warnings, compliance and the printed month in
the office, after three laptops' packages came by the command line, against SQL over its data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from app.settings import Settings
from tests.cli.conftest import Answer, Run
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_plan, tasks

LAPTOPS = ("one", "two", "three")
TODAY = datetime.now().astimezone().date()
THEN = datetime.combine(TODAY - timedelta(days=40), time(10)).astimezone(UTC)
"""When the work was done: its windows have closed since.  At ten here, so that the day is the same
in universal time whenever the tests are run."""
SOLVED = ResolutionDraft(
    fault_class=FaultClass.NETWORK,
    work_done="更换通信卡后恢复",
    tests=(TestLine("sign_in", TestOutcome.PASSED),),
)


class Computers:
    """The office and its laptops, each with a data folder of its own."""

    def __init__(self, folder: Path, template: Path, run: Run, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._run, self._patch = folder, run, patch
        for n, name in enumerate(("office", *LAPTOPS)):
            home = folder / name
            home.mkdir()
            (home / "poscare.db").write_bytes(template.read_bytes())
            self._go_to(name)
            settings = Settings(technician=f"T0{n}", device=f"B{n}")
            settings_file.save(settings, paths.settings_file())

    def _go_to(self, name: str) -> None:
        self._patch.setenv(paths.HOME_VARIABLE, str(self._folder / name))

    def at(self, name: str, *arguments: str) -> Answer:
        """Run a verb there; it must succeed."""
        self._go_to(name)
        answer = self._run(*arguments, "--lang", "en")
        assert answer.code == 0, answer.err
        return answer

    @contextlib.contextmanager
    def work(self, name: str, days: float = 0) -> Iterator[Services]:
        """The services there, so many days after `THEN`."""
        self._go_to(name)
        settings = settings_file.load(paths.settings_file())
        services = bootstrap.build(settings, clock=lambda: THEN + timedelta(days=days))
        yield services
        services.close()

    def exchange(self, name: str) -> Any:
        """A package to the office and its answer; what the office said."""
        there, back = self._folder / "there.posx", self._folder / "back.posx"
        self.at(name, "exchange", "export", "-o", str(there))
        taken = self.at("office", "exchange", "import", str(there), "--json").json
        self.at("office", "exchange", "export", "-o", str(back), "--to", name)
        self.at(name, "exchange", "import", str(back))
        return taken

    def in_sql(self, question: str, **values: Any) -> list[Any]:
        """What the office's database itself says."""
        with self.work("office") as services, services.context.database.connect() as connection:
            return list(connection.execute(sa.text(question), values).all())


@pytest.fixture
def computers(
    run: Run, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> Computers:
    """An office with a register, people and a plan, and three laptops that have its state."""
    made = Computers(tmp_path, template, run, monkeypatch)
    made.at("office", "exchange", "office", "begin")
    with made.work("office") as services:
        for n in range(4):
            make_technician(services, f"T0{n}", name=f"张工{n}")
        for n in range(6):
            make_terminal(services, serial=f"OFFICE{n:06d}", installed_on="2024-01-10")
        make_plan(services, starts_on=THEN.date().isoformat())
        services.generation.generate()
    office = tmp_path / "office.poskey"
    made.at("office", "exchange", "key", "-o", str(office), "--name", "office")
    for n, name in enumerate(LAPTOPS, 1):
        key = tmp_path / f"{name}.poskey"
        made.at(name, "exchange", "key", "-o", str(key), "--name", name)
        made.at(name, "exchange", "trust", str(office), "--office")
        made.at("office", "exchange", "trust", str(key), "--people", f"T0{n}")
        made.exchange(name)
    return made


def do_a_months_work(computers: Computers) -> set[str]:
    """Each laptop: twice the same terminal, which no laptop alone has often, one of its own, a
    visit; returns the numbers of the incidents."""
    numbers: set[str] = set()
    for n, name in enumerate(LAPTOPS):
        with computers.work(name, days=2 + n / 10) as services:
            found = {one.serial: one.id for one in services.terminals.first(TerminalFilter(), 10)}
            mine = [found["OFFICE000000"], found["OFFICE000000"], found[f"OFFICE00000{n + 1}"]]
            for place, terminal in enumerate(mine):
                key = make_incident(services, terminal, symptom=f"信号弱 {place}")
                numbers.add(services.incidents.get(key).number)
                if place:
                    services.incidents.start(key)
                    services.incidents.resolve(key, SOLVED)
            task = next(one for one in tasks(services) if one.terminal_id == mine[-1])
            services.visits.start(task.visit_id)
            services.visits.complete(task.id, accept_early=True)
    return numbers


def test_the_office_sees_all_laptops_work_as_its_database_has_it(
    computers: Computers, tmp_path: Path
) -> None:
    done = do_a_months_work(computers)
    assert len(done) == 9
    for name in LAPTOPS:
        taken = computers.exchange(name)
        assert (taken["from"], taken["conflicts"], taken["refused"]) == (name, [], [])

    def said(*verb: str) -> Any:
        return computers.at("office", *verb, "--json").json

    # Who is how far.
    devices = said("exchange", "status")["devices"]
    assert {one["name"] for one in devices} == set(LAPTOPS)
    assert all(one["missing"] == [] and one["last_contact"] for one in devices)

    # Lists.
    listed = {one["number"]: one["state"] for one in said("incident", "list", "--state", "all")}
    assert listed == dict(computers.in_sql("SELECT number, state FROM incident"))
    assert set(listed) == done

    # Compliance: windows that have closed, three of them kept.
    total = said("plan", "compliance")["total"]
    [(closed, kept)] = computers.in_sql(
        "SELECT count(*), sum(done_on BETWEEN window_from AND window_until) FROM occurrence"
        " WHERE outcome IN ('open', 'done', 'partial', 'missed', 'skipped')"
        " AND window_until BETWEEN :first AND :last",
        first=THEN.date().isoformat(),
        last=(TODAY - timedelta(days=1)).isoformat(),
    )
    assert (total["closed"], total["on_time"]) == (closed, kept)
    assert kept == len(LAPTOPS)

    # Warnings: one case of each laptop is late, which no laptop alone can say of the others.
    [late] = [one for one in said("warnings")["warnings"] if one["rule"] == "overdue"]
    overdue = computers.in_sql(
        "SELECT number FROM incident WHERE state = 'new' AND resolve_due_at < :now",
        now=datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" "),
    )
    assert late["seen"] == len(LAPTOPS)
    assert sorted(late["incidents"]) == sorted(number for (number,) in overdue)

    # The printed month, read back from the paper.
    first, last = THEN.date(), (THEN + timedelta(days=5)).date()
    paper = tmp_path / "month.pdf"
    span = ("--from", first.isoformat(), "--to", last.isoformat())
    computers.at("office", "report", "month", *span, "-o", str(paper))
    sheet = said("report", "read", str(paper))["sheet"]
    measured = {one["kind"]: one["value"] for one in sheet["measured"]}
    [(reported, resolved)] = computers.in_sql(
        "SELECT count(*), sum(state IN ('resolved', 'closed')) FROM incident"
    )
    assert (measured["reported"], measured["resolved"]) == (reported, resolved)
    assert measured["backlog"] == reported - resolved == len(LAPTOPS)
    by_person = computers.in_sql(
        "SELECT technician.name, count(*) FROM incident"
        " JOIN technician ON technician.id = incident.technician_id"
        " WHERE incident.state = 'resolved' GROUP BY technician.name ORDER BY technician.name"
    )
    assert [(one["name"], one["resolved"]) for one in sheet["technicians"]] == by_person
