"""What the buttons of campaigns do: ask, save, say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from app.domain.campaigns.campaigns import (
    Campaign,
    CampaignAction,
    CampaignDraft,
    CampaignKind,
    CampaignScope,
    CampaignTask,
    TaskState,
)
from app.domain.errors import NotFound
from app.gui.actions import UserAction
from app.gui.pages.insight.campaign_dialogs import (
    CampaignDialog,
    OfferedChoices,
    edit_dialog,
    visits_dialog,
    why_dialog,
)
from app.gui.pages.insight.read import read_people
from app.gui.shell.document_preview import DocumentPreview
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import _, plural, words
from app.services.documents.requests import Request

KINDS: dict[UserAction, tuple[CampaignAction | None, str]] = {
    UserAction.TICK_TASKS: (CampaignAction.DO, "campaign.do"),
    UserAction.EXCUSE_TASKS: (CampaignAction.EXCUSE, "campaign.excuse"),
    UserAction.TAKE_UP_TASKS: (CampaignAction.TAKE_UP, "campaign.take_up"),
    UserAction.PLAN_CAMPAIGN_VISITS: (CampaignAction.PLAN_VISITS, "campaign.plan_visits"),
    UserAction.PRINT_CAMPAIGN: (None, ""),
    UserAction.EDIT_CAMPAIGN: (CampaignAction.EDIT, "campaign.edit"),
    UserAction.CANCEL_CAMPAIGN: (CampaignAction.CANCEL, "campaign.cancel"),
}
"""What each asks of a campaign's state, and of the rights of who works here."""


class CampaignActions(QObject):
    """Acts on the marked campaign and its marked terminals."""

    def __init__(
        self,
        page: Page,
        current: Callable[[], Campaign | None],
        marked: Callable[[], list[CampaignTask]],
        show: Callable[[str], None],
    ) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context
        self._current, self._marked, self._show = current, marked, show
        self._steps: dict[UserAction, Callable[[Campaign], None]] = {
            UserAction.TICK_TASKS: self._tick,
            UserAction.EXCUSE_TASKS: self._excuse,
            UserAction.TAKE_UP_TASKS: self._take_up,
            UserAction.PLAN_CAMPAIGN_VISITS: self._plan_visits,
            UserAction.PRINT_CAMPAIGN: self._print,
            UserAction.EDIT_CAMPAIGN: self._edit,
            UserAction.CANCEL_CAMPAIGN: self._cancel,
        }

    def do(self, action: UserAction) -> None:
        """What the button of an action does."""
        campaign = self._current()
        if campaign is not None:
            self._steps[action](campaign)

    def new(
        self,
        scope: CampaignScope | None = None,
        title: str = "",
        target: str = "",
    ) -> None:
        """Ask for a new campaign, with a filter that was chosen elsewhere."""
        services, language = self._context.services, words().language

        def read() -> OfferedChoices:
            versions = services.models.firmware()
            applications = {name for one in versions for name, _amount in one.applications if name}
            choices = services.terminals.choices()
            plans = [p for p in services.plans.listed() if p.active]
            names = {
                "model": choices.models,
                "firmware": sorted({one.firmware for one in versions if one.firmware}),
                "app_version": sorted(applications),
                "area": choices.areas,
                "acquirer": choices.acquirers,
            }
            named = [(p.key, p.latest.contents.name.in_(language)) for p in plans]
            return OfferedChoices(read_people(services)[0], names, named)

        def ask(offered: OfferedChoices) -> None:
            dialog = CampaignDialog(self._page, offered, services.context.today())
            dialog.counting.connect(lambda wanted: self._count(dialog, wanted))
            if scope is not None:
                dialog.start_with(scope, CampaignKind.FIRMWARE, title, target)
            self._page.submit(dialog, save, made)

        def save(draft: tuple[CampaignDraft, CampaignScope]) -> str:
            return services.campaigns.create(*draft)

        def made(key: str) -> None:
            self._context.note(_("The campaign is made"))
            self._show(key)

        self._page.run(read, ask)

    def _count(self, dialog: CampaignDialog, scope: CampaignScope) -> None:
        campaigns = self._context.services.campaigns

        def counted() -> int:
            try:
                return len(campaigns.meant(scope)) if scope.restricts else 0
            except NotFound:
                # A merchant that is half typed is not known yet.
                return 0

        self._page.run(counted, dialog.show_count, owner=dialog)

    # --- terminals -----------------------------------------------------------------------------

    def _tick(self, campaign: Campaign) -> None:
        campaigns, keys = self._context.services.campaigns, self._chosen(TaskState.OPEN)
        if keys:
            self._page.run(
                lambda: campaigns.do(campaign.id, keys),
                lambda _none: self._context.note(
                    plural("{count} terminal done", "{count} terminals done", len(keys))
                ),
                failed=self._context.failed.emit,
            )

    def _excuse(self, campaign: Campaign) -> None:
        campaigns, keys = self._context.services.campaigns, self._chosen(TaskState.OPEN)
        if keys:
            dialog = why_dialog(self._page, _("Excuse"))
            self._submit(dialog, campaign, lambda why: campaigns.excuse(campaign.id, keys, why))

    def _take_up(self, campaign: Campaign) -> None:
        campaigns = self._context.services.campaigns
        keys = self._chosen(TaskState.DONE, TaskState.EXCUSED)
        if keys:
            dialog = why_dialog(self._page, _("Take up again"))
            self._submit(dialog, campaign, lambda why: campaigns.take_up(campaign.id, keys, why))

    def _chosen(self, *states: TaskState) -> tuple[str, ...]:
        """The marked terminals in these states; when there are none, the person is told."""
        found: Sequence[CampaignTask] = [one for one in self._marked() if one.state in states]
        if not found:
            self._context.note(_("Mark the terminals in the list first."))
        return tuple(one.terminal_id for one in found)

    # --- the whole campaign --------------------------------------------------------------------

    def _plan_visits(self, campaign: Campaign) -> None:
        services = self._context.services

        def ask(found: Any) -> None:
            dialog = visits_dialog(self._page, found[0], services.context.today())
            self._page.submit(
                dialog,
                lambda plan: services.campaign_visits.plan(campaign.id, plan),
                lambda count: self._context.note(
                    plural("{count} visit is planned", "{count} visits are planned", count)
                ),
            )

        self._page.run(lambda: read_people(services), ask)

    def _print(self, campaign: Campaign) -> None:
        request = Request(kind="campaign_list", subject=campaign.number)
        DocumentPreview(self._page, _("Print the campaign"), request).open()

    def _edit(self, campaign: Campaign) -> None:
        services = self._context.services

        def ask(found: Any) -> None:
            dialog = edit_dialog(self._page, campaign, found[0])
            self._submit(
                dialog,
                campaign,
                lambda draft: services.campaigns.edit(campaign.id, campaign.version, draft),
            )

        self._page.run(lambda: read_people(services), ask)

    def _cancel(self, campaign: Campaign) -> None:
        campaigns = self._context.services.campaigns
        dialog = why_dialog(self._page, _("Call off"))
        self._submit(dialog, campaign, lambda why: campaigns.cancel(campaign.id, why))

    def _submit(self, dialog: DraftDialog, campaign: Campaign, save: Callable[[Any], Any]) -> None:
        """Save what the dialog gives, and say of which campaign."""
        what = f"{dialog.windowTitle()} · {campaign.number}"
        self._page.submit(dialog, save, self._page.saved(what))
