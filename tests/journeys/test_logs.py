"""The logs of a terminal, an incident and a visit are read in every place and both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from app import bootstrap, paths
from app import settings as settings_file
from app.cli import main
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, HoldDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, Incident, TestLine, TestOutcome
from app.domain.incidents.lifecycle import HoldReason
from app.domain.maintenance.visits import ScheduleDraft, Visit
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.gui.pages.incidents.read import gather as gather_incident
from app.gui.pages.incidents.tabs import IncidentHistoryTab
from app.gui.pages.maintenance.detail import VisitDetail
from app.gui.pages.maintenance.read import VisitView
from app.gui.pages.terminals.read import gather as gather_terminal
from app.gui.pages.terminals.tabs import TerminalHistoryTab
from app.gui.toolkit import language as window_language
from app.gui.toolkit.tables import CellRole, RowTableModel
from app.i18n import translator
from app.services import Services
from app.services.documents.requests import Request
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from app.texts.events import EventWords, incident_event, terminal_event, visit_event
from db.models.maintenance import VisitRow
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_plan, planned
from tests.reports.reading import all_text, squeezed

SERIAL = "TESTN91000000412"


@pytest.fixture
def lived(settings: Settings, home: Path, clock: FrozenClock) -> Iterator[Services]:
    """A database in which everything was done that a log tells."""
    services = bootstrap.build(settings, clock=clock)
    today = services.context.today()
    make_technician(services)
    other = make_technician(services, "T02", name="李工")
    key = make_terminal(services, serial=SERIAL, seal_no="A7")
    terminal = services.terminals.get(key)
    corrected = replace(draft_of(terminal), firmware="4.0", link="wifi", seal_no="")
    services.terminals.update(key, terminal.version, corrected)
    services.terminals.change_state(key, TerminalState.IN_REPAIR, "换主板")
    services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")

    make_plan(services)
    services.generation.generate()
    visit = planned(services)[0]
    for draft in (
        ScheduleDraft(technician_id=other),
        ScheduleDraft(technician_id=""),
        ScheduleDraft(planned_on=visit.window_until, reason="商户停业"),
    ):
        version = services.visits.get(visit.id).summary.version
        services.visits.schedule(visit.id, version, draft)

    incident = make_incident(services, key, displayed_code="", symptom="电池鼓包")
    services.incidents.assign(incident, other)
    services.visits.take_along(visit.id, incident)
    services.visits.cancel(visit.id, "改期")
    services.incidents.start(incident)
    services.incidents.hold(incident, HoldDraft(HoldReason.PARTS, today, "等电池"))
    services.incidents.resume(incident)
    done = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        work_done="换机",
        tests=(
            TestLine("sign_in", TestOutcome.PASSED),
            TestLine("test_sale", TestOutcome.PASSED, "000123"),
        ),
    )
    swap = SwapDraft(
        new_serial="NEW00001",
        reason="电池鼓包",
        old_state=TerminalState.IN_REPAIR,
        unsent_cleared=True,
    )
    services.incidents.resolve(incident, done, swap)
    services.incidents.close(
        incident, ClosingDraft(confirmed_by="王先生", confirmation=Confirmation.BY_PHONE)
    )
    yield services
    services.close()


Told = dict[str, list[EventWords]]


def told(services: Services, language: str) -> Told:
    """What the three logs tell, newest first, as the one module of words says it."""
    t = translator(language)
    incident, visit = _incident(services), _visit(services)
    return {
        "terminal": [terminal_event(t, e) for e in services.terminals.by_serial(SERIAL).log],
        "incident": [incident_event(t, e) for e in reversed(incident.events)],
        "visit": [visit_event(t, e) for e in reversed(visit.events)],
    }


def _incident(services: Services) -> Incident:
    (found,) = services.incidents.first(IncidentFilter(order="-reported"), 5)
    return services.incidents.get(found.id)


def _visit(services: Services) -> Visit:
    with services.context.read() as session:
        keys = session.execute(sa.select(VisitRow.id)).scalars().all()  # type: ignore[call-overload]
    visits = [services.visits.get(key) for key in keys]
    return next(v for v in visits if v.summary.state == "cancelled")


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The reader's language."""
    return str(request.param)


def test_nothing_raw_or_foreign_is_told_of_what_was_really_done(
    lived: Services, language: str
) -> None:
    for log, entries in told(lived, language).items():
        assert len(entries) >= 5, log
        for entry in entries:
            assert "_" not in entry.line, entry.line
            if language == "zh":
                assert not re.search(r"[a-z]{4,}", entry.line.replace("LINK", "")), entry.line
            else:
                # Names and remarks are as people wrote them; labels and values are English.
                assert not re.search(r"[：；、]", entry.line), entry.line


def test_the_command_line_tells_the_logs_as_text_and_as_data(
    lived: Services, settings: Settings, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_file.save(replace(settings, language=language), paths.settings_file())
    incident, visit = _incident(lived), _visit(lived)
    for verb, subject, log, name in (
        ("terminal", SERIAL, "terminal", "log"),
        ("incident", incident.number, "incident", "events"),
        ("visit", visit.summary.number, "visit", "events"),
    ):
        expected = [entry.line for entry in told(lived, language)[log]]
        assert main([verb, "show", subject]) == 0
        out = capsys.readouterr().out
        assert [line for line in expected if line not in out] == []
        assert main([verb, "show", subject, "--json"]) == 0
        entries = json.loads(capsys.readouterr().out)[name]
        assert sorted(entry["text"] for entry in entries) == sorted(expected)
        fields = {entry["change"]["field"] for entry in entries if entry["change"]}
        assert "state" in fields or "priority" in fields


def test_the_terminal_history_on_paper_tells_the_log(lived: Services, language: str) -> None:
    pdf = lived.reporting.pdf(
        Request(kind="terminal_history", subject=SERIAL, language=language)
    ).pdf
    text = squeezed(all_text(pdf))
    for entry in told(lived, language)["terminal"]:
        for part in (entry.title, entry.detail):
            assert squeezed(part) in text, part


def test_the_history_tabs_of_the_window_tell_the_logs(
    qapp: QApplication, lived: Services, language: str
) -> None:
    window_language.use(translator(language))
    try:
        incident, visit = _incident(lived), _visit(lived)
        device, case, trip = TerminalHistoryTab(), IncidentHistoryTab(), VisitDetail()
        device.show_view(gather_terminal(lived, lived.terminals.by_serial(SERIAL).id))
        case.show_view(gather_incident(lived, incident.id))
        trip.show_view(VisitView(visit=visit, today=lived.context.today()))
        shown = {"terminal": device._log, "incident": case._events, "visit": trip.log}
        for log, model in shown.items():
            assert _cells(model) == told(lived, language)[log]
    finally:
        window_language.use(translator("zh"))


def _cells(model: RowTableModel) -> list[EventWords]:
    cells = [model.data(model.index(row, 1), CellRole) for row in range(model.rowCount())]
    return [EventWords(cell.text, cell.detail) for cell in cells]
