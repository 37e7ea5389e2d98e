"""What the buttons of a warning do: ask, save, say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, VisitPlan
from app.domain.faults import ContactRole, FaultClass
from app.domain.insight.warning_cases import WarningCase, WarningDraft
from app.domain.insight.warnings import SubjectKind
from app.domain.register.people import SupportContact
from app.gui.actions import UserAction
from app.gui.pages.insight.read import OneWarning, read_people
from app.gui.pages.insight.warning_detail import WarningDetail
from app.gui.pages.insight.warning_dialogs import (
    campaign_of_dialog,
    close_dialog,
    note_dialog,
    parent_dialog,
    plan_dialog,
    step_dialog,
    visits_of_dialog,
)
from app.gui.shell.navigate import ShowCampaign, ShowIncident
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices
from app.gui.toolkit.handover_editor import HandoverEditor
from app.gui.toolkit.language import _, words
from app.texts.warning_handover import HAND_OVER_TO, warning_handover
from app.texts.warning_work import called

_FIRST_TO = {
    FaultClass.NETWORK: ContactRole.CARRIER,
    FaultClass.HARDWARE: ContactRole.SUPPLIER,
    FaultClass.SOFTWARE: ContactRole.MANUFACTURER,
    FaultClass.BALANCE: ContactRole.ISSUER,
    FaultClass.FROZEN: ContactRole.ISSUER,
}
"""Who is usually told of a class; the acquirer of all others."""


class WarningActions(QObject):
    """Acts on the warning that the detail shows."""

    def __init__(self, page: Page, detail: WarningDetail) -> None:
        super().__init__(page)
        self._page, self._context, self._detail = page, page.context, detail
        self._steps: dict[UserAction, Callable[[OneWarning], None]] = {
            UserAction.SEE_TO_WARNING: self._see_to,
            UserAction.ACT_ON_WARNING: self._act,
            UserAction.PLAN_WARNING: self._plan,
            UserAction.NOTE_WARNING: self._note,
            UserAction.END_WARNING: self._end,
            UserAction.REOPEN_WARNING: self._reopen,
            UserAction.CAMPAIGN_OF_WARNING: self._campaign,
            UserAction.VISITS_OF_WARNING: lambda one: self._visit(one, CampaignKind.INSPECTION),
            UserAction.TRAINING_OF_WARNING: lambda one: self._visit(one, CampaignKind.TRAINING),
            UserAction.PARENT_OF_WARNING: self._parent,
            UserAction.HAND_OVER_WARNING: self._hand_over,
        }
        detail.pressed.connect(self.do)

    def do(self, action: UserAction) -> None:
        """What the button of an action does."""
        if self._detail.shown is not None:
            self._steps[action](self._detail.shown)

    # --- steps ---------------------------------------------------------------------------------

    def _see_to(self, one: OneWarning) -> None:
        self._step(one, _("See to it"), self._context.services.warning_work.acknowledge)

    def _act(self, one: OneWarning) -> None:
        self._step(one, _("Act on it"), self._context.services.warning_work.act)

    def _step(
        self,
        one: OneWarning,
        title: str,
        save: Callable[[WarningCase, WarningDraft], None],
    ) -> None:
        case, today = one.case, self._context.services.context.today()

        def ask(found: tuple[Choices, str]) -> None:
            dialog = step_dialog(self._page, title, case, found[0], today, found[1])
            self._submit(dialog, case, lambda draft: save(case, draft))

        self._with_people(ask)

    def _plan(self, one: OneWarning) -> None:
        case, work = one.case, self._context.services.warning_work

        def ask(found: tuple[Choices, str]) -> None:
            dialog = plan_dialog(self._page, case, found[0])
            self._submit(dialog, case, lambda draft: work.plan(case.key, case.version, draft))

        self._with_people(ask)

    def _note(self, one: OneWarning) -> None:
        case, work = one.case, self._context.services.warning_work
        dialog = note_dialog(self._page, _("Add a remark"))
        self._submit(dialog, case, lambda draft: work.note(case, draft))

    def _end(self, one: OneWarning) -> None:
        case, work = one.case, self._context.services.warning_work
        self._submit(close_dialog(self._page), case, lambda made: work.close(case, *made))

    def _reopen(self, one: OneWarning) -> None:
        case, work = one.case, self._context.services.warning_work
        dialog = note_dialog(self._page, _("Take up again"), _("Why it is taken up again."))
        self._submit(dialog, case, lambda draft: work.reopen(case, draft))

    def _submit(self, dialog: DraftDialog, case: WarningCase, save: Callable[[Any], Any]) -> None:
        """Save what the dialog gives, and say of which warning."""
        what = f"{dialog.windowTitle()} · {called(words(), case.warning)}"
        self._page.submit(dialog, save, self._page.saved(what))

    # --- work made of it -----------------------------------------------------------------------

    def _campaign(self, one: OneWarning) -> None:
        case, services = one.case, self._context.services
        kind = _kind_for(case)

        def made(key: str) -> None:
            self._told(_("The campaign is made"), key)

        def ask(found: tuple[tuple[Choices, str], int]) -> None:
            people, amount = found
            today = services.context.today()
            dialog = campaign_of_dialog(self._page, case, kind, people[0], amount, today)
            making = services.warning_making
            self._page.submit(dialog, lambda draft: making.campaign(case, draft), made)

        self._page.run(lambda: (read_people(services), self._meant(case)), ask)

    def _visit(self, one: OneWarning, kind: CampaignKind) -> None:
        case, services = one.case, self._context.services

        def save(planned: tuple[CampaignDraft, VisitPlan]) -> str:
            return services.warning_making.campaign(case, *planned)

        def ask(found: tuple[tuple[Choices, str], int]) -> None:
            people, amount = found
            today = services.context.today()
            dialog = visits_of_dialog(self._page, case, kind, people[0], amount, today)
            self._page.submit(dialog, save, lambda key: self._told(_("The visit is planned"), key))

        self._page.run(lambda: (read_people(services), self._meant(case)), ask)

    def _meant(self, case: WarningCase) -> int:
        services = self._context.services
        return len(services.campaigns.meant(services.warning_making.scope_of(case.warning)))

    def _told(self, text: str, campaign_id: str) -> None:
        self._context.note(text)
        self._context.go(ShowCampaign(campaign_id))

    def _parent(self, one: OneWarning) -> None:
        case, making = one.case, self._context.services.warning_making

        def ask(joining: Any) -> None:
            dialog = parent_dialog(self._page, case, joining)
            self._page.submit(
                dialog,
                lambda draft: making.parent(case, draft),
                lambda key: self._context.note(
                    _("The parent incident is open"),
                    _("Open"),
                    lambda: self._context.go(ShowIncident(key)),
                ),
            )

        self._page.run(lambda: making.to_join(case.warning), ask)

    def _hand_over(self, one: OneWarning) -> None:
        case, services = one.case, self._context.services
        company = self._context.settings.company_name
        likely = _FIRST_TO.get(case.warning.fault_class or FaultClass.OTHER, ContactRole.ACQUIRER)
        roles = [likely, *(role for role in HAND_OVER_TO if role is not likely)]

        def ask(contacts: tuple[SupportContact, ...]) -> None:
            def reach(role: ContactRole) -> str:
                found = next((c for c in contacts if c.role is role), None)
                if found is None:
                    return _("No number is stored. Add one in the settings.")
                return " · ".join(filter(None, (found.organisation, found.phone, found.hours)))

            editor = HandoverEditor(
                roles,
                lambda role: warning_handover(words(), case.warning, role, one.incidents, company),
                reach,
                self._page,
            )

            def save(given: tuple[ContactRole, str]) -> None:
                draft = WarningDraft(note=given[1])
                services.warning_making.hand_over(case, given[0], draft)

            self._page.submit(
                editor,
                save,
                lambda _none: self._context.note(
                    _("The handover was recorded and its text copied")
                ),
            )

        self._page.run(services.directory.contacts, ask)

    def _with_people(self, ask: Callable[[tuple[Choices, str]], None]) -> None:
        services = self._context.services
        self._page.run(lambda: read_people(services), ask)


def _kind_for(case: WarningCase) -> CampaignKind:
    """What is usually done about such a warning."""
    if case.warning.fault_class is FaultClass.OPERATION:
        return CampaignKind.TRAINING
    if case.warning.subject.kind is SubjectKind.FIRMWARE:
        return CampaignKind.FIRMWARE
    return CampaignKind.INSPECTION
