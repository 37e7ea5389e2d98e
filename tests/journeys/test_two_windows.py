"""An office and a laptop, each with its window: a package each way, what waits taken back, a
conflict made and settled, the trail of it read and printed.

``--screens FOLDER`` leaves pictures of what was seen, for somebody to look at.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app import bootstrap, paths
from app.domain.register.terminals import draft_of
from app.gui.pages.settings.office import OfficeSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.trust_editor import TrustDraft
from app.gui.pages.today.page import TodayPage
from app.gui.pages.trail.page import TrailPage
from app.gui.shell.exchange_dialogs import ExchangeDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ShowTrail
from app.gui.shell.page import AppContext
from app.gui.shell.screens import grab, settle
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import _own_places, answering, application  # noqa: F401 - fixtures


class Seat:
    """One computer with its folder, database and window; what is done at it is done within
    `settled`, where its folder is the program's."""

    def __init__(
        self, folder: Path, template: Path, clock: FrozenClock, settings: Settings
    ) -> None:
        folder.mkdir()
        shutil.copyfile(template, folder / "poscare.db")
        self._folder = folder
        self.settings = settings
        self.services = bootstrap.build(
            settings, clock=clock, database=Database(folder / "poscare.db")
        )
        self.context = AppContext(settings)
        self.window = MainWindow(self.context)
        self.window.resize(1366, 768)
        self.here(lambda: (self.context.set_services(self.services), self.window.show()))

    def here(self, do: Callable[[], object]) -> object:
        """Do something at this computer and wait until it is done."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(paths.HOME_VARIABLE, str(self._folder))
            done = do()
            settle(self.context, calm=80)
            return done

    def office_section(self) -> OfficeSection:
        """The settings of the office."""
        page = self.here(lambda: self.window.show_page("settings"))
        assert isinstance(page, SettingsPage)
        section = self.here(lambda: page.section("office"))
        assert isinstance(section, OfficeSection)
        return section

    def exchange(self) -> ExchangeDialog:
        """The exchange, opened from Today."""
        today = self.here(lambda: self.window.show_page("today"))
        assert isinstance(today, TodayPage)
        self.here(today.exchange.click)
        [found] = [one for one in today.findChildren(ExchangeDialog) if one.isVisible()]
        return found

    def press(self, owner: QWidget, text: str) -> None:
        """Press the button that says so."""
        [found] = [one for one in owner.findChildren(QPushButton) if one.text().strip() == text]
        assert found.isEnabled()
        self.here(found.click)

    def close(self) -> None:
        """Leave the program."""
        self.window.close()
        self.context.close()


@pytest.fixture
def seats(
    application: QApplication,  # noqa: F811
    tmp_path: Path,
    template: Path,
    clock: FrozenClock,
    settings: Settings,
) -> Iterator[tuple[Seat, Seat]]:
    """An office and a laptop."""
    office = Seat(
        tmp_path / "office", template, clock, replace(settings, technician="M01", device="A")
    )
    laptop = Seat(
        tmp_path / "laptop", template, clock, replace(settings, technician="T01", device="L7")
    )
    yield office, laptop
    for seat in (office, laptop):
        seat.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[QWidget, str], None]:
    """Leave a picture where it was asked for."""
    folder = request.config.getoption("--screens")

    def take(widget: QWidget, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            grab(widget, Path(folder) / f"{name}.png")

    return take


def pair(office: Seat, laptop: Seat) -> None:
    """Each trusts the key of the other, compared by telephone."""
    laptops, offices = laptop.office_section(), office.office_section()
    with answering("设为办公室"):
        office.press(offices, "设为办公室…")
    for seat, section, other, is_office in (
        (laptop, laptops, offices, True),
        (office, offices, laptops, False),
    ):
        assert other._own is not None
        draft = TrustDraft(other._own.text, "", office=is_office, compared=True)
        seat.here(lambda s=section, d=draft: s.trust(d))


def carry(
    giver: Seat, given: ExchangeDialog, taker: Seat, taken: ExchangeDialog, path: Path
) -> None:
    """A package from one to the other, looked into and taken in."""
    giver.here(lambda: given.write_to(path, "" if giver.settings.device == "L7" else "L7"))
    looking = taker.here(lambda: taken.look_into(path))
    assert isinstance(looking, QWidget)
    taker.press(looking, "接收")
    taker.press(looking, "关闭")


def takes_back(
    seat: Seat, dialog: ExchangeDialog, entered: str, picture: Callable[[QWidget, str], None]
) -> None:
    """The one operation that waits is the telephone number entered; it is taken back."""
    seat.here(dialog.refresh)
    seat.here(lambda: dialog.tabs.setCurrentWidget(dialog.outbox))
    entry = dialog.outbox.table.current()
    assert [(one.change.field, one.change.new) for one in entry.changes] == [
        ("contact_phone", entered)
    ]
    picture(dialog, "outbox")
    with answering("撤回"):
        seat.press(dialog, "撤回…")
    assert dialog.tabs.tabText(0) == "待发送"


def tells_all(seats: tuple[Seat, Seat], key: str, picture: Callable[[QWidget, str], None]) -> None:
    """The trail of both computers names what each said and what was taken back."""
    serial = seats[0].services.terminals.get(key).serial
    for seat in seats:
        page = seat.here(lambda s=seat: s.window.go(ShowTrail(serial)))
        assert isinstance(page, TrailPage)
        values = [
            one.change.new
            for row in range(page.table.model().rowCount())
            for one in page._model.value(row).changes
            if one.change.field == "contact_phone"
        ]
        assert values[:3] == ["13800000001", "13800000002", "13800000001"]
        assert [one.withdrawn for one in map(page._model.value, range(4))].count(True) == 1
        picture(seat.window, f"trail-{seat.settings.device}")


def test_work_goes_both_ways_and_a_conflict_is_settled(
    seats: tuple[Seat, Seat],
    clock: FrozenClock,
    tmp_path: Path,
    picture: Callable[[QWidget, str], None],
) -> None:
    office, laptop = seats
    key = office.here(lambda: make_terminal(office.services))
    office.here(lambda: make_technician(office.services, "T01"))
    assert isinstance(key, str)
    pair(office, laptop)
    here, there = laptop.exchange(), office.exchange()
    steps = iter(range(100))

    def both_ways() -> None:
        clock.forward(minutes=5)
        carry(laptop, here, office, there, tmp_path / f"{next(steps)}.posx")
        office.here(lambda: there.devices.select_first())
        carry(office, there, laptop, here, tmp_path / f"{next(steps)}.posx")

    both_ways()

    def phone(seat: Seat, number: str) -> None:
        clock.forward(minutes=1)
        terminals = seat.services.terminals
        terminal = terminals.get(key)
        draft = replace(draft_of(terminal), contact_phone=number)
        seat.here(lambda: terminals.update(key, terminal.version, draft))

    # What was entered by mistake is seen and taken back before it leaves.
    phone(laptop, "13800000009")
    takes_back(laptop, here, "13800000009", picture)
    assert laptop.services.terminals.get(key).contact_phone != "13800000009"

    # Both change the same field; the laptop's reaches the office later.
    phone(office, "13800000001")
    phone(laptop, "13800000002")
    both_ways()
    for seat, dialog, mine in ((office, there, "采用我的"), (laptop, here, "保留我的")):
        seat.here(dialog.refresh)
        seat.here(lambda d=dialog: d.tabs.setCurrentWidget(d.conflicts))
        [waiting] = dialog.conflicts.model.rows()
        assert (waiting.unsettled.kept, waiting.unsettled.lost) == ("13800000002", "13800000001")
        shown = (dialog.conflicts.keep.text(), dialog.conflicts.take.text())
        assert mine in shown
        picture(dialog, f"conflict-{seat.settings.device}")
    office.press(there, "采用我的")
    assert there.conflicts.model.rows() == ()
    both_ways()
    assert laptop.services.terminals.get(key).contact_phone == "13800000001"
    laptop.here(here.refresh)
    assert here.conflicts.model.rows() == (), "settled in the office, settled here"
    office.here(lambda: there.tabs.setCurrentIndex(2))
    [computer] = there._devices.rows()
    assert (computer.missing, computer.to_get is not None) == (None, True)
    picture(there, "computers")
    laptop.here(here.reject)
    office.here(there.reject)

    tells_all(seats, key, picture)


def test_a_laptop_nothing_came_from_is_named_on_today(
    seats: tuple[Seat, Seat], clock: FrozenClock, picture: Callable[[QWidget, str], None]
) -> None:
    office, laptop = seats
    pair(office, laptop)
    today = office.here(lambda: office.window.show_page("today"))
    assert isinstance(today, TodayPage)
    assert today.exchange.text().strip() == "交换"
    clock.forward(days=office.settings.silent_days, minutes=1)
    office.here(today.refresh)
    settle(office.context)
    assert today.exchange.text().strip() == "交换 · 1 台失联"
    assert "L7" in today.exchange.toolTip()
    picture(office.window, "today-silent")
