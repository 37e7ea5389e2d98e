"""An office and a laptop, each with its window: a package each way, what waits taken back, a
conflict made and settled, the trail of it read and printed.

``--screens FOLDER`` leaves pictures of what was seen, for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.register.terminals import draft_of
from app.gui.pages.today.page import TodayPage
from app.gui.pages.trail.page import TrailPage
from app.gui.shell.exchange_dialogs import ExchangeDialog
from app.gui.shell.navigate import ShowTrail
from app.gui.shell.screens import settle
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import answering
from tests.journeys.seats import Seat, pair


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
