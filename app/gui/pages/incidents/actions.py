"""Actions on an incident: opens the dialog, calls the service, confirms in a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from PySide6.QtCore import QObject, Signal

from app.domain.diagnosis.resolution_hint import resolution_hint
from app.domain.errors import NotAllowed
from app.domain.incidents.drafts import IncidentDraft, draft_of
from app.domain.incidents.incidents import Incident
from app.domain.incidents.lifecycle import Action
from app.domain.incidents.trips import TripStep
from app.domain.parts.stock import OFFICE
from app.domain.register.terminals import TerminalSummary
from app.gui.pages.incidents import action_dialogs as dialogs
from app.gui.pages.incidents.detail import IncidentDetail
from app.gui.pages.incidents.diagnosis import DiagnosisActions, read_consultation
from app.gui.pages.incidents.part_editor import OfferedPart, PartEditor
from app.gui.pages.incidents.read import IncidentView, gather
from app.gui.pages.incidents.related import RelatedActions
from app.gui.pages.incidents.report import show_report_beside
from app.gui.pages.incidents.reporting import IncidentReporting
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.pages.incidents.tabs import (
    AddPart,
    AddWork,
    IncidentTabWish,
    JoinParent,
    LeaveParent,
    RemovePart,
    TakeIn,
    TakeTrip,
)
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.navigate import Navigate
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import _, words
from app.gui.toolkit.reason_dialog import reason_dialog
from app.services.incidents.incident_queries import IncidentFilter
from app.services.incidents.part_choices import part_choices
from app.texts.incidents import in_short

Deed = Action | AddWork | AddPart
_FORMS: dict[Deed, str] = {
    AddWork(): "work",
    AddPart(): "part",
    Action.MARK_DUPLICATE: "duplicate",
}
"""Under what half-filled forms are kept, where that is not the name of the action."""


class IncidentActions(QObject):
    """Carries out the actions on the incident shown in `detail`."""

    stepped = Signal(str)
    """A step of its end was accepted: the id of the incident."""

    def __init__(
        self,
        page: Page,
        detail: IncidentDetail,
        consulting: DiagnosisActions,
        reporting: IncidentReporting,
    ) -> None:
        super().__init__(page)
        self._page, self._reporting = page, reporting
        self._detail = detail
        self._context = page.context
        self._related = RelatedActions(page, self._save)
        self._by_action: dict[Action, Callable[[IncidentView], None]] = {
            Action.ASSIGN: self._assign,
            Action.START: self._start,
            Action.HOLD: self._hold,
            Action.RESUME: self._resume,
            Action.RESOLVE: self._resolve,
            Action.CLOSE: self._close,
            Action.REOPEN: self._reopen,
            Action.CANCEL: self._cancel,
            Action.MARK_DUPLICATE: self._mark_duplicate,
            Action.EDIT: self._edit,
            Action.HANDOVER: consulting.hand_over,
            Action.ADDENDUM: self._addendum,
        }

    @property
    def _view(self) -> IncidentView:
        view = self._detail.view
        assert view is not None, "an action without an incident in sight"
        return view

    def take(self, action: Action) -> None:
        """Do what `action` asks for to the incident in sight."""
        self._by_action[action](self._view)

    def want(self, wish: IncidentTabWish) -> None:
        """Do what a tab asked for."""
        work, incident = self._context.services.work_log, self._view.incident
        match wish:
            case AddWork():
                self._submit(
                    dialogs.work_dialog(self._page),
                    (wish, incident.id),
                    lambda draft: work.add_work(incident.id, draft),
                )
            case TakeTrip(step):
                self._take_trip(self._view, step)
            case AddPart():
                self._add_part(incident)
            case RemovePart(part):
                self._run(
                    lambda: work.remove_part(incident.id, part.id),
                    _("Part removed: {name}", name=part.name),
                )
            case JoinParent():
                self._related.join(incident.id)
            case TakeIn():
                self._related.take_in(incident.id)
            case LeaveParent(key):
                self._related.leave(key)
            case Navigate():
                self._context.go(wish)
            case _:
                assert_never(wish)

    def _take_trip(self, view: IncidentView, step: TripStep) -> None:
        """Whoever arrives begins to work."""
        services, incident = self._context.services, view.incident
        begins = step is TripStep.ARRIVE and Action.START in incident.actions
        t = words()
        said = t("At the shop") if step is TripStep.ARRIVE else t("To the shop")

        def work() -> None:
            if begins:
                services.incidents.start(incident.id)
            services.work_log.note_trip(incident.id, step, said)

        number = incident.number
        self._run(
            work,
            _("{number}: work began", number=number)
            if begins
            else _("{number}: noted: {what}", number=number, what=said),
        )

    def _add_part(self, incident: Incident) -> None:
        services = self._context.services

        def ask(found: Any) -> None:
            offered = [OfferedPart(one.part, one.left, one.warranty) for one in found.choices]
            where = _("my own van") if found.place != OFFICE else _("Office store")
            self._submit(
                PartEditor(self._page, offered, found.place, where, found.device),
                (AddPart(), incident.id),
                lambda draft: services.work_log.add_part(incident.id, draft),
            )

        self._page.run(lambda: part_choices(services.context, incident.id), ask)

    # --- lifecycle -----------------------------------------------------------------------------

    def _assign(self, view: IncidentView) -> None:
        services = self._context.services

        def ask(people: Any) -> None:
            names = [(p.id, f"{p.name} · {' '.join(p.areas)}".rstrip(" ·")) for p in people]
            current = view.incident.technician_id
            self._submit(
                dialogs.assign_dialog(self._page, names, current),
                (Action.ASSIGN, view.incident.id),
                lambda key: services.incidents.assign(view.incident.id, key),
            )

        self._page.run(services.directory.technicians, ask)

    def _start(self, view: IncidentView) -> None:
        incidents, incident = self._context.services.incidents, view.incident
        self._run(
            lambda: incidents.start(incident.id), _("{number}: work began", number=incident.number)
        )

    def _hold(self, view: IncidentView) -> None:
        incidents = self._context.services.incidents
        today = self._context.services.context.today()
        self._submit(
            dialogs.hold_dialog(self._page, today),
            (Action.HOLD, view.incident.id),
            lambda draft: incidents.hold(view.incident.id, draft),
        )

    def _resume(self, view: IncidentView) -> None:
        incidents, incident = self._context.services.incidents, view.incident
        self._run(
            lambda: incidents.resume(incident.id),
            _("{number}: work goes on", number=incident.number),
        )

    def _resolve(self, view: IncidentView) -> None:
        services, incident = self._context.services, view.incident

        def ask(found: Any) -> None:
            session = found.session
            knowledge = session.reasoner.knowledge
            reported = session.reported_troubles
            editor = ResolveEditor(
                knowledge, incident, view.terminal, self._page, view.stops, reported
            )
            if incident.confirmed_class is None:
                editor.suggest(resolution_hint(session, incident.provisional_class))
            show_report_beside(self._page, editor, incident.number)
            self._submit(
                editor,
                (Action.RESOLVE, incident.id),
                lambda both: services.incidents.resolve(incident.id, *both),
                lambda: self.stepped.emit(incident.id),
            )

        self._page.run(lambda: read_consultation(services, incident.id), ask)

    def _close(self, view: IncidentView) -> None:
        incidents, key = self._context.services.incidents, view.incident.id
        self._submit(
            dialogs.close_dialog(self._page, view.incident.reporter_name, view.signature),
            (Action.CLOSE, key),
            lambda draft: incidents.close(key, draft),
            lambda: self.stepped.emit(key),
        )

    def _reopen(self, view: IncidentView) -> None:
        incidents = self._context.services.incidents
        hint = _("Reopening is counted and shown in the figures.")
        dialog = reason_dialog(self._page, _("Reopen"), _("Reopen"), hint)
        self._submit(
            dialog,
            (Action.REOPEN, view.incident.id),
            lambda why: incidents.reopen(view.incident.id, why),
        )

    def _cancel(self, view: IncidentView) -> None:
        incidents = self._context.services.incidents
        dialog = reason_dialog(self._page, _("Cancel incident"), _("Cancel incident"))
        self._submit(
            dialog,
            (Action.CANCEL, view.incident.id),
            lambda why: incidents.cancel(view.incident.id, why),
        )

    def _addendum(self, view: IncidentView) -> None:
        work = self._context.services.work_log
        self._submit(
            dialogs.addendum_dialog(self._page),
            (Action.ADDENDUM, view.incident.id),
            lambda text: work.add_addendum(view.incident.id, text),
        )

    def _mark_duplicate(self, view: IncidentView) -> None:
        incidents, key = self._context.services.incidents, view.incident.id
        wanted = IncidentFilter(terminal_id=view.incident.terminal_id, order="-reported")

        def ask(found: Any) -> None:
            others = [(i.id, f"{i.number} · {in_short(i)}") for i in found if i.id != key]
            if others:
                self._submit(
                    dialogs.duplicate_dialog(self._page, others),
                    (Action.MARK_DUPLICATE, key),
                    lambda first: incidents.mark_duplicate(key, first),
                )
            else:
                self._context.note(_("This terminal has no other incident."))

        self._page.run(lambda: incidents.first(wanted, 20), ask)

    def _edit(self, view: IncidentView) -> None:
        services, incident = self._context.services, view.incident
        before = draft_of(incident)

        def ask(item: TerminalSummary | None) -> None:
            editor = self._reporting.editor(item, incident)

            def save(draft: IncidentDraft) -> None:
                # What the form does not ask stays.
                kept = replace(
                    draft, code_profile=before.code_profile, promised_at=before.promised_at
                )
                services.incidents.edit(incident.id, incident.version, kept)

            self._submit(editor, (Action.EDIT, incident.id), save)

        self._reporting.with_terminal(incident.terminal_id, ask)

    # --- shared --------------------------------------------------------------------------------

    def _submit(
        self,
        dialog: DraftDialog,
        about: tuple[Deed, str],
        save: Callable[[Any], Any],
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """`about` says what the dialog is for and the key of its incident; `then` is called once it
        is saved."""
        deed, key = about
        name = _FORMS.get(deed, str(deed))
        services = self._context.services
        # What was typed is kept and offered by the next dialog anyway.
        dialog.is_about(
            key,
            lambda _typed: self._page.run(
                lambda: gather(services, key), lambda view: self._again(deed, view)
            ),
        )

        told = self._told(dialog)

        def saved(result: object) -> None:
            told(result)
            then()

        submit_autosaved(self._page, dialog, f"incident/{name}/{key}", save, saved)

    def _save(self, dialog: DraftDialog, save: Callable[[Any], Any]) -> None:
        """Submit what there is nothing of to keep half-filled."""
        self._page.submit(dialog, save, self._told(dialog))

    def _told(self, dialog: DraftDialog) -> Callable[[object], None]:
        """Say what was saved, and of which incident."""
        title, number = dialog.windowTitle(), self._view.incident.number
        return self._page.saved(title if number in title else f"{title} · {number}")

    def _again(self, deed: Deed, view: IncidentView) -> None:
        """Open a dialog anew on the incident as others left it."""
        if not isinstance(deed, Action):
            self.want(deed)
        elif deed in view.incident.actions:
            self._by_action[deed](view)
        else:
            self._context.failed.emit(NotAllowed(deed, view.incident.state))

    def _run(self, work: Callable[[], Any], said: str) -> None:
        self._page.run(work, lambda _result: self._context.note(said))
