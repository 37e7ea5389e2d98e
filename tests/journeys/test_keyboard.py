"""From the call to the saved report by the keyboard alone, counted: ``-s`` prints the counts,
``--screens FOLDER`` leaves pictures of the steps, ``--look en-dark`` takes another language and
look.  `test_every_look` takes all of them at real scales."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt

from app.domain.incidents.incidents import Result
from app.domain.incidents.lifecycle import IncidentState
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import Note
from app.gui.toolkit.language import words
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import (  # noqa: F401 - fixtures, by their names
    _own_places,
    application,
    context,
    settled,
    window,
)
from tests.gui.fitting import room_at
from tests.journeys.hands import Hands
from tests.maintenance import make_checklist, make_plan, planned

MOST = 30
"""Keys from the first to the saved report."""
MOST_AFTER = 8
"""Keys from the fix to the closed case.  Mode, cause and remedy are chosen by the technician where
nothing that was done establishes them, by a digit each."""


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The laptop in the language and look that were asked for."""
    words, _, look = str(request.config.getoption("--look")).partition("-")
    return replace(settings, language=words, theme=look)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where reports are saved."""
    made = tmp_path / "saved"
    made.mkdir()
    QSettings().setValue("files/folder", str(made))
    return made


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures of this journey are left, if anywhere."""
    album = str(request.config.getoption("--screens"))
    params = getattr(request.node, "callspec", None)
    return Path(album) / "journeys" / (params.id if params else "failing_line") if album else None


@pytest.fixture
def hands(
    window: MainWindow,  # noqa: F811
    services: Services,
    pictures: Path | None,
) -> Hands:
    """In front of Today, with one terminal that stands in a shop."""
    make_technician(services)
    make_terminal(services, tid="50000412", serial="N910000412")
    return Hands(window, pictures)


@pytest.fixture
def told() -> Callable[[str, int, int], None]:
    """Print the counts of a journey, and hold them to what is allowed."""

    def tell(name: str, keys: int, after: int) -> None:
        print(f"\n{name}: {keys} keys, {after} of them after the fix, 0 clicks")
        assert keys <= MOST, name
        assert after <= MOST_AFTER, name

    return tell


CASES = {
    # what is typed for the terminal, code, symptom, work done, whether it works again
    "code_51": ("0412", "51", "", "已说明", True),
    "faint_print": ("0412", "", "打印不清", "换打印头", True),
    "signal_full_but_timeouts": ("0412", "", "信号满格但交易超时", "重拨", True),
    "tamper": ("0412", "TAMPER", "", "", False),
    "swollen_battery": ("0412", "", "电池鼓包", "", False),
    "moved_shop": ("0412", "", "移机后提示移机锁定", "已报备", True),
    "wants_to_move": ("0412", "", "要申请移机", "", True),
    "unknown_terminal": ("X7K9001", "A0", "", "已签到", True),
}


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_from_the_call_to_the_saved_report(
    case: str,
    hands: Hands,
    services: Services,
    folder: Path,
    told: Callable[[str, int, int], None],
) -> None:
    terminal, code, symptom, done, mends = CASES[case]
    hands.report(terminal, code, symptom)
    hands.picture("diagnosis")
    hands.start()
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    if mends:
        hands.press("1")  # the first recommended check was done
    fixed = hands.keys
    hands.resolve(done, mends=mends)
    notes: list[Note] = []
    hands.window.context.noted.connect(notes.append)
    hands.sign()
    file = hands.save_closed(folder)
    kept = services.incidents.get(listed.id)
    assert kept.state is IncidentState.CLOSED
    closed = words()("{number} was signed and closed", number=kept.number)
    assert closed in [note.text for note in notes]
    assert kept.result is (Result.SOLVED if mends else Result.WORKSHOP)
    assert file.read_bytes().startswith(b"%PDF")
    saving = 2
    told(case, hands.keys, hands.keys - saving - fixed)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_safety_stop_is_in_sight_once_reported(hands: Hands, scale: float) -> None:
    hands.window.resize(*room_at(scale))
    hands.report("0412", "TAMPER")
    page = hands.window._pages["incidents"]
    assert isinstance(page, IncidentsPage)
    stop = page.diagnosis.panel.stop
    assert stop.visibleRegion().boundingRect().height() >= min(stop.height(), 40)


def test_a_failed_line_of_a_visit_becomes_a_closed_case(
    window: MainWindow,  # noqa: F811
    services: Services,
    folder: Path,
    pictures: Path | None,
    told: Callable[[str, int, int], None],
) -> None:
    make_technician(services)
    make_terminal(services, tid="50000412", serial="N910000412")
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    (visit, *_later) = planned(services)
    hands = Hands(window, pictures)
    hands.ctrl(Qt.Key.Key_K)
    hands.type(visit.number)
    hands.press(Qt.Key.Key_Return)
    hands.wait_for(lambda: "maintenance" in window._pages, "the page")
    page = window._pages["maintenance"]
    assert isinstance(page, MaintenancePage)
    hands.wait_for(page.detail.isVisible, "the visit")
    hands.ctrl(Qt.Key.Key_B)
    hands.wait_for(lambda: page.work.run is not None and page.work.isVisible(), "the checklist")
    hands.press(Qt.Key.Key_Down)
    assert page.work.table.current().key == "seals"
    begun = hands.keys
    hands.picture("line")
    hands.press("f")
    hands.picture("failed")
    hands.press("i")
    hands.wait_for(lambda: bool(services.incidents.first(IncidentFilter(), 5)), "the incident")
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    hands.ctrl(Qt.Key.Key_K)
    hands.type(listed.number[-2:])
    hands.press(Qt.Key.Key_Return)
    hands.wait_for(lambda: hands.shown_state == IncidentState.NEW, "the incident")
    hands.picture("diagnosis")
    hands.start()
    hands.press("1")
    fixed = hands.keys
    hands.resolve("", mends=False)  # a damaged seal stops the terminal: nobody tests it
    hands.sign()
    hands.save_closed(folder)
    assert services.incidents.get(listed.id).state is IncidentState.CLOSED
    told("failing_visit_line", hands.keys - begun, hands.keys - 2 - fixed)
