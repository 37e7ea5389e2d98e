"""Actions on visits: opens the dialog, calls the service, confirms in a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, assert_never

from PySide6.QtCore import QObject, Signal

from app.domain.documents import SignerRole
from app.domain.errors import NotAllowed
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import (
    IncidentNote,
    ScheduleDraft,
    Visit,
    VisitAction,
    VisitState,
    VisitSummary,
)
from app.gui.pages.maintenance import action_dialogs as dialogs
from app.gui.pages.maintenance.checklist_actions import ChecklistActions
from app.gui.pages.maintenance.detail import (
    AddTask,
    OpenNote,
    SignVisit,
    SkipTask,
    TickTask,
    VisitDetail,
    VisitWish,
    WorkOnTask,
)
from app.gui.pages.maintenance.read import VisitView, read_visit
from app.gui.shell.campaign_tick import ask_done
from app.gui.shell.navigate import Navigate, ShowIncident
from app.gui.shell.page import Page
from app.gui.shell.paper_to_sign import PaperToSign
from app.gui.toolkit.draft_dialog import DraftDialog, Typed
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.signature_dialog import SignatureDialog


class VisitActions(QObject):
    """Carries out the actions on the visit shown in `detail`."""

    shown = Signal(str)
    """The id of a visit to show."""

    def __init__(self, page: Page, detail: VisitDetail, checklist: ChecklistActions) -> None:
        super().__init__(page)
        self._page, self._detail, self._checklist = page, detail, checklist
        self._context = page.context
        self._people: tuple[tuple[str, str], ...] = ()
        detail.asked.connect(self.take)
        checklist.settled.connect(self.shown)

    def set_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Who can be chosen."""
        self._people = tuple(people)

    def take(self, wish: VisitWish) -> None:
        """Do what was asked for to the visit in sight."""
        match wish:
            case WorkOnTask(task):
                self._checklist.begin(self._visit.summary, task)
            case SkipTask(task):
                self._skip(task)
            case AddTask(task):
                self._add(task)
            case OpenNote(note):
                self._show_incident(note)
            case TickTask(campaign_task):
                ask_done(self._page, campaign_task, self._page.refresh)
            case SignVisit(role):
                self._sign(role)
            case Navigate():
                self._context.go(wish)
            case _:
                self._change(wish)

    def _change(self, action: VisitAction) -> None:
        match action:
            case VisitAction.SCHEDULE | VisitAction.ASSIGN:
                self.reschedule()
            case VisitAction.LOCK:
                self._lock(lock=True)
            case VisitAction.UNLOCK:
                self._lock(lock=False)
            case VisitAction.START:
                self._start()
            case VisitAction.FINISH:
                self._finish()
            case VisitAction.CANCEL:
                self._cancel()
            case VisitAction.CREATE | VisitAction.ADD:
                raise ValueError(f"{action} is done elsewhere")
            case _:
                assert_never(action)

    @property
    def _visit(self) -> Visit:
        view = self._detail.view
        assert view is not None, "a step without a visit in sight"
        return view.visit

    # --- planning ------------------------------------------------------------------------------

    def reschedule(self) -> None:
        """Another day, time or person for the visit in sight."""
        self._ask_schedule(self._visit.summary)

    def _ask_schedule(
        self,
        summary: VisitSummary,
        day: date | None = None,
        who: str | None = None,
        typed: Typed | None = None,
    ) -> None:
        visits, offers = self._context.services.visits, self._context.services.balancing.offers
        dialog = self._schedule_dialog(summary, day, who)
        if (summary.state, summary.place, day) == (VisitState.PLANNED, WorkPlace.SITE, None):
            self._page.run(
                lambda: offers.find(summary.id),
                lambda found: dialogs.show_offers(dialog, found),
                owner=dialog,
            )

        def save(values: dict[str, Any]) -> None:
            visits.schedule(summary.id, summary.version, dialogs.schedule_draft(values))

        self._page.submit(dialog, save, lambda _none: self._moved(1))
        if typed:
            dialog.restore(typed)

    def _schedule_dialog(
        self, summary: VisitSummary, day: date | None, who: str | None
    ) -> DraftDialog:
        visits = self._context.services.visits
        dialog = dialogs.schedule_dialog(self._page, summary, self._people, day, who)
        dialog.is_about(
            summary.id,
            lambda typed: self._page.run(
                lambda: visits.get(summary.id).summary,
                lambda found: self._ask_schedule(found, day, who, typed),
            ),
        )
        return dialog

    def move(self, chosen: Sequence[VisitSummary], day: date, who: str | None) -> None:
        """Visits were dropped on a day (of a person); outside a window a reason is asked for."""
        moving = [v for v in chosen if v.planned_on != day or who not in (None, v.technician_id)]
        today = self._context.services.context.today()
        outside = [
            v
            for v in moving
            if v.planned_on != day
            and today <= v.window_until
            and not v.window_from <= day <= v.window_until
        ]
        if not moving:
            return
        if not outside:
            self._page.run(lambda: self._move_all(moving, day, who, ""), self._moved)
            return
        dialog = dialogs.move_dialog(self._page, len(moving), len(outside), day)
        self._page.submit(dialog, lambda why: self._move_all(moving, day, who, why), self._moved)

    def _move_all(
        self, chosen: Sequence[VisitSummary], day: date, who: str | None, reason: str
    ) -> int:
        visits = self._context.services.visits
        for visit in chosen:
            draft = ScheduleDraft(planned_on=day, technician_id=who, reason=reason)
            visits.schedule(visit.id, visit.version, draft)
        return len(chosen)

    def _moved(self, count: int) -> None:
        self._context.note(plural("{count} visit moved", "{count} visits moved", count))

    def _lock(self, *, lock: bool) -> None:
        visits, summary = self._context.services.visits, self._visit.summary
        self._run(
            lambda: visits.schedule(summary.id, summary.version, ScheduleDraft(lock=lock)),
            _("Locked") if lock else _("Unlocked"),
        )

    def _add(self, item: Occurrence) -> None:
        visits, visit = self._context.services.visits, self._visit
        self._run(lambda: visits.add(visit.summary.id, item), _("Added to this visit"))

    def _show_incident(self, note: IncidentNote) -> None:
        visits, visit = self._context.services.visits, self._visit

        def show(_none: Any = None) -> None:
            self._context.go(ShowIncident(note.id))

        if note.taken_along or VisitAction.ADD not in visit.actions:
            show()
        else:
            self._page.run(lambda: visits.take_along(visit.summary.id, note.id), show)

    # --- working -------------------------------------------------------------------------------

    def _start(self) -> None:
        visits, visit = self._context.services.visits, self._visit
        self._run(lambda: visits.start(visit.summary.id), _("The visit began"))

    def _finish(self, typed: Typed | None = None) -> None:
        visits, visit = self._context.services.visits, self._visit
        left = sum(item.outcome is OccurrenceOutcome.OPEN for item in visit.occurrences)
        self._submit(
            dialogs.finish_dialog(self._page, visit.summary.number, left),
            lambda remark: visits.finish(visit.summary.id, remark),
            self._while_allowed(VisitAction.FINISH, self._finish),
            typed,
        )

    def _cancel(self, typed: Typed | None = None) -> None:
        visits, visit = self._context.services.visits, self._visit
        self._submit(
            dialogs.cancel_dialog(self._page, visit.summary.number),
            lambda why: visits.cancel(visit.summary.id, why),
            self._while_allowed(VisitAction.CANCEL, self._cancel),
            typed,
        )

    def _skip(self, item: Occurrence, typed: Typed | None = None) -> None:
        visits = self._context.services.visits
        name = item.plan_name.in_(words().language)
        self._submit(
            dialogs.skip_dialog(self._page, name),
            lambda why: visits.skip(item.id, why),
            lambda again: self._skip(item, again),
            typed,
        )

    def _sign(self, role: SignerRole) -> None:
        """Let somebody sign what the sheets of the visit say now."""
        from app.services.documents.requests import Request

        view = self._detail.view
        assert view is not None, "a signature without a visit in sight"
        visit, sha256 = view.visit, view.signable
        signer = visit.contact_name if role is SignerRole.MERCHANT else visit.summary.technician
        what = _(
            "Inspection sheets of visit {number}: read what is signed before signing.",
            number=visit.summary.number,
        )
        request = Request(kind="inspection", subject=visit.summary.number)
        paper = PaperToSign(self._context, request, sha256)
        signatures, key = self._context.services.signatures, visit.summary.id
        self._submit(
            SignatureDialog(role, signer, what, self._page, paper=paper),
            lambda draft: signatures.sign_visit(key, sha256, draft),
            # What was signed is no more: it is read and signed anew.
            lambda _typed: self._sign(role),
        )

    # --- plumbing ------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Any], said: str) -> None:
        self._page.run(work, lambda _none: self._context.note(said))

    def _submit(
        self,
        dialog: DraftDialog,
        save: Callable[[Any], Any],
        again: Callable[[Typed], object],
        typed: Typed | None = None,
    ) -> None:
        """Ask for something about the visit in sight; `again` asks anew, with what was typed."""
        services, key = self._context.services, self._visit.summary.id

        def ask(view: VisitView, entered: Typed) -> None:
            self._detail.show_view(view)
            again(entered)

        dialog.is_about(
            key,
            lambda entered: self._page.run(
                lambda: read_visit(services, key), lambda view: ask(view, entered)
            ),
        )
        self._page.submit(dialog, save, self._page.saved(dialog.windowTitle()))
        dialog.restore(typed or {})

    def _while_allowed(
        self, action: VisitAction, ask: Callable[[Typed], object]
    ) -> Callable[[Typed], object]:
        """`ask`, unless others left the visit in a state that no longer allows it."""

        def again(typed: Typed) -> None:
            visit = self._visit
            if action in visit.actions:
                ask(typed)
            else:
                self._context.failed.emit(NotAllowed(action, visit.summary.state))

        return again
