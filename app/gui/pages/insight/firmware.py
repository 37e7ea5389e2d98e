"""Firmware of each model: how many devices run which version, which are behind the newest."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.campaigns.campaigns import CampaignScope
from app.domain.insight.figures import InsightReport
from app.domain.insight.warnings import SubjectKind
from app.domain.register.firmware import FirmwareLine
from app.gui.actions import UserAction
from app.gui.pages.insight.campaign_actions import CampaignActions
from app.gui.pages.insight.read import ListedWarnings
from app.gui.pages.insight.tabs import InsightTab, Sheet
from app.gui.shell.navigate import ListTerminals, ShowCampaign
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import counted
from app.services.register.terminal_queries import TerminalFilter


class FirmwareTab(InsightTab):
    """One table; a row opens its terminals."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._lines: tuple[FirmwareLine, ...] = ()
        self._warned: frozenset[Version] = frozenset()
        self._model = RowTableModel(_columns(self._is_warned), self)
        self.table = TableView(self._model, name="firmware", title=_("Firmware"))
        self.table.opened.connect(self._open)
        self._steps = CampaignActions(
            page, lambda: None, list, lambda key: self.want(ShowCampaign(key))
        )
        self.update_button = action_button(UserAction.CAMPAIGN_OF_FIRMWARE, self._campaign)
        self.table.current_changed.connect(self._allow)
        self._note = label(
            _(
                "Newest known: the highest version that runs anywhere, or the required one of the"
                " model. Enter opens the terminals of the marked version."
            ),
            "muted",
            wrap=True,
        )
        listed = panel(column(self.table, margins=(1, 1, 1, 1)))
        above = row(self._note, self.update_button)
        above.setStretch(0, 1)
        self.states = StateStack(boxed(column(above, listed, spacing=8)))
        self.setLayout(column(self.states, margins=(0, 10, 0, 0)))

    def title(self, view: InsightReport | None) -> str:
        return counted(_("Firmware"), sum(one.terminals for one in self._lines if one.behind))

    def show_view(self, view: InsightReport) -> None:
        models = self._page.context.services.models
        self._page.run(models.firmware, self._show, owner=self)

    def _show(self, found: tuple[FirmwareLine, ...]) -> None:
        self._lines = found
        self._model.set_rows(found)
        self.retitled.emit()
        if not found:
            self.states.show_empty(_("No terminals yet"), icon="cpu")
            return
        self.states.show_content()
        if self.table.current() is None:
            self.table.select_first()
        self._allow(self.table.current())

    def mark(self, found: ListedWarnings) -> None:
        """Mark the versions warnings are about: the newest may be the worst one."""
        named = [
            dict(case.warning.subject.named)
            for case in found.cases
            if case.is_open and case.warning.subject.kind is SubjectKind.FIRMWARE
        ]
        self._warned = frozenset(
            (one.get("manufacturer", ""), one.get("model", ""), one.get("firmware", ""))
            for one in named
        )
        self._model.set_rows(self._lines)

    def _is_warned(self, line: FirmwareLine) -> bool:
        return (line.manufacturer, line.model, line.firmware) in self._warned

    def _allow(self, line: FirmwareLine | None) -> None:
        refusal = self._page.context.services.context.standing.refusal("campaign.create")
        permit(self.update_button, refusal, enabled=line is not None and line.behind)

    def _open(self, line: FirmwareLine) -> None:
        wanted = TerminalFilter(model=line.model, firmware=line.firmware)
        self.want(ListTerminals(wanted))

    def _campaign(self) -> None:
        line = self.table.current()
        if line is None:
            return
        title = _("{model}: firmware {version}", model=line.model, version=line.newest)
        scope = CampaignScope(model=line.model, older_than=line.newest)
        self._steps.new(scope, title, line.newest)

    def sheet(self, report: InsightReport) -> Sheet:
        header = (
            _("Manufacturer"),
            _("Model"),
            _("Firmware"),
            _("Terminals"),
            _("Newest known"),
            _("Behind"),
            _("Applications"),
        )
        rows: list[tuple[str, ...]] = [
            (
                one.manufacturer,
                one.model,
                one.firmware,
                str(one.terminals),
                one.newest,
                _("yes") if one.behind else "",
                _applications(one),
            )
            for one in self._lines
        ]
        return header, rows


def _applications(line: FirmwareLine) -> str:
    return _("; ").join(
        plural("{version}: {count} terminal", "{version}: {count} terminals", amount, version=name)
        for name, amount in line.applications
        if name
    )


def _state(line: FirmwareLine) -> Badge | None:
    if not line.firmware:
        return Badge(_("Unknown"), "neutral", "circle-question-mark")
    if line.behind:
        return Badge(_("Behind"), "warning", "triangle-alert")
    return Badge(_("Newest"), "ok", "check") if line.firmware == line.newest else None


Version = tuple[str, str, str]
"""Manufacturer, model, firmware."""


def _columns(is_warned: Callable[[FirmwareLine], bool]) -> tuple[TableColumn, ...]:
    def warned(line: FirmwareLine) -> Badge | None:
        return Badge(_("Warning stands"), "warning", "triangle-alert") if is_warned(line) else None

    return (
        TableColumn(
            title=_("Model"), text=lambda f: f"{f.manufacturer} {f.model}".strip(), width=180
        ),
        TableColumn(title=_("Firmware"), text=lambda f: f.firmware or "—", width=140),
        TableColumn(title=_("Terminals"), text=lambda f: str(f.terminals), width=90, right=True),
        TableColumn(title=_("Against the newest"), text=lambda _f: "", badge=_state, width=140),
        TableColumn(title=_("Warnings"), text=lambda _f: "", badge=warned, width=140),
        TableColumn(title=_("Newest known"), text=lambda f: f.newest or "—", width=130),
        TableColumn(title=_("Application versions"), text=_applications, width=240, stretch=True),
    )
