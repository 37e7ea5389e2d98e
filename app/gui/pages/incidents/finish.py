"""The guided end of a case: resolve with proof, sign, close, hand the report out.

Each step is a dialog of its own; when one was accepted the next opens.  Leaving one leaves the case
as it is: which step comes next follows from the record (`next_step` of the detail), so the key of
the next step takes it up again at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.domain.documents import SignerRole
from app.domain.incidents.drafts import ClosingDraft
from app.domain.incidents.incidents import Incident
from app.domain.incidents.lifecycle import Action
from app.gui.actions import UserAction
from app.gui.pages.incidents.detail import IncidentDetail, next_step
from app.gui.pages.incidents.evidence import EvidenceTab
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.report import ReportTab
from app.gui.pages.incidents.tabs import TRIP_ACTIONS, AddPart, AddWork, TakeTrip
from app.gui.shell.action_running import ActionRun
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import make_action
from app.gui.toolkit.language import _
from app.gui.toolkit.permission import may

_GOES_ON = (UserAction.SIGN, UserAction.CLOSE)
"""Steps that open by themselves after the one before."""


class FinishFlow(QObject):
    """Takes the next step of the incident in sight, and goes on while steps are accepted."""

    def __init__(
        self,
        page: Page,
        detail: IncidentDetail,
        evidence: EvidenceTab,
        report: ReportTab,
        take: Callable[[Action], None],
    ) -> None:
        super().__init__(page)
        self._page, self._detail = page, detail
        self._evidence, self._report, self._take = evidence, report, take
        self._going = ""
        detail.next_wanted.connect(self._step)
        detail.shown.connect(self._on_shown)
        self._sign = make_action(detail, UserAction.SIGN, self._ask_signature)
        tabs = detail.tabs
        self._adding = [
            make_action(detail, UserAction.ADD_WORK, lambda: tabs.wanted.emit(AddWork())),
            make_action(detail, UserAction.ADD_PART, lambda: tabs.wanted.emit(AddPart())),
        ]
        self._trip = {
            step: make_action(detail, action, partial(tabs.wanted.emit, TakeTrip(step)))
            for step, action in TRIP_ACTIONS.items()
        }
        self._photos = make_action(detail, UserAction.ADD_PHOTOS, self._ask_photos)

    def go_on(self, incident_id: str) -> None:
        """A step was accepted: when the incident is shown as it is now, open the next one."""
        self._going = incident_id

    def _on_shown(self, view: IncidentView) -> None:
        editable = Action.EDIT in view.incident.actions and may(self._page, "incident.add_work")
        for made in self._adding:
            made.setEnabled(editable)
        for step, made in self._trip.items():
            made.setEnabled(editable and step in view.trip.steps)
        for made in (self._sign, self._photos):
            made.setEnabled(self._evidence.editable)
        if self._going != view.incident.id:
            return
        following = next_step(view)
        if following in _GOES_ON:
            self._going = ""
            self._step(following)
        elif following is UserAction.SAVE_DOCUMENT:
            self._going = ""
            self._detail.tabs.setCurrentWidget(self._report)
            self._detail.primary.setFocus()

    def _step(self, action: UserAction) -> None:
        needs = action.row.needs
        if isinstance(needs, Action):
            self._take(needs)
        elif action is UserAction.SIGN:
            self._ask_signature()
        else:
            ActionRun(self._page, self._page.context, action)

    def _ask_signature(self) -> None:
        view = self._detail.view
        if view is not None:
            incident = view.incident
            self._evidence.sign(SignerRole.MERCHANT, lambda signer: self._signed(incident, signer))

    def _signed(self, incident: Incident, signer: str) -> None:
        """The merchant signed; `signer` is given when nothing is to be added and it closes so."""
        if not signer:
            self.go_on(incident.id)
            return

        def closed(_none: object) -> None:
            self._page.context.note(_("{number} was signed and closed", number=incident.number))
            self.go_on(incident.id)

        incidents = self._page.context.services.incidents
        draft = ClosingDraft(confirmed_by=signer)
        self._page.run(lambda: incidents.close(incident.id, draft), closed)

    def _ask_photos(self) -> None:
        self._detail.tabs.setCurrentWidget(self._evidence)
        self._evidence.ask_photos()
