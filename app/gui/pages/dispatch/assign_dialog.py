"""Dialogs for handing work out: to whom and when, and why in spite of what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.dispatch.board import BoardItem, Suggestion
from app.domain.errors import BadValue, InvalidInput, Problem
from app.domain.parsing import parse_date
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.texts import problem_text
from app.texts.dispatch import work_place


@dataclass(frozen=True, slots=True)
class Chosen:
    """To whom and when, and why in spite of doubts."""

    technician_id: str
    day: date
    overruling: str


class AssignDialog(DraftDialog):
    """Hands a piece of work to somebody.  The draft is a `Chosen`."""

    day_wanted = Signal(object)
    """A `date` for which suggestions are wanted."""

    def __init__(self, item: BoardItem, day: date, parent: QWidget) -> None:
        fields = [
            Field(name="planned_on", label=_("Planned day"), kind="day", required=True),
            Field(
                name="overruling",
                label=_("Why all the same"),
                kind="text",
                rows=2,
                help=_("Needed when something speaks against it."),
            ),
        ]
        title = _("Assign {number}", number=item.number)
        super().__init__(title, fields, self._made, action=_("Assign"), parent=parent)
        self.prefer(620)
        self._day = day
        self._model = RowTableModel(_columns(), self)
        self.table = TableView(
            self._model,
            two_lines=True,
            name="suggestions",
            title=_("Who could do it, the most suitable first"),
        )
        self.table.setMinimumHeight(150)
        self.table.opened.connect(lambda _one: self.submit())
        self.table.current_changed.connect(self._on_current)
        self.doubts = label("", "error", wrap=True)
        about = " · ".join(filter(None, (work_place(words(), item), item.area, item.detail)))
        self.insert(panel(row(label(about, wrap=True), margins=(12, 8, 12, 8)), "note"))
        self._nobody = label("", wrap=True)
        self._worked = day
        take = button(_("Take that day"), self._on_take, role="link", icon="calendar-days")
        self._nobody_works = panel(row(self._nobody, take, margins=(12, 8, 12, 8)), "warning")
        self._nobody_works.hide()
        self.insert(
            boxed(column(self._nobody_works, self.table, self.doubts, spacing=6)), 1, grows=True
        )
        self.fill({"planned_on": words().day(day)})
        self.edited.connect(self._ask_again)

    def show_suggestions(self, found: Sequence[Suggestion], worked: date) -> None:
        """Everybody who could do it, the most suitable first; `worked` is the first day from the
        one that was asked for on which anybody works."""
        nobody = worked != self._day
        self._nobody.setText(
            _(
                "Nobody works on {day}. The next working day is {next}.",
                day=words().day(self._day),
                next=f"{words().day(worked)} {words().weekday(worked)}",
            )
            if nobody
            else ""
        )
        self._worked = worked
        self._nobody_works.setVisible(nobody)
        kept = self.table.current()
        self._model.set_rows([_Row(one) for one in found])
        if kept is None or not self.table.select(kept.id):
            self.table.select_first()
        if kept is None:
            self.table.setFocus()

    def _on_current(self, chosen: _Row | None) -> None:
        found = chosen.one.doubts if chosen is not None else ()
        self.doubts.setText("\n".join(problem_text(words(), problem) for problem in found))

    def _on_take(self) -> None:
        self.fill({"planned_on": words().day(self._worked)})
        self._ask_again()

    def _ask_again(self) -> None:
        day = _parsed(self.form.content().get("planned_on"))
        if day is not None and day != self._day:
            self._day = day
            self.day_wanted.emit(day)

    def _made(self, values: dict[str, Any]) -> Chosen | None:
        chosen, day = self.table.current(), _parsed(values["planned_on"])
        if chosen is None or day is None:
            return None
        return Chosen(chosen.one.technician.id, day, values["overruling"])


@dataclass(frozen=True, slots=True)
class _Row:
    """A suggestion as a row that is kept by whose it is."""

    one: Suggestion

    @property
    def id(self) -> str:
        """Whose."""
        return self.one.technician.id


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Technician"),
            text=lambda r: r.one.technician.name,
            detail=lambda r: "、".join(r.one.technician.areas) or _("everywhere"),
            width=150,
        ),
        TableColumn(
            title=_("That day"),
            text=lambda r: (
                _("{minutes}/{room} min", minutes=r.one.minutes, room=r.one.room)
                if r.one.room
                else _("Day off")
            ),
            width=110,
        ),
        TableColumn(
            title=_("Suitable"), text=lambda _r: "", badge=_suitable, width=200, stretch=True
        ),
    )


def _suitable(line: _Row) -> Badge:
    doubts = line.one.doubts
    if not doubts:
        return Badge(_("suitable"), "ok", "check")
    return Badge(problem_text(words(), doubts[0]), "warning", "triangle-alert")


def _parsed(typed: object) -> date | None:
    try:
        return parse_date(str(typed or ""))
    except BadValue:
        return None


def chosen_or_refused(chosen: Chosen | None) -> Chosen:
    """What was chosen.  Raises `InvalidInput` when nobody, or no day, was."""
    if chosen is None:
        raise InvalidInput.of("planned_on", "text.missing")
    return chosen


def overrule_dialog(parent: QWidget, name: str, problems: Sequence[Problem]) -> DraftDialog:
    """What speaks against handing work to somebody; the draft is the reason why all the same."""
    dialog = DraftDialog(
        _("Assign to {name} all the same?", name=name),
        [
            Field(
                name="overruling",
                label=_("Why all the same"),
                kind="text",
                required=True,
                rows=3,
            )
        ],
        lambda values: values["overruling"],
        action=_("Assign all the same"),
        parent=parent,
    )
    said = "\n".join(problem_text(words(), problem) for problem in problems)
    dialog.insert(panel(row(label(said, wrap=True), margins=(12, 8, 12, 8)), "warning"))
    return dialog
