"""Actions on plans: list, add, change with a preview, suspend, take over the recommended ones."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import BadValue, InvalidInput
from app.domain.maintenance.plan_drafts import PlanDraft, draft_of_plan
from app.domain.maintenance.plans import Plan
from app.domain.parsing import parse_date
from app.gui.pages.maintenance.capacity import capacity_dialog, show_capacity
from app.gui.pages.maintenance.plan_editor import PlanEditor, first_draft
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.navigate import ShowTrail
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.draft_dialog import Typed
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.services.core.import_columns import stopping
from app.services.maintenance.capacity import CapacityView, PlanChange, refuse_short
from app.services.maintenance.plans import PlanPreview, PlanSummary
from app.services.register.terminal_queries import Choices
from app.texts.rules import plan_sentence


class PlanActions(QObject):
    """Carries out the actions on plans.  `installed`: the recommended plans were taken over."""

    installed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._context = page.context

    # --- the list ------------------------------------------------------------------------------

    def show_list(self) -> None:
        """All plans; one can be changed, rested or taken up again."""
        self._page.run(self._context.services.plans.with_coverage, self._ask)

    def _ask(self, found: tuple[PlanSummary, ...]) -> None:
        t, today = words(), self._context.services.context.today()
        dialog = ProposalDialog(
            self._page,
            _("Maintenance plans"),
            (
                TableColumn(
                    title=_("Plan"),
                    text=lambda i: i.plan.at(today).contents.name.in_(t.language),
                    detail=lambda i: i.plan.key,
                    width=150,
                ),
                TableColumn(
                    title=_("Rule"),
                    text=lambda i: plan_sentence(t, i.plan.at(today).contents),
                    detail=lambda i: i.plan.at(today).contents.basis.in_(t.language),
                    width=320,
                    stretch=True,
                ),
                TableColumn(title=_("Covers"), text=lambda i: str(i.covered), width=70, right=True),
                TableColumn(title=_("State"), text=lambda _i: "", badge=_plan_badge, width=90),
            ),
            found,
        )
        dialog.prefer(980, 560)
        dialog.table.verticalHeader().setDefaultSectionSize(46)
        dialog.table.select_first()
        standing = self._context.services.context.standing
        dialog.offer_choice(_("Audit trail …"), "trail")
        permit(dialog.offer_choice(_("Rest / resume"), "rest"), standing.refusal("plan.set_active"))
        permit(dialog.offer_choice(_("Add …"), "add"), standing.refusal("plan.save"))
        change = dialog.offer_choice(_("Change …"), "change", role="primary")
        permit(change, standing.refusal("plan.save"))
        dialog.table.opened.connect(lambda item: dialog.submitted.emit(("change", (item,))))

        def answer(
            chosen: tuple[str, tuple[PlanSummary, ...]],
        ) -> tuple[str, Plan | None, int]:
            what, rows = chosen
            plan = rows[0].plan if rows else None
            ahead = self._context.services.plans.ahead(plan.id) if plan else 0
            return what, plan, ahead

        self._page.submit(dialog, answer, self._answered)

    def _answered(self, chosen: tuple[str, Plan | None, int]) -> None:
        what, plan, ahead = chosen
        if what == "rest" and plan is not None:
            self.rest_or_resume(plan, ahead)
        elif what == "trail":
            self._context.go(ShowTrail(plan.key if plan is not None else ""))
        else:
            self.edit(plan if what == "change" else None)

    def rest_or_resume(self, plan: Plan, ahead: int) -> None:
        """Take a plan up again, or let it rest once that was confirmed: `ahead` dates of it are
        called off."""
        if plan.active and not self._sure(plan, ahead):
            self.show_list()
            return

        name = plan.at(self._context.services.context.today()).contents.name

        def saved(_none: object) -> None:
            self._page.tell_saved(name.in_(words().language))
            self.show_list()

        service = self._context.services.plans
        self._page.run(lambda: service.set_active(plan.id, active=not plan.active), saved)

    def _sure(self, plan: Plan, ahead: int) -> bool:
        today = self._context.services.context.today()
        name = plan.at(today).contents.name.in_(words().language)
        detail = plural(
            "{count} date from today on is called off, and its visit if nothing else is to be done"
            " there. Once the plan is taken up again, it is due from that day on.",
            "{count} dates from today on are called off, and their visits if nothing else is to be"
            " done there. Once the plan is taken up again, it is due from that day on.",
            ahead,
        )
        return problems.confirm(self._page, _("Let “{name}” rest?", name=name), detail, _("Rest"))

    # --- the editor ----------------------------------------------------------------------------

    def edit(self, plan: Plan | None = None, typed: Typed | None = None) -> None:
        """Change a plan, or add one; `typed` is what somebody had entered before."""
        services = self._context.services

        def read() -> Any:
            return (
                services.plans.checklists(),
                services.plans.listed(),
                services.terminals.choices(),
            )

        self._page.run(read, lambda found: self._open(plan, typed or {}, *found))

    def _open(
        self, plan: Plan | None, typed: Typed, checklists: Any, plans: Any, names: Choices
    ) -> None:
        t, service = words(), self._context.services.plans
        capacity = self._context.services.plans.capacity
        today = self._context.services.context.today()
        draft = (
            first_draft(today) if plan is None else (draft_of_plan(plan.key, plan.latest.contents))
        )
        editor = PlanEditor(
            self._page,
            draft,
            known=plan is not None,
            names=asdict(names),
            checklists=[(c.key, c.title.in_(t.language)) for c in checklists],
            plans=[
                (p.key, p.latest.contents.name.in_(t.language))
                for p in plans
                if plan is None or p.key != plan.key
            ],
        )

        def preview(given: PlanDraft) -> None:
            self._page.run(
                lambda: service.preview(given), shown, failed=editor.show_doubt, owner=editor
            )

        def shown(found: PlanPreview) -> None:
            editor.show_preview(
                plan_sentence(t, found.contents), found.dates, found.covered, found.unknown_years
            )

        seen: set[PlanDraft] = set()

        def save(both: tuple[PlanDraft, str], progress: Any, cancelled: Any) -> str:
            given, valid_from = both
            if given not in seen:
                found = capacity.view(
                    PlanChange(drafts=(given,)), progress=stopping(progress, cancelled)
                )
                seen.add(given)
                refuse_short(found, given.key)
            if plan is None:
                return service.save(given)
            return service.save(given, plan.id, plan.version, _day(valid_from))

        editor.preview_wanted.connect(preview)
        preview(draft)
        if plan is not None:
            editor.is_about(
                plan.id,
                lambda entered: self._page.run(
                    lambda: service.get(plan.key), lambda found: self.edit(found, entered)
                ),
            )
        self._page.submit(editor, save, self._page.saved(editor.windowTitle()))
        if typed:
            editor.restore(typed)

    # --- the pack ------------------------------------------------------------------------------

    def install(self) -> None:
        """Take over the recommended plans, once it was seen what they take."""
        plans = self._context.services.plans
        show_capacity(
            self._page, lambda: PlanChange(drafts=plans.missing_recommended()), self._ask_install
        )

    def _ask_install(self, found: CapacityView) -> None:
        plans = self._context.services.plans
        dialog = capacity_dialog(self._page, _("Take over the recommended plans"), found)
        dialog.offer(_("Take over"))

        def done(added: tuple[str, ...]) -> None:
            self._context.note(
                plural("{count} plan taken over", "{count} plans taken over", len(added))
            )
            self.installed.emit()

        self._page.submit(dialog, lambda _none: plans.install_pack(), done)


def _plan_badge(item: PlanSummary) -> Badge:
    if not item.plan.active:
        return Badge(_("rests"), "neutral", "pause")
    if not item.covered:
        return Badge(_("covers nothing"), "warning", "triangle-alert")
    return Badge(_("active"), "ok", "circle-check")


def _day(raw: str) -> Any:
    try:
        return parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of("valid_from", refusal.code, **refusal.params) from None
