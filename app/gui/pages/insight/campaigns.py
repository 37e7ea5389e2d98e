"""Campaigns: at the left how far each is, at the right its terminals, to be ticked off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QAbstractItemView, QStackedWidget

from app.domain.campaigns.campaigns import Campaign, CampaignState, CampaignTask, TaskState
from app.domain.insight.figures import InsightReport
from app.gui.actions import UserAction
from app.gui.pages.insight.campaign_actions import KINDS, CampaignActions
from app.gui.pages.insight.tabs import InsightTab, Sheet
from app.gui.shell.navigate import ShowTerminal
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import counted
from app.texts import word
from app.texts.campaigns import progress_text, ride_text, scope_text

_TASK = {
    TaskState.OPEN: ("accent", "circle"),
    TaskState.DONE: ("ok", "check"),
    TaskState.EXCUSED: ("neutral", "ban"),
}
_ON_TASKS = (UserAction.TICK_TASKS, UserAction.EXCUSE_TASKS, UserAction.TAKE_UP_TASKS)
_ON_CAMPAIGN = (
    UserAction.PLAN_CAMPAIGN_VISITS,
    UserAction.PRINT_CAMPAIGN,
    UserAction.EDIT_CAMPAIGN,
    UserAction.CANCEL_CAMPAIGN,
)


def task_badge(task: CampaignTask) -> Badge:
    """How the work at a terminal stands."""
    tone, icon = _TASK[task.state]
    return Badge(word(words(), "campaign_task_state", task.state), tone, icon)


class CampaignsTab(InsightTab):
    """List at the left, one campaign at the right."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._campaigns: tuple[Campaign, ...] = ()
        self._tasks: tuple[CampaignTask, ...] = ()
        self._wished = ""
        self._model = RowTableModel(_columns(self._today), self)
        self.table = TableView(self._model, two_lines=True, name="campaigns", title=_("Campaigns"))
        self.table.current_changed.connect(self._read_tasks)
        self._task_model = RowTableModel(_task_columns(), self)
        self.tasks = TableView(
            self._task_model, two_lines=True, name="campaign/tasks", title=_("Terminals")
        )
        self.tasks.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tasks.opened.connect(lambda task: self.want(ShowTerminal(task.terminal_id)))
        self.steps = CampaignActions(page, self.current, self.tasks.selected, self.show_campaign)
        self.buttons: dict[UserAction, Button] = {
            action: action_button(action, self._press(action))
            for action in (*_ON_TASKS, *_ON_CAMPAIGN)
        }
        self.new = action_button(UserAction.NEW_CAMPAIGN, self.steps.new, role="primary")
        self._title = label("", "section", wrap=True, copy=True)
        self._facts = label("", "muted", wrap=True, copy=True)
        self._instructions = label("", wrap=True, copy=True)
        self._right = QStackedWidget()
        self._arrange()

    def _today(self) -> date:
        return self._page.context.services.context.today()

    def _press(self, action: UserAction) -> Callable[[], None]:
        return lambda: self.steps.do(action)

    def _arrange(self) -> None:
        nothing = column(
            None, row(None, label(_("Choose a campaign at the left."), "muted"), None), None
        )
        self._right.addWidget(boxed(nothing))
        shown = column(
            self._title,
            self._facts,
            row(*(self.buttons[a] for a in _ON_CAMPAIGN), None, spacing=6),
            self._instructions,
            row(*(self.buttons[a] for a in _ON_TASKS), None, spacing=6),
            panel(column(self.tasks, margins=(1, 1, 1, 1))),
            spacing=8,
        )
        self._right.addWidget(boxed(shown))
        listed = column(
            row(None, self.new, margins=(8, 6, 6, 4)),
            self.table,
            spacing=0,
            margins=(1, 1, 1, 1),
        )
        both = row(panel(listed), self._right, spacing=14)
        both.setStretch(0, 9)
        both.setStretch(1, 13)
        self.states = StateStack(boxed(both))
        self.setLayout(column(self.states, margins=(0, 10, 0, 0)))

    def title(self, view: InsightReport | None) -> str:
        under_way = sum(one.state is CampaignState.OPEN for one in self._campaigns)
        return counted(_("Campaigns"), under_way)

    def show_view(self, view: InsightReport) -> None:
        services = self._page.context.services
        self._page.run(services.campaigns.listed, self._show, owner=self)

    def show_campaign(self, campaign_id: str) -> None:
        """Mark the campaign with this key, now or once it is read."""
        self._wished = campaign_id
        self._mark()

    def current(self) -> Campaign | None:
        """The campaign that is marked."""
        found: Campaign | None = self.table.current()
        return found

    def _show(self, found: tuple[Campaign, ...]) -> None:
        self._campaigns = found
        self._model.set_rows(found)
        self.retitled.emit()
        standing = self._page.context.services.context.standing
        permit(self.new, standing.refusal("campaign.create"))
        if not found:
            self.states.show_empty(
                _("No campaign yet"),
                _(
                    "A filter of terminals becomes tasks: a firmware update, a recall, a training,"
                    " new SIM cards, an inspection."
                ),
                _("New campaign …"),
                self.steps.new,
                icon="list-checks",
            )
            return
        self.states.show_content()
        if not self._mark():
            if self.table.current() is None:
                self.table.select_first()
            else:
                self._read_tasks(self.current())

    def _mark(self) -> bool:
        if not self._wished or not self.table.select(self._wished):
            return False
        self._wished = ""
        return True

    def _read_tasks(self, campaign: Campaign | None) -> None:
        self._right.setCurrentIndex(0 if campaign is None else 1)
        if campaign is None:
            return
        campaigns = self._page.context.services.campaigns

        def shown(found: tuple[CampaignTask, ...]) -> None:
            now = self.current()
            if now is not None and now.id == campaign.id:
                self._show_campaign(now, found)

        self._page.run(lambda: campaigns.tasks(campaign.id), shown, owner=self)

    def _show_campaign(self, campaign: Campaign, tasks: tuple[CampaignTask, ...]) -> None:
        t, self._tasks = words(), tasks
        self._title.setText(f"{campaign.number} · {campaign.title}")
        kind = word(t, "campaign_kind", campaign.kind)
        parts = [
            f"{kind} {campaign.target}".strip(),
            word(t, "campaign_state", campaign.state),
            progress_text(t, campaign),
            _("{count} excused", count=campaign.excused) if campaign.excused else "",
            _("by {day}", day=t.day(campaign.due_on)),
            _("sees to it: {name}", name=campaign.owner) if campaign.owner else "",
            scope_text(t, campaign.scope),
            campaign.reason,
        ]
        self._facts.setText(" · ".join(filter(None, parts)))
        self._instructions.setText(campaign.instructions)
        self._instructions.setVisible(bool(campaign.instructions))
        self._task_model.set_rows(tasks)
        standing = self._page.context.services.context.standing
        for action, button in self.buttons.items():
            step, right = KINDS[action]
            possible = step is None or campaign.allows(step)
            button.setVisible(possible)
            permit(button, standing.refusal(right) if right else None, enabled=possible)

    def sheet(self, report: InsightReport) -> Sheet:
        t = words()
        header = (
            _("Campaign"),
            _("Serial number"),
            _("TID"),
            _("Model"),
            _("Firmware"),
            _("Merchant"),
            _("Address"),
            _("Area"),
            _("State"),
            _("Reason"),
            _("Done on"),
            _("By"),
            _("Next trip there"),
        )
        rows: list[tuple[str, ...]] = [
            (
                one.campaign_number,
                one.serial,
                one.tid,
                one.model,
                one.firmware,
                one.merchant_name,
                one.address,
                one.area,
                word(t, "campaign_task_state", one.state),
                one.reason,
                t.moment(one.done_at) if one.done_at else "",
                one.done_by,
                ride_text(t, one),
            )
            for one in self._tasks
        ]
        return header, rows


def _columns(today: Callable[[], date]) -> tuple[TableColumn, ...]:
    def state(one: Campaign) -> Badge:
        if one.overdue(today()):
            return Badge(_("Overdue"), "danger", "clock")
        tone = "accent" if one.state is CampaignState.OPEN else "neutral"
        icon = {"open": "play", "finished": "circle-check", "cancelled": "ban"}[one.state]
        return Badge(word(words(), "campaign_state", one.state), tone, icon)

    return (
        TableColumn(
            title=_("Campaign"),
            text=lambda c: c.title,
            detail=lambda c: f"{c.number} · {word(words(), 'campaign_kind', c.kind)}",
            width=170,
            stretch=True,
        ),
        TableColumn(title=_("State"), text=lambda _c: "", badge=state, width=124),
        TableColumn(
            title=_("Progress"),
            text=lambda c: progress_text(words(), c),
            detail=lambda c: words().day(c.due_on),
            width=120,
        ),
    )


def _task_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("State"), text=lambda _t: "", badge=task_badge, width=86),
        TableColumn(
            title=_("Terminal"),
            text=lambda t: t.serial,
            detail=lambda t: " · ".join(filter(None, (t.model, t.firmware))),
            width=170,
        ),
        TableColumn(
            title=_("Merchant"),
            text=lambda t: t.merchant_name or "—",
            detail=lambda t: " · ".join(filter(None, (t.area, t.tid))),
            width=150,
            stretch=True,
        ),
        TableColumn(
            title=_("Next visit / done"),
            text=lambda t: ride_text(words(), t) if t.state is TaskState.OPEN else t.done_by,
            detail=lambda t: t.reason or (words().moment(t.done_at) if t.done_at else ""),
            width=250,
        ),
    )
