"""Dialogs shared by two pages: a visit by hand, and a counter reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.errors import AppError, InvalidInput
from app.domain.maintenance.meters import MeterKind, ReadingDraft
from app.domain.maintenance.visits import ExtraDraft
from app.domain.register.people import Technician
from app.domain.register.terminals import TerminalSummary
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, panel
from app.gui.toolkit.terminal_choice import TerminalChoice
from app.texts import field_label, problem_text, word


class ExtraVisitEditor(DraftDialog):
    """A visit by hand; the draft is an `ExtraDraft`.  The page answers `choice.picker`."""

    def __init__(
        self, parent: QWidget, plans: Choices, people: Sequence[Technician], today: date
    ) -> None:
        t = words()
        self._people = people
        super().__init__(
            _("New visit"),
            [
                Field(
                    name="plan_keys",
                    label=field_label(t, "plan_keys"),
                    kind="checks",
                    required=True,
                    choices=plans,
                    rows=5,
                ),
                Field(
                    name="planned_on", label=field_label(t, "planned_on"), kind="day", required=True
                ),
                Field(
                    name="technician_id",
                    label=_("Technician"),
                    kind="choice",
                    choices=[("", _("Nobody yet")), *((p.id, p.name) for p in people)],
                ),
                Field(
                    name="reason",
                    label=_("Reason"),
                    kind="text",
                    rows=2,
                    help=_("Why it is made, for whoever goes there."),
                ),
            ],
            self._draft,
            action=_("Plan the visit"),
            parent=parent,
        )
        self.prefer(620)
        self.choice = TerminalChoice(_("Terminal or merchant"), self.fit)
        self.choice.chosen.connect(self._on_chosen)
        self.insert(self.choice)
        self.fill({"planned_on": t.day(today)})
        self.choice.picker.setFocus()

    def _on_chosen(self, item: TerminalSummary | None) -> None:
        """Whoever serves the area is proposed; somebody chosen by hand stays."""
        if item is None:
            return
        if not self.form.value("technician_id"):
            serving = [person.id for person in self._people if item.area in person.areas]
            self.fill({"technician_id": serving[0] if serving else ""})
        self.form.widget("plan_keys").setFocus()

    def _draft(self, values: dict[str, Any]) -> ExtraDraft:
        terminal = self.choice.terminal
        return ExtraDraft(
            tuple(values["plan_keys"]),
            terminal.id if terminal else "",
            values["planned_on"],
            values["technician_id"],
            values["reason"],
        )

    def show_problem(self, error: AppError) -> None:
        """Problems of the terminal stand below it, the others in the form."""
        if not isinstance(error, InvalidInput):
            super().show_problem(error)
            return
        mine = [problem for problem in error.problems if problem.field == "terminal_id"]
        others = [problem for problem in error.problems if problem.field != "terminal_id"]
        super().show_problem(InvalidInput(others))
        text = ""
        if mine and self.choice.terminal is None:
            text = _("Choose the terminal to go to.")
        elif mine:
            text = problem_text(words(), mine[0])
        self.choice.show_problem(text)


def reading_dialog(
    parent: QWidget, serial: str, last: Sequence[tuple[MeterKind, int, date]], today: date
) -> DraftDialog:
    """What a counter shows; `last` are the newest readings, one of each kind.  The draft is a
    `ReadingDraft`."""
    t = words()
    dialog = DraftDialog(
        _("Counter of {serial}", serial=serial),
        [
            Field(
                name="kind",
                label=_("Counter"),
                kind="choice",
                choices=word_choices("meter_name", MeterKind),
            ),
            Field(name="value", label=field_label(t, "value"), required=True),
            Field(name="read_on", label=field_label(t, "read_on"), kind="day", required=True),
            Field(
                name="reset", label="", kind="check", unit=_("The counter was reset or replaced")
            ),
        ],
        lambda v: ReadingDraft(v["kind"], v["value"], v["read_on"], v["reset"]),
        parent=parent,
    )
    if last:
        lines = [
            _(
                "{kind}: {value} on {day}",
                kind=word(t, "meter_name", kind),
                value=f"{value:,}",
                day=t.day(day),
            )
            for kind, value, day in last
        ]
        dialog.insert(panel(column(label("\n".join(lines), wrap=True)), "note"))
    dialog.fill({"read_on": t.day(today), "kind": str(last[0][0]) if last else MeterKind.PRINTS})
    dialog.form.widget("value").setFocus()
    return dialog
