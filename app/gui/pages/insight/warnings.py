"""Warnings first: what stands, how sure, who sees to it; at the right one of them with everything
behind it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal

from app.domain.insight.figures import InsightReport
from app.domain.insight.warning_cases import WarningCase, WarningState
from app.gui.actions import UserAction
from app.gui.pages.insight.read import ListedWarnings, OneWarning, read_warning, read_warnings
from app.gui.pages.insight.tabs import InsightTab, Sheet
from app.gui.pages.insight.warning_actions import WarningActions
from app.gui.pages.insight.warning_detail import WarningDetail
from app.gui.shell.navigate import ShowIncident, ShowTerminal, ShowWarningDigest
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_icon_button
from app.gui.toolkit.badge import severity_badge, warning_badge
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.view_tabs import counted
from app.gui.toolkit.wheel_safe import ComboBox
from app.texts import word
from app.texts.warning_work import called, due_line
from app.texts.warnings import warning_certainty, warning_reason, warning_since, warning_title


class WarningsTab(InsightTab):
    """List at the left, one warning at the right."""

    listed = Signal(ListedWarnings)
    """The warnings to look at, whenever they were read."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._area = page, ""
        self._cases: tuple[WarningCase, ...] = ()
        self._wished = ""
        self.which = ComboBox()
        self.which.setAccessibleName(_("Which warnings"))
        self.which.addItem(_("To be seen to"), False)
        self.which.addItem(_("Ended"), True)
        self.which.activated.connect(lambda _place: self._read())
        self._model = RowTableModel(_columns(self._today), self)
        self.table = TableView(self._model, two_lines=True, name="warnings", title=_("Warnings"))
        self.table.current_changed.connect(self._read_one)
        self.detail = WarningDetail()
        self.detail.incident_opened.connect(lambda key: self.want(ShowIncident(key)))
        self.detail.terminal_opened.connect(lambda key: self.want(ShowTerminal(key)))
        self.steps = WarningActions(page, self.detail)
        self.table.opened.connect(lambda _case: self.detail.incidents.setFocus())
        self._arrange()

    def _today(self) -> date:
        return self._page.context.services.context.today()

    def _arrange(self) -> None:
        self._amount = label("", "muted")
        digest = action_icon_button(
            UserAction.PRINT_WARNINGS, lambda: self.want(ShowWarningDigest())
        )
        listed = column(
            row(self._amount, None, self.which, digest, margins=(10, 6, 6, 4)),
            self.table,
            spacing=0,
            margins=(1, 1, 1, 1),
        )
        both = row(panel(listed), self.detail, spacing=14)
        both.setStretch(0, 10)
        both.setStretch(1, 11)
        self.states = StateStack(boxed(both))
        self.setLayout(column(self.states, margins=(0, 10, 0, 0)))

    def title(self, view: InsightReport | None) -> str:
        return counted(_("Warnings"), 0 if self.which.currentData() else len(self._cases))

    def show_view(self, view: InsightReport) -> None:
        self._area = view.area
        self._read()

    def show_warning(self, key: str) -> None:
        """Mark the warning with this key, now or once it is read."""
        self._wished = key
        self.which.setCurrentIndex(0)
        self._mark()

    def _read(self) -> None:
        services, area = self._page.context.services, self._area
        ended = bool(self.which.currentData())
        self._page.run(lambda: read_warnings(services, area, ended=ended), self._show, owner=self)

    def _show(self, found: ListedWarnings) -> None:
        if found.ended != bool(self.which.currentData()):
            return
        self._cases = found.cases
        if not found.ended:
            self.listed.emit(found)
        self._model.set_rows(found.cases)
        self._amount.setText(_say_amount(found))
        self.retitled.emit()
        if not found.cases and not found.ended:
            self.states.show_empty(
                _("Nothing to warn of."),
                _("What the data warn of stands here until somebody has judged it."),
                _("Show the ended ones"),
                self._show_ended,
                icon="circle-check",
            )
            return
        self.states.show_content()
        if not self._mark() and self.table.current() is None:
            self.table.select_first()
        if not found.cases:
            self.detail.show_nothing()

    def _show_ended(self) -> None:
        self.which.setCurrentIndex(1)
        self._read()

    def _mark(self) -> bool:
        if not self._wished or not self.table.select(self._wished):
            return False
        self._wished = ""
        return True

    def _read_one(self, case: WarningCase | None) -> None:
        if case is None:
            return
        services = self._page.context.services

        def shown(found: OneWarning) -> None:
            now = self.table.current()
            if now is not None and now.key == found.case.key:
                self.detail.show_warning(found, self._today(), services.context.standing)

        self._page.run(lambda: read_warning(services, case), shown, owner=self)

    def sheet(self, report: InsightReport) -> Sheet:
        t, today = words(), self._today()
        header = (
            _("What is warned of"),
            _("About"),
            _("Why"),
            _("Seen"),
            _("Expected"),
            _("How sure"),
            _("Since"),
            _("State"),
            _("Sees to it"),
            _("To be done by"),
            _("Incidents"),
        )
        rows: list[tuple[str, ...]] = [
            (
                warning_title(t, case.warning),
                case.warning.subject.name,
                warning_reason(t, case.warning),
                str(case.warning.seen),
                _expected(case),
                warning_certainty(t, case.warning),
                warning_since(t, case.warning.since),
                word(t, "warning_state", case.state),
                case.owner,
                due_line(t, case, today),
                ", ".join(case.warning.incidents),
            )
            for case in self._cases
        ]
        return header, rows


def _say_amount(found: ListedWarnings) -> str:
    if found.ended:
        return _("{count} ended", count=len(found.cases))
    fresh = sum(case.state is WarningState.NEW for case in found.cases)
    count = len(found.cases)
    return plural(
        "{count} warning, {fresh} new", "{count} warnings, {fresh} new", count, fresh=fresh
    )


def _expected(case: WarningCase) -> str:
    expected = case.warning.expected
    return "—" if expected is None else f"{expected:.1f}"


def _columns(today: object) -> tuple[TableColumn, ...]:
    assert callable(today)
    return (
        TableColumn(title=_("How serious"), text=lambda _c: "", badge=severity_badge, width=92),
        TableColumn(
            title=_("What is warned of"),
            text=lambda c: called(words(), c.warning),
            detail=lambda c: warning_reason(words(), c.warning),
            width=190,
            stretch=True,
        ),
        TableColumn(
            title=_("Seen / expected"),
            text=lambda c: f"{c.warning.seen} / {_expected(c)}",
            detail=lambda c: warning_certainty(words(), c.warning),
            width=138,
        ),
        TableColumn(
            title=_("State"),
            text=lambda c: " ".join(filter(None, (c.owner, due_line(words(), c, today())))),
            badge=warning_badge,
            width=130,
        ),
    )
