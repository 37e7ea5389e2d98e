"""A manager's first month in the window: spreadsheet in, people, plans with what they take,
territories, visits, levelling, a leave, paper for the wall, and nobody sent out on days off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.pages.maintenance.print_preview import PrintPreviewDialog
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit.draft_dialog import DraftDialog
from app.i18n import translator
from app.paths import resources
from app.services import Services
from app.services.sample.estate import TECHNICIANS
from tests.gui.conftest import (  # noqa: F401 - fixtures, by their names
    _own_places,
    application,
    context,
    window,
)
from tests.maintenance import TODAY
from tests.reports.reading import all_text, page_texts

EXPORT = resources() / "sample" / "terminals.csv"
NEW_YEAR, EVE = date(2027, 1, 1), date(2027, 2, 5)
DAYS_OFF = (NEW_YEAR, *(EVE + timedelta(days=n) for n in range(4)))
"""New Year's Day; the eve of the Spring Festival and its three days, off by law."""
HOMES = ("31.22,121.54", "31.39,120.98", "31.95,118.84", "31.31,120.62", "31.40,121.49")

PATIENCE = 600_000
"""Milliseconds; levelling takes a minute on a computer that has much else to do."""
_SITE_VISITS = sa.text(
    "SELECT v.planned_on, v.technician_id, s.technician_id AS keeper FROM visit v"
    " LEFT JOIN territory_site s ON s.merchant_id = v.merchant_id"
    " WHERE v.place = 'site' AND v.state = 'planned'"
)


@dataclass
class Desk:
    """The window with whoever sits at it."""

    window: MainWindow
    services: Services
    picture: Callable[[QWidget, str], None]

    def settled(self) -> None:
        settle(self.window.context, calm=80, most=PATIENCE)

    def page(self, name: str) -> Any:
        found = self.window.show_page(name)
        self.settled()
        return found

    @property
    def maintenance(self) -> MaintenancePage:
        page = self.page("maintenance")
        assert isinstance(page, MaintenancePage)
        return page

    def proposal(self, name: str) -> ProposalDialog:
        """The proposal that is open, once its figures are there; leaves a picture of it."""
        self.settled()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ProposalDialog), f"{dialog} instead of {name}"
        self.picture(dialog, name)
        return dialog

    def form(self, **values: Any) -> DraftDialog:
        self.settled()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, DraftDialog)
        dialog.fill(values)
        return dialog

    def press(self, dialog: QWidget, text: str) -> None:
        said = translator("zh")(text)
        (found,) = (b for b in dialog.findChildren(QPushButton) if b.text() == said)
        assert found.isEnabled(), f"{said} cannot be pressed"
        found.click()
        self.settled()

    def site_visits(self) -> list[Any]:
        """Planned visits on site, past the services."""
        with self.services.context.read() as session:
            return [
                (date.fromisoformat(str(day)), str(who or ""), str(keeper or ""))
                for day, who, keeper in session.execute(_SITE_VISITS)
            ]


@pytest.mark.parametrize("rows", [400, pytest.param(10_000, marks=pytest.mark.thorough)])
def test_from_a_spreadsheet_to_the_paper_on_the_wall(
    rows: int,
    window: MainWindow,  # noqa: F811
    context: AppContext,  # noqa: F811
    services: Services,
    tmp_path: Path,
    picture: Callable[[QWidget, str], None],
) -> None:
    desk = Desk(window, services, picture)
    _import(desk, tmp_path, rows)
    _enter_people(desk)
    _take_over_plans(desk)
    _divide_territories(desk)
    _generate(desk)
    _level(desk)
    _enter_leave(desk)
    for name, pages in (("schedule_year", 40), ("schedule_month", 30), ("route", 30)):
        _print(desk, name, pages, tmp_path)
    _plan_the_holidays(desk)


def _import(desk: Desk, folder: Path, rows: int) -> None:
    path = folder / "终端.csv"
    path.write_bytes(b"\n".join(EXPORT.read_bytes().split(b"\n")[: rows + 1]))
    dialog = desk.page("terminals").importing.terminals()
    dialog.take_file(path)
    desk.settled()
    desk.picture(dialog, "import")
    dialog._skip.setChecked(True)
    dialog._go.click()
    desk.settled()
    dialog.close()
    desk.settled()


def _enter_people(desk: Desk) -> None:
    people = desk.page("settings").section("people")
    desk.settled()
    for n, (code, name, areas) in enumerate(TECHNICIANS):
        people.add()
        home = HOMES[n] if n < len(HOMES) else ""
        desk.form(code=code, name=name, areas=list(areas), home=home).submit()
        desk.settled()
    assert len(desk.services.directory.technicians()) == len(TECHNICIANS)


def _take_over_plans(desk: Desk) -> None:
    page = desk.maintenance
    desk.picture(desk.window, "no_plans")
    desk.press(page, "Take over the recommended plans")
    dialog = desk.proposal("capacity")
    assert desk.services.plans.listed() == (), "seen before it is committed"
    assert dialog.model.rowCount() == 12, "twelve months"
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "小时" in said
    assert "人" in said
    desk.press(dialog, "Take over")
    assert desk.services.plans.listed()
    # The visits are offered at once; who goes where is decided first.
    desk.proposal("generate_offered").reject()
    desk.settled()
    assert desk.site_visits() == []


def _divide_territories(desk: Desk) -> None:
    desk.maintenance.territories.show()
    dialog = desk.proposal("territories")
    assert dialog.model.rowCount() == len(TECHNICIANS)
    desk.press(dialog, "Take over")
    assert not desk.services.territories.map().new


def _generate(desk: Desk) -> None:
    desk.maintenance.planning.generate()
    desk.press(desk.proposal("generate"), "Generate")
    visits = desk.site_visits()
    assert visits
    assert all(keeper in ("", who) for _day, who, keeper in visits if who), "in their territory"
    desk.picture(desk.window, "generated")


def _level(desk: Desk) -> None:
    page = desk.maintenance
    page.planning.level(page.wanted)
    dialog = desk.proposal("level")
    promised = {row.name: row.after for row in dialog.model.rows()}
    desk.press(dialog, "Accept")
    first = TODAY
    last = max(page.wanted.span[1], first + timedelta(days=27))
    stored = desk.services.balancing.figures(first, last)
    t = translator("zh")
    assert promised[t("Kilometres")] == f"{stored.kilometres:.0f}"
    assert promised[t("Overfull days")] == str(stored.overfull_days) == "0"
    assert promised[t("Without a place")] == str(stored.unassigned)
    desk.picture(desk.window, "levelled")


def _enter_leave(desk: Desk) -> None:
    page = desk.maintenance
    people = desk.services.directory.technicians()
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    ill = max(people, key=lambda p: len(_on(desk, p.id, first, last)))
    assert _on(desk, ill.id, first, last), "somebody goes out these days"
    page.planning.absence([(p.id, p.name) for p in people])
    desk.form(technician_id=ill.id, first_on=first, last_on=last, reason="年假").submit()
    said: list[str] = []
    desk.window.context.noted.connect(lambda note: said.append(note.text))
    desk.press(desk.proposal("leave"), "Reassign to others")
    assert any("待派" in text for text in said), "what became of the visits is told"
    assert _on(desk, ill.id, first, last) == []
    desk.picture(desk.window, "leave_entered")


def _on(desk: Desk, who: str, first: date, last: date) -> list[Any]:
    return [v for v in desk.site_visits() if v[1] == who and first <= v[0] <= last]


def _print(desk: Desk, kind: str, most: int, folder: Path) -> None:
    dialog = desk.maintenance.printing.print()
    assert isinstance(dialog, PrintPreviewDialog)
    days = {"since": TODAY, "until": TODAY + timedelta(days=4)} if kind == "route" else {}
    dialog.form.fill({"kind": kind, **days})
    dialog.make()
    desk.settled()
    desk.picture(dialog, kind)
    path = folder / f"{kind}.pdf"
    dialog.document_actions.save_to(path)
    desk.settled()
    dialog.reject()
    desk.settled()
    pdf = path.read_bytes()
    assert 0 < len(page_texts(pdf)) <= most
    if kind != "schedule_year":
        said = all_text(pdf)
        assert all(name in said for _code, name, _areas in TECHNICIANS)


def _plan_the_holidays(desk: Desk) -> None:
    """February is levelled, too: nobody is sent out on the days off of the law."""
    page = desk.maintenance
    for _month in range(3):
        page.step(1)
        desk.settled()
    assert page.wanted.span[0] <= EVE <= page.wanted.span[1]
    desk.picture(desk.window, "february")
    page.planning.level(page.wanted)
    dialog = desk.proposal("level_february")
    desk.press(dialog, "Accept")
    days = {day for day, _who, _keeper in desk.site_visits()}
    assert min(days) < NEW_YEAR < EVE < max(days), "visits lie before, between and behind"
    assert not days.intersection(DAYS_OFF)
    assert not [day for day in days if day.weekday() >= 5]
    page.holidays.show(2027)
    listed = {item.day for item in desk.proposal("holidays").model.rows()}
    assert listed.issuperset(DAYS_OFF)
