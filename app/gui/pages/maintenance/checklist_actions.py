"""Actions on the checklist of a visit's task: begins it, keeps answers, follows findings up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.diagnosis.catalogue import Stop
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.checklist_lines import ChecklistLine
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.visits import VisitSummary
from app.gui.pages.maintenance import action_dialogs as dialogs
from app.gui.pages.maintenance.checklist_view import WorkView
from app.gui.shell.navigate import ShowIncident
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog, Typed
from app.gui.toolkit.forms import word_choices
from app.gui.toolkit.language import _, words
from app.services.maintenance.checklists import ChecklistRun
from app.services.maintenance.line_failures import failures_in_words
from app.texts import error_text
from app.texts.checklists import wrong_text


@dataclass(frozen=True, slots=True)
class ChecklistWork:
    """What becomes of the draft of a dialog about a checklist."""

    save: Callable[[Any], Any]
    saved: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A checklist, and the safety stops its failed lines call for."""

    run: ChecklistRun
    stops: tuple[Stop, ...]
    standing: tuple[OpenStop, ...]
    """Those other incidents left at the terminal."""


class ChecklistActions(QObject):
    """Carries out the actions on the checklist in `work`."""

    shown = Signal()
    """A checklist was opened."""
    left = Signal()
    """The checklist was closed."""
    settled = Signal(str)
    """The id of the visit to show: a task of it was settled, or its checklist left."""

    def __init__(self, page: Page, work: WorkView) -> None:
        super().__init__(page)
        self._page, self._work = page, work
        self._context = page.context
        self._visit: VisitSummary | None = None
        work.answered.connect(self._answer)
        work.followed.connect(self._follow)
        work.ended.connect(lambda: self._end())
        work.left.connect(self.leave)
        work.incident_opened.connect(lambda key: self._context.go(ShowIncident(key)))

    def begin(self, visit: VisitSummary, item: Occurrence) -> None:
        """Open the checklist of a task of a visit; a task without one is settled at once."""
        self._visit = visit
        services = self._context.services

        def read() -> ShownRun | None:
            contents = services.plans.get(item.plan_key).at(item.due_on).contents
            if item.outcome is not OccurrenceOutcome.OPEN:
                return self._read(item.id) if contents.checklist else None
            if not contents.checklist:
                services.visits.complete(item.id)
                return None
            services.checklists.begin(item.id)
            return self._read(item.id)

        def arrived(run: ShownRun | None) -> None:
            if run is None:
                self._context.note(_("Settled: {name}", name=visit.number))
                self.settled.emit(item.visit_id)
                return
            self._show_run(run)
            self.shown.emit()

        self._page.run(read, arrived)

    def _read(self, occurrence_id: str) -> ShownRun:
        """A checklist with the dangers in it, on the worker."""
        services = self._context.services
        run = services.checklists.get(occurrence_id)
        failures = failures_in_words(words(), run.checklist, run.results.values())
        stops = services.diagnosis.stops_in(failures)
        opened = {result.incident_id for result in run.results.values()}
        standing = services.terminal_stops.at(run.terminal_id) if run.terminal_id else ()
        return ShownRun(run, stops, tuple(s for s in standing if s.incident_id not in opened))

    def _show_run(self, shown: ShownRun) -> None:
        visit, run = self._visit, shown.run
        assert visit is not None, "a checklist of no visit"
        where = (visit.number, visit.merchant_name, run.serial)
        self._work.show_run(run, " · ".join(filter(None, where)), shown.stops, shown.standing)

    def _answer(self, line: str, draft: Any) -> None:
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists

        def save() -> Any:
            checklists.answer(run.id, line, draft)
            return self._read(run.occurrence_id)

        def saved(after: Any) -> None:
            self._show_run(after)
            self._work.go_on()

        self._page.run(save, saved, failed=self._refused)

    def _refused(self, error: Any) -> None:
        self._work.show_trouble(error_text(words(), error))

    def _follow(self, line: ChecklistLine, how: FollowUp, typed: Typed | None = None) -> None:
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists
        text = line.text.in_(words().language)

        def save(note: str, fault_class: FaultClass | None = None) -> Any:
            checklists.follow_up(run.id, line.key, how, note, fault_class)
            return self._read(run.occurrence_id)

        def saved(after: Any) -> None:
            self._show_run(after)
            self._work.go_on()

        if how is FollowUp.FIXED_NOW:
            dialog, work = dialogs.fixed_dialog(self._page, text), ChecklistWork(save, saved)
        else:
            wrong = wrong_text(words(), line)
            classes = word_choices("fault_class", FaultClass, empty=_("not clear yet"))
            dialog = dialogs.incident_dialog(self._page, wrong, classes, line.failure_class or "")
            work = ChecklistWork(
                lambda both: save(both[1], FaultClass(both[0]) if both[0] else None), saved
            )
        self._submit(dialog, work, lambda again: self._follow(line, how, again), typed)

    def _end(self, typed: Typed | None = None) -> None:
        """End the checklist; with lines missing a reason is asked for."""
        run = self._work.run
        assert run is not None
        checklists = self._context.services.checklists
        missing = [line.text.in_(words().language) for line in run.open_lines]
        if missing and not run.unsettled:
            dialog = dialogs.partial_dialog(self._page, missing)
            work = ChecklistWork(
                lambda why: checklists.finish(run.id, why_partial=why), self._ended
            )
            self._submit(dialog, work, self._end, typed)
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
        number = self._visit.number if self._visit is not None else ""
        self._context.note(
            _("{number}: checklist ended", number=number)
            if outcome is not OccurrenceOutcome.PARTIAL
            else _("{number}: checklist ended, partly done", number=number)
        )
        self.leave()

    def leave(self) -> None:
        """Back to the visit; one with every task settled is offered to be finished."""
        assert self._visit is not None, "no checklist is open"
        self.left.emit()
        self.settled.emit(self._visit.id)

    def _submit(
        self,
        dialog: DraftDialog,
        work: ChecklistWork,
        again: Callable[[Typed], object],
        typed: Typed | None = None,
    ) -> None:
        """Ask for something about the checklist in sight; `again` asks anew."""
        run = self._work.run
        assert run is not None

        def ask(now: ShownRun, entered: Typed) -> None:
            self._show_run(now)
            again(entered)

        dialog.is_about(
            run.id,
            lambda entered: self._page.run(
                lambda: self._read(run.occurrence_id), lambda now: ask(now, entered)
            ),
        )
        self._page.submit(dialog, work.save, work.saved)
        dialog.restore(typed or {})
