"""Days off in a list to look at: by law, by the yearly notice, and of the company; taken in from
files, or set one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app.domain.errors import BadValue, InvalidInput
from app.domain.maintenance.visits import VisitSummary
from app.domain.maintenance.workdays import DayBasis, DayKind, ListedDay
from app.domain.parsing import parse_date
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_file, ask_new_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.wheel_safe import SpinBox
from app.gui.toolkit.working_dialog import READING
from app.services.maintenance.work_days import CalendarYear, LoadedDays
from app.texts import word
from app.texts.holidays import hit_by_days_off, provisional_years, visits_on_day_off


class HolidayPlanning(QObject):
    """Shows the days off and changes them."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    def show(self, year: int = 0) -> None:
        """The days off of a year, this one unless said."""
        service, today = self._context.services.work_days, self._context.services.context.today()
        self._page.run(lambda: service.year(year or today.year), self._opened)

    def _opened(self, found: CalendarYear) -> None:
        dialog = HolidaysDialog(self._page, _columns(), found.days)
        dialog.show_year(found)
        dialog.year.valueChanged.connect(lambda year: self._turn(dialog, year))
        standing = self._context.services.context.standing
        for text, kind, act in (
            (_("A day of the company …"), "calendar.set_company_day", self._ask_day),
            (_("As the calendar says"), "calendar.set_company_day", self._take_back),
            (_("Company days from a file …"), "calendar.load_company", self._ask_company),
            (_("Notice from a file …"), "calendar.load", self._ask_notice),
        ):
            permit(dialog.add_button(text, partial(act, dialog)), standing.refusal(kind))
        dialog.add_button(_("Save a template …"), lambda: self._ask_template(dialog))
        dialog.open()

    # --- reading -------------------------------------------------------------------------------

    def _turn(self, dialog: HolidaysDialog, year: int) -> None:
        if not dialog.working:
            work_days = self._context.services.work_days
            dialog.carry_out(
                self._context, lambda: work_days.year(year), dialog.show_year, manner=READING
            )

    def _changed(self, dialog: HolidaysDialog, work: Callable[[], Any], year: int) -> None:
        """Have something written, then show the year it is about."""
        work_days = self._context.services.work_days

        def both() -> tuple[Any, CalendarYear]:
            found = work()
            shown = found.years[0] if isinstance(found, LoadedDays) and found.years else year
            return found, work_days.year(shown)

        def done(result: tuple[Any, CalendarYear]) -> None:
            found, shown = result
            dialog.show_year(shown)
            if isinstance(found, LoadedDays) and found.visits_hit:
                dialog.show_stopped(hit_by_days_off(words(), found.visits_hit))

        dialog.carry_out(self._context, both, done)

    # --- changing ------------------------------------------------------------------------------

    def _ask_notice(self, dialog: HolidaysDialog) -> None:
        self._ask_file(dialog, _("Notice of a year from a file"), self.load_notice)

    def _ask_company(self, dialog: HolidaysDialog) -> None:
        self._ask_file(dialog, _("Company days from a file"), self.load_company)

    def _ask_file(
        self, dialog: HolidaysDialog, title: str, take: Callable[[HolidaysDialog, Path], None]
    ) -> None:
        ask_file(dialog, title, _("Tables (*.csv *.xlsx *.json)"), lambda path: take(dialog, path))

    def load_notice(self, dialog: HolidaysDialog, path: Path) -> None:
        """Take in a file with day, kind (休/班) and name."""
        from app.services.maintenance.holiday_files import read_holidays

        work_days = self._context.services.work_days
        self._changed(
            dialog, lambda: work_days.load_years(read_holidays(path)), dialog.year.value()
        )

    def load_company(self, dialog: HolidaysDialog, path: Path) -> None:
        """Take in the company's own days, with the same columns."""
        from app.services.maintenance.holiday_files import read_holidays

        work_days = self._context.services.work_days
        self._changed(
            dialog, lambda: work_days.load_company(read_holidays(path)), dialog.year.value()
        )

    def _ask_template(self, dialog: HolidaysDialog) -> None:
        from app.services.maintenance.holiday_files import write_template

        def save(path: Path) -> None:
            dialog.carry_out(
                self._context,
                lambda: write_template(path),
                lambda _none: self._context.note(_("Saved: {name}", name=path.name)),
            )

        name = _("company days") + ".csv"
        ask_new_file(dialog, _("Template of company days"), _("Tables (*.csv)"), name, save)

    def _ask_day(self, dialog: HolidaysDialog) -> None:
        work_days = self._context.services.work_days
        asked = DraftDialog(
            _("A day of the company"),
            [
                Field(name="day", label=_("Day"), kind="day", required=True),
                Field(
                    name="kind",
                    label=_("What it is"),
                    kind="choice",
                    choices=[(DayKind.OFF, _("day off")), (DayKind.WORK, _("worked"))],
                ),
                Field(name="name", label=_("Holiday name")),
            ],
            lambda values: values,
            parent=dialog,
        )

        def save(values: dict[str, Any]) -> tuple[CalendarYear, tuple[VisitSummary, ...]]:
            day = _day(values["day"])
            work_days.set_company_day(day, DayKind(values["kind"]), values["name"])
            return work_days.year(day.year), work_days.visits_hit(day)

        def saved(found: tuple[CalendarYear, tuple[VisitSummary, ...]]) -> None:
            dialog.show_year(found[0])
            dialog.show_stopped(visits_on_day_off(words(), found[1]))
            self._context.note(_("Saved: {name}", name=_("A day of the company")))

        self._page.submit(asked, save, saved)

    def _take_back(self, dialog: HolidaysDialog) -> None:
        work_days = self._context.services.work_days
        days = [item.day for item in dialog.table.selected() if item.basis is DayBasis.COMPANY]
        if not days:
            dialog.show_stopped(_("Select a day of the company first."))
            return

        def take_back() -> None:
            for day in days:
                work_days.set_company_day(day, None)

        self._changed(dialog, take_back, dialog.year.value())


class HolidaysDialog(ProposalDialog):
    """The days off of one year, with the year to turn to."""

    def __init__(self, parent: Page, columns: list[TableColumn], days: Sequence[ListedDay]) -> None:
        super().__init__(parent, _("Holidays"), columns, days)
        self.prefer(900, 560)
        self.choose_several()
        self.year = SpinBox()
        self.year.setRange(2004, 2099)
        self.year.setAccessibleName(_("Year"))
        self._doubt = label("", "error", wrap=True)
        self.shown.insertLayout(0, row(label(_("Year")), self.year, None))
        self.shown.insertWidget(1, self._doubt)

    def leave_text(self) -> str:
        return _("Close")

    def show_year(self, found: CalendarYear) -> None:
        """Show this year, and whether its notice is known."""
        self.year.blockSignals(True)
        self.year.setValue(found.year)
        self.year.blockSignals(False)
        self.model.set_rows(found.days)
        self._doubt.setText("" if found.noticed else provisional_years(words(), (found.year,)))
        self._doubt.setVisible(not found.noticed)
        self.show_stopped("")


def _columns() -> list[TableColumn]:
    t = words()

    def kind(item: ListedDay) -> str:
        return _("day off") if item.kind is DayKind.OFF else _("worked")

    return [
        TableColumn(title=_("Day"), text=lambda i: f"{t.day(i.day)} {t.weekday(i.day)}", width=170),
        TableColumn(title=_("Kind"), text=kind, width=110),
        TableColumn(
            title=_("Holiday name"),
            text=lambda i: word(t, "holiday", i.name),
            width=200,
            stretch=True,
        ),
        TableColumn(title=_("Decided by"), text=lambda i: word(t, "day_basis", i.basis), width=230),
    ]


def _day(raw: str) -> date:
    """The day entered.  Raises `InvalidInput`."""
    try:
        day = parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of("day", refusal.code, **refusal.params) from None
    if day is None:
        raise InvalidInput.of("day", "text.missing")
    return day
