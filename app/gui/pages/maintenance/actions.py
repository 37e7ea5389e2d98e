"""Actions on visits: opens the dialog, calls the service, confirms in a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, assert_never

from PySide6.QtCore import QObject, Signal

from app.domain.documents import SignerRole
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import ChecklistLine
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.visits import (
    IncidentNote,
    ScheduleDraft,
    Visit,
    VisitAction,
    VisitSummary,
)
from app.gui.pages.maintenance import action_dialogs as dialogs
from app.gui.pages.maintenance.checklist_view import WorkView
from app.gui.pages.maintenance.detail import (
    AddTask,
    OpenNote,
    SignVisit,
    SkipTask,
    VisitDetail,
    VisitWish,
    WorkOnTask,
)
from app.gui.shell.navigate import ShowIncident
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import word_choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.texts import error_text


class VisitActions(QObject):
    """Carries out the actions on the visit shown in `detail` and on the checklist in `work`."""

    shown = Signal(str)
    """The id of a visit to show."""
    work_shown = Signal()
    """A checklist was opened."""
    work_left = Signal()
    """The checklist was closed."""

    def __init__(self, page: Page, detail: VisitDetail, work: WorkView) -> None:
        super().__init__(page)
        self._page, self._detail, self._work = page, detail, work
        self._context = page.context
        self._people: tuple[tuple[str, str], ...] = ()
        detail.asked.connect(self.take)
        work.answered.connect(self._answer)
        work.followed.connect(self._follow)
        work.ended.connect(self._end)
        work.left.connect(self.leave_work)
        work.incident_opened.connect(lambda key: self._context.go(ShowIncident(key)))

    def set_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Who can be chosen."""
        self._people = tuple(people)

    def take(self, wish: VisitWish) -> None:
        """Do what was asked for to the visit in sight."""
        match wish:
            case WorkOnTask(task):
                self._begin(task)
            case SkipTask(task):
                self._skip(task)
            case AddTask(task):
                self._add(task)
            case OpenNote(note):
                self._show_incident(note)
            case SignVisit(role):
                self._sign(role)
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
        typed: dict[str, Any] | None = None,
    ) -> None:
        visits = self._context.services.visits
        dialog = self._schedule_dialog(summary, day, who)

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
        dialog.reload_with(
            lambda typed: self._page.run(
                lambda: visits.get(summary.id).summary,
                lambda found: self._ask_schedule(found, day, who, typed),
            )
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

    def _finish(self) -> None:
        visits, visit = self._context.services.visits, self._visit
        left = sum(item.outcome is OccurrenceOutcome.OPEN for item in visit.occurrences)
        self._submit(
            dialogs.finish_dialog(self._page, visit.summary.number, left),
            lambda remark: visits.finish(visit.summary.id, remark),
        )

    def _cancel(self) -> None:
        visits, visit = self._context.services.visits, self._visit
        self._submit(
            dialogs.cancel_dialog(self._page, visit.summary.number),
            lambda why: visits.cancel(visit.summary.id, why),
        )

    def _skip(self, item: Occurrence) -> None:
        visits = self._context.services.visits
        name = item.plan_name.in_(words().language)
        self._submit(dialogs.skip_dialog(self._page, name), lambda why: visits.skip(item.id, why))

    def _sign(self, role: SignerRole) -> None:
        """Let somebody sign what the sheets of the visit say now."""
        view = self._detail.view
        assert view is not None, "a signature without a visit in sight"
        visit, sha256 = view.visit, view.signable
        signer = visit.contact_name if role is SignerRole.MERCHANT else visit.summary.technician
        what = _(
            "Inspection sheets of visit {number}, content {hash}: read the findings before"
            " signing.",
            number=visit.summary.number,
            hash=sha256[:8],
        )
        signatures, key = self._context.services.signatures, visit.summary.id
        self._submit(
            SignatureDialog(role, signer, what, self._page),
            lambda draft: signatures.sign_visit(key, sha256, draft),
        )

    def _begin(self, item: Occurrence) -> None:
        """Open the checklist; a task without one is settled at once."""
        services = self._context.services

        def read() -> Any:
            contents = services.plans.get(item.plan_key).at(item.due_on).contents
            if item.outcome is not OccurrenceOutcome.OPEN:
                return services.checklists.get(item.id) if contents.checklist else None
            if not contents.checklist:
                services.visits.complete(item.id)
                return None
            return services.checklists.begin(item.id)

        def arrived(run: Any) -> None:
            if run is None:
                self._context.note(_("Settled"))
                self.shown.emit(item.visit_id)
                return
            self._show_run(run)
            self.work_shown.emit()

        self._page.run(read, arrived)

    def _show_run(self, run: Any) -> None:
        summary = self._visit.summary
        where = (summary.number, summary.merchant_name, run.serial)
        self._work.show_run(run, " · ".join(filter(None, where)))

    def _answer(self, line: str, draft: Any) -> None:
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists

        def save() -> Any:
            checklists.answer(run.id, line, draft)
            return checklists.get(run.occurrence_id)

        def saved(after: Any) -> None:
            self._show_run(after)
            self._work.go_on()

        self._page.run(save, saved, failed=self._refused)

    def _refused(self, error: Any) -> None:
        self._work.show_trouble(error_text(words(), error))

    def _follow(self, line: ChecklistLine, how: FollowUp) -> None:
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists
        text = line.text.in_(words().language)

        def save(note: str, fault_class: FaultClass | None = None) -> Any:
            checklists.follow_up(run.id, line.key, how, note, fault_class)
            return checklists.get(run.occurrence_id)

        def saved(after: Any) -> None:
            self._show_run(after)
            self._work.go_on()

        if how is FollowUp.FIXED_NOW:
            self._page.submit(dialogs.fixed_dialog(self._page, text), save, saved)
            return
        wrong = line.fault.in_(words().language) or text
        classes = word_choices("fault_class", FaultClass, empty=_("not clear yet"))
        dialog = dialogs.incident_dialog(self._page, wrong, classes, line.failure_class or "")
        self._page.submit(
            dialog, lambda both: save(both[1], FaultClass(both[0]) if both[0] else None), saved
        )

    def _end(self) -> None:
        """End the checklist; with lines missing a reason is asked for."""
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists
        missing = [line.text.in_(words().language) for line in run.open_lines]
        if missing and not run.unsettled:
            dialog = dialogs.partial_dialog(self._page, missing)
            self._page.submit(
                dialog, lambda why: checklists.finish(run.id, why_partial=why), self._ended
            )
            return
        self._page.run(lambda: checklists.finish(run.id), self._ended, failed=self._refused_end)

    def _refused_end(self, error: Any) -> None:
        """Go to the first line that keeps the checklist open."""
        if isinstance(error, InvalidInput) and self._work.run is not None:
            keys = [line.key for line in self._work.run.checklist.lines]
            wrong = next((p.field for p in error.problems if p.field in keys), None)
            if wrong is not None:
                self._work.table.setCurrentIndex(self._work.model.index(keys.index(wrong), 0))
        self._refused(error)

    def _ended(self, outcome: Any) -> None:
        self._context.note(
            _("Checklist ended")
            if outcome is not OccurrenceOutcome.PARTIAL
            else _("Checklist ended, partly done")
        )
        self.leave_work()

    def leave_work(self) -> None:
        """Back to the visit; one with every task settled is offered to be finished."""
        self.work_left.emit()
        self.shown.emit(self._visit.summary.id)

    # --- plumbing ------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Any], said: str) -> None:
        self._page.run(work, lambda _none: self._context.note(said))

    def _submit(self, dialog: DraftDialog, save: Callable[[Any], Any]) -> None:
        self._page.submit(dialog, save, lambda _none: self._context.note(_("Saved")))
