"""Parts and stock in the window: the catalogue, the price list, what is where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from app.domain.parts.stock import OFFICE
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.part_editors import StockDialog, StockStep
from app.gui.pages.settings.parts import PartsSection
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_part, make_technician
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def parts(window: MainWindow, settled: Settled, services: Services) -> PartsSection:
    make_technician(services, "T01", name="张工")
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("parts")
    assert isinstance(section, PartsSection)
    settled()
    return section


def test_a_part_is_added_and_moved_into_the_van(
    parts: PartsSection, services: Services, opened: Opened, settled: Settled
) -> None:
    parts.add()
    settled()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"number": "bat-1", "name": "电池", "list_price_cents": 12_000})
    dialog.submit()
    settled()
    (part,) = services.parts.listed()
    assert (part.number, part.unit_name, part.list_price_cents) == ("BAT-1", "个", 12_000)
    services.stock.receive(OFFICE, part.id, 3)
    settled()
    parts.move_stock()
    moving = opened()
    assert isinstance(moving, StockDialog)
    moving.fill({"step": StockStep.LOAD, "quantity": 4})
    assert moving.form.value("place") != OFFICE
    moving.submit()
    settled()
    assert moving.isVisible(), "more than the store has, and no reason"
    moving.fill({"quantity": 2})
    moving.submit()
    settled()
    shown = {(one.place == OFFICE): one.quantity for one in parts.levels_model.rows()}
    assert shown == {True: 1, False: 2}


def test_a_price_list_is_shown_before_it_is_taken_in(
    parts: PartsSection, services: Services, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    make_part(services, "BAT-1")
    path = tmp_path / "价目表.csv"
    path.write_text("号头,名称,单价\nBAT-1,电池,120\nPH-1,打印头,甲\n", encoding="utf-8")
    parts.import_prices_from(path)
    settled()
    columns = opened()
    assert isinstance(columns, DraftDialog)
    assert (columns.form.value("number"), columns.form.value("name")) == ("", "1")
    columns.submit()
    settled()
    assert columns.isVisible(), "nobody said which column is the number"
    columns.fill({"number": "0"})
    columns.submit()
    settled()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.submit()
    settled()
    assert dialog.isVisible(), "one row has an error"
    dialog.fill({"skip_bad": True})
    dialog.submit()
    settled()
    (part,) = services.parts.listed()
    assert part.list_price_cents == 12_000
