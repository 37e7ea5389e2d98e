"""Planning: generate visits, decide missed dates, level the work; each with a preview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject

from app.domain.maintenance.leave_choice import LeaveChoice
from app.domain.maintenance.occurrences import Backlog, CatchUp
from app.domain.maintenance.plans import Plan
from app.gui.pages.maintenance.action_dialogs import absence_dialog
from app.gui.pages.maintenance.proposal_texts import (
    ShownDate,
    better_choice,
    dates_text,
    figures,
    foreseen,
    misfits,
    outcome_text,
    way_text,
)
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.pages.maintenance.read import ScheduleQuery
from app.gui.shell.page import Page
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.services.core.import_columns import stopping
from app.services.maintenance.balancing import BalancingProposal
from app.services.maintenance.generation import GenerationPreview, GenerationRun
from app.services.maintenance.leave import HitVisit, LeavePreview

LEVEL_DAYS = 28


class VisitPlanning(QObject):
    """Carries out generating, catching up and levelling."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    # --- generating ----------------------------------------------------------------------------

    def generate(self) -> None:
        """Show what generating would do, then do it."""
        services = self._context.services
        WaitDialog(self._page, _("Generate visits"), self._context).wait_for(
            lambda: (services.generation.preview(), services.plans.listed()),
            self._ask_generate,
            WorkManner(_("Working out what is due …"), reads=True),
        )

    def _ask_generate(self, both: tuple[GenerationPreview, Sequence[Plan]]) -> None:
        found, plans = both
        generation, t = self._context.services.generation, words()
        names = {plan.key: plan.latest.contents.name.in_(t.language) for plan in plans}
        summary = _(
            "{first} to {last}: {dates} dates in {visits} new visits; {joined} join visits"
            " there are",
            first=t.day(found.first),
            last=t.day(found.last),
            dates=found.occurrences,
            visits=found.visits,
            joined=found.joined,
        )
        if found.empty:
            summary = _("Nothing to do: every date has its visit.")
        rows = [ShownDate(names[key], str(count)) for key, count in found.by_plan.items()]
        dialog = ProposalDialog(
            self._page,
            _("Generate visits"),
            (
                TableColumn(title=_("Plan"), text=lambda i: i.name, width=200, stretch=True),
                TableColumn(title=_("Dates"), text=lambda i: i.before, width=100, right=True),
            ),
            rows,
            summary=summary,
            notes=foreseen(found, names),
        )
        dialog.offer(_("Generate"), enabled=not found.empty)
        jumped = found.clock == "clock.jumped"

        def generate(_none: None, progress: Any, cancelled: Any) -> str:
            return generation.generate(confirm_clock=jumped, progress=progress, cancelled=cancelled)

        stopped = _(
            "Stopped. The visits made until then stay; generating again goes on from there."
        )
        self._page.submit(dialog, generate, self._generated, WorkManner(_("Generating …"), stopped))

    def _generated(self, run: str) -> None:
        if run:
            self._context.note(_("Visits were generated"), _("Undo"), lambda: self.undo(run))
        else:
            self._context.note(_("Nothing to do: every date has its visit."))

    def undo(self, run: str) -> None:
        """Take back a run."""
        generation = self._context.services.generation

        def undone(found: Any) -> None:
            self._context.note(
                _(
                    "{visits} visits removed, {kept} dates kept: worked on, or missed already",
                    visits=found.visits,
                    kept=found.kept,
                )
            )

        self._page.run(lambda: generation.undo(run), undone)

    def show_runs(self) -> None:
        """Past runs; one can be undone."""
        self._page.run(self._context.services.generation.runs, self._ask_undo)

    def _ask_undo(self, runs: Sequence[GenerationRun]) -> None:
        t, generation = words(), self._context.services.generation
        dialog = ProposalDialog(
            self._page,
            _("Past runs"),
            (
                TableColumn(title=_("At"), text=lambda r: t.moment(r.at), width=150),
                TableColumn(title=_("By"), text=lambda r: r.by, width=80),
                TableColumn(title=_("Until"), text=lambda r: t.day(r.last), width=110),
                TableColumn(title=_("Visits"), text=lambda r: str(r.visits), width=80, right=True),
                TableColumn(
                    title=_("Dates"), text=lambda r: str(r.occurrences), width=80, right=True
                ),
                TableColumn(
                    title=_("State"), text=lambda r: _("undone") if r.undone else "", stretch=True
                ),
            ),
            runs,
            summary=_(
                "Undoing a run keeps what somebody moved, began or finished, and what was missed."
            ),
        )
        dialog.table.select_first()
        dialog.offer_choice(_("Undo this run"), "undo", role="danger")

        def undo(chosen: tuple[str, tuple[GenerationRun, ...]]) -> Any:
            return generation.undo(chosen[1][0].id)

        def undone(found: Any) -> None:
            self._context.note(
                _(
                    "{visits} visits removed, {kept} dates kept: worked on, or missed already",
                    visits=found.visits,
                    kept=found.kept,
                )
            )

        if runs:
            self._page.submit(dialog, undo, undone)
        else:
            self._context.note(_("No run yet."))
            dialog.deleteLater()

    # --- missed --------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """What was missed more than once: merge or keep."""
        self._page.run(self._context.services.generation.backlogs, self.ask_catch_up)

    def ask_catch_up(self, found: Sequence[Backlog]) -> None:
        """Show every missed date and let it be decided."""
        t, generation = words(), self._context.services.generation
        today = self._context.services.context.today()
        if not found:
            self._context.note(_("Nothing was missed more than once."))
            return
        dates = sum(len(backlog.occurrences) for backlog in found)
        dialog = ProposalDialog(
            self._page,
            _("Missed while away"),
            (
                TableColumn(
                    title=_("Plan"), text=lambda b: b.into.plan_name.in_(t.language), width=130
                ),
                TableColumn(
                    title=_("Merchant"),
                    text=lambda b: b.into.merchant_name or _("Office"),
                    width=150,
                    stretch=True,
                ),
                TableColumn(
                    title=_("Serial number"), text=lambda b: b.into.serial or "–", width=176
                ),
                TableColumn(
                    title=_("Missed"), text=lambda b: str(len(b.occurrences)), width=70, right=True
                ),
                TableColumn(title=_("Dates"), text=lambda b: dates_text(b, today), width=210),
            ),
            found,
            summary=_(
                "{dates} dates of {count} tasks were missed. Merged, each task is done once"
                " and the older dates stay visible as missed; kept, every date is done.",
                dates=dates,
                count=len(found),
            ),
        )
        dialog.prefer(900, 520)
        dialog.choose_several()
        dialog.offer_choice(_("Keep all dates"), CatchUp.KEEP)
        dialog.offer_choice(_("Merge into the newest"), CatchUp.MERGE, role="primary")

        def settle(
            chosen: tuple[CatchUp, tuple[Backlog, ...]], progress: Any, cancelled: Any
        ) -> int:
            return generation.settle_backlogs(chosen[1], chosen[0], progress, cancelled)

        def settled(count: int) -> None:
            self._context.note(plural("{count} date decided", "{count} dates decided", count))

        self._page.submit(dialog, settle, settled, WorkManner(_("Deciding")))

    # --- working days --------------------------------------------------------------------------

    def absence(self, people: Sequence[tuple[str, str]]) -> None:
        """Note that a technician is away, and place the visits that hits as is chosen."""
        leave = self._context.services.leave
        dialog = absence_dialog(self._page, people, self._context.services.context.today())
        entered: dict[str, Any] = {}
        title = dialog.windowTitle()

        def look(values: dict[str, Any]) -> LeavePreview:
            entered.update(values)
            found = leave.preview(values["technician_id"], values["first_on"], values["last_on"])
            if not found.hit or values["at_once"]:
                choice = dict.fromkeys((item.id for item in found.hit), LeaveChoice.REASSIGN)
                leave.enter(found, values["reason"], choice)
            return found

        def seen(found: LeavePreview) -> None:
            if found.hit and not entered["at_once"]:
                self.ask_leave(found, dict(people), entered["reason"])
            elif found.hit:
                self._context.note(outcome_text(found, LeaveChoice.REASSIGN))
            else:
                name = dict(people)[entered["technician_id"]]
                self._page.tell_saved(f"{title} · {name}")

        self._page.submit(dialog, look, seen)

    def ask_leave(self, found: LeavePreview, people: dict[str, str], reason: str) -> ProposalDialog:
        """Show the visits a leave hits and where each could go, then enter it."""
        leave, t = self._context.services.leave, words()
        today = self._context.services.context.today()
        dialog = ProposalDialog(
            self._page,
            _("Technician away"),
            (
                TableColumn(title=_("Day"), text=lambda i: t.day(i.visit.planned_on), width=112),
                TableColumn(
                    title=_("Merchant"),
                    text=lambda i: i.visit.merchant_name or _("Office"),
                    width=170,
                    stretch=True,
                ),
                TableColumn(
                    title=_("Somebody else"),
                    text=lambda i: way_text(i.reassign, people, today),
                    width=200,
                ),
                TableColumn(
                    title=_("Another day"),
                    text=lambda i: way_text(i.move, people, today),
                    width=200,
                ),
            ),
            found.hit,
            summary=_(
                "{name} is away from {first} to {last}. {count} visits are planned for these"
                " days: {given} can go to somebody else, {moved} to another day of the same"
                " technician; what finds no place waits. Choose what becomes of those selected,"
                " or of all when none is; the others stay and are marked.",
                name=people.get(found.technician_id, ""),
                first=t.day(found.first_on),
                last=t.day(found.last_on),
                count=len(found.hit),
                given=found.outcome(LeaveChoice.REASSIGN).placed,
                moved=found.outcome(LeaveChoice.MOVE).placed,
            ),
        )
        dialog.prefer(900, 520)
        dialog.choose_several()
        best = better_choice(found)
        for choice, text in (
            (LeaveChoice.KEEP, _("Keep where they are")),
            (LeaveChoice.MOVE, _("Move to other days")),
            (LeaveChoice.REASSIGN, _("Reassign to others")),
        ):
            dialog.offer_choice(text, choice, role="primary" if choice is best else "")

        def save(chosen: tuple[LeaveChoice, tuple[HitVisit, ...]]) -> str:
            choice, hit = chosen
            leave.enter(found, reason, dict.fromkeys((item.id for item in hit), choice))
            return outcome_text(found, choice, hit)

        self._page.submit(dialog, save, self._context.note)
        return dialog

    # --- levelling -----------------------------------------------------------------------------

    def level(self, wanted: ScheduleQuery) -> None:
        """Propose who goes where when, with the figures before and after."""
        levelling, today = self._context.services.balancing, self._context.services.context.today()
        first = max(wanted.span[0], today)
        last = max(wanted.span[1], first + timedelta(days=LEVEL_DAYS - 1))

        def propose(progress: Any, cancelled: Any) -> BalancingProposal:
            return levelling.propose(first, last, wanted.area, stopping(progress, cancelled))

        WaitDialog(self._page, _("Level the work"), self._context).wait_for(
            propose, self._ask_level, WorkManner(_("Working out who goes where …"), reads=True)
        )

    def _ask_level(self, found: BalancingProposal) -> None:
        levelling, t = self._context.services.balancing, words()
        before, after = found.proposal.before, found.proposal.after
        dialog = ProposalDialog(
            self._page,
            _("Level the work"),
            (
                TableColumn(title=_("Figure"), text=lambda i: i.name, width=220, stretch=True),
                TableColumn(title=_("Before"), text=lambda i: i.before, width=110, right=True),
                TableColumn(title=_("After"), text=lambda i: i.after, width=110, right=True),
            ),
            figures(before, after),
            summary=_(
                "{first} to {last}: {changes} of {visits} visits would change. Locked visits"
                " stay; what does not fit is taken off and waits to be placed.",
                first=t.day(found.first),
                last=t.day(found.last),
                changes=len(found.changes),
                visits=before.visits,
            ),
            notes=misfits(found),
        )
        dialog.offer(_("Accept"), enabled=bool(found.changes))
        self._page.submit(dialog, lambda _none: levelling.accept(found), self._levelled)

    def _levelled(self, count: int) -> None:
        self._context.note(plural("{count} visit moved", "{count} visits moved", count))
