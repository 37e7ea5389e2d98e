"""Forms as lists of field specifications: built, filled, read and marked by one class.

To add a field to a form, add a `Field` to its list.  Input is never lost: a refused draft leaves
the form as it is and puts each problem beside its field.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QWidget,
)

from app.domain.errors import InvalidInput, Problem, Problems
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.form_inputs import Choices as Choices
from app.gui.toolkit.form_inputs import Field as Field
from app.gui.toolkit.form_inputs import Input, make_input
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, restyle
from app.gui.toolkit.numbered_choice import Choice, NumberedChoice
from app.gui.toolkit.scroll_body import bring_into_sight, lay_out_now
from app.gui.toolkit.tab_pages import TabPages
from app.texts import problem_text, word

_ROWS, _GAP = 6, 8
"""Lines of the grid a field takes, and pixels of the last of them."""
_LEAST = 300
"""Pixels a column of fields needs beside another one."""


class Form(QWidget):
    """A column of labelled fields with a place for a problem under each."""

    edited = Signal()
    """Something was typed; a moment has passed since."""

    def __init__(self, fields: Iterable[Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = tuple(fields)
        self._inputs: dict[str, Input] = {}
        self._problems: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._helps: dict[str, QLabel] = {}
        self._places: dict[str, tuple[QGridLayout, int]] = {}
        self._pause = QTimer(self, singleShot=True, interval=400)
        self._pause.timeout.connect(self.edited)
        self.tabs: TabPages | None = None
        titles = list(dict.fromkeys(item.tab for item in self.fields))
        if titles in ([], [""]):
            self.setLayout(self._beside(self.fields))
            return
        self.tabs = TabPages()
        for title in titles:
            self.tabs.add(title, self._beside([i for i in self.fields if i.tab == title]))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.tabs)

    def _beside(self, fields: Sequence[Field]) -> QLayout:
        columns = [
            self._column([item for item in fields if item.column == place])
            for place in sorted({item.column for item in fields})
        ]
        if len(columns) < 2:
            return columns[0] if columns else QHBoxLayout()
        return column(FoldingRow(*map(boxed, columns), spacing=32, least=_LEAST))

    def _column(self, fields: Sequence[Field]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for place, item in enumerate(fields):
            self._add(grid, item, _ROWS * place)
        # What is left over stands below the last field, beside a longer column.
        grid.setRowStretch(_ROWS * len(fields), 1)
        return grid

    def _add(self, grid: QGridLayout, item: Field, line: int) -> None:
        """A field takes six lines of the grid: heading, input, numbers, help, problem, gap."""
        made = make_input(item)
        made.widget.setObjectName(item.name)
        made.widget.setAccessibleName(item.label)
        made.widget.setEnabled(item.editable)
        made.changed.connect(lambda *_args, name=item.name: self._on_changed(name))
        made.masked = functools.partial(self._tell_masked, item.name)
        made.asked = functools.partial(self._ask_which_number, item.name)
        self._inputs[item.name] = made
        label = self._labels[item.name] = QLabel(_starred(item.label, starred=item.required))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(made.widget)
        # Beside the first line of a field, however high the field is.
        label.setFixedHeight(32)
        if item.heading:
            grid.addWidget(_heading(item.heading), line, 0, 1, 2)
        grid.addWidget(label, line + 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(made.widget, line + 1, 1)
        if isinstance(made.widget, Choice):
            grid.addWidget(made.widget.below, line + 2, 1)
        if item.help:
            told = self._helps[item.name] = _small(item.help, "muted")
            grid.addWidget(told, line + 3, 1)
        problem = _small("", "error")
        problem.hide()
        grid.addWidget(problem, line + 4, 1)
        grid.setRowMinimumHeight(line + _ROWS - 1, _GAP)
        self._places[item.name] = grid, line
        self._problems[item.name] = problem

    def _tell_masked(self, name: str) -> None:
        """Say beside the field why digits of it are gone now."""
        self._problems[name].setText(
            _("A card number or PIN was masked here; it must not be stored.")
        )
        self._problems[name].show()

    def _ask_which_number(self, name: str) -> None:
        """Ask beside the field what digits are that look like a card number."""
        self._problems[name].setText(
            _(
                "Is this a card number? Then take it out. If it is another one, say which in front"
                " of it: order, serial number, parcel, barcode, IMEI … Otherwise only its first six"
                " and last four digits are kept."
            )
        )
        self._problems[name].show()

    def _on_changed(self, name: str) -> None:
        self.clear_problem(name)
        self._pause.start()

    def set_required(self, name: str, *, required: bool) -> None:
        """Mark a field as one that must be filled, where that depends on others."""
        label = next(item.label for item in self.fields if item.name == name)
        self._labels[name].setText(_starred(label, starred=required))

    def set_shown(self, name: str, *, shown: bool) -> None:
        """Show a field or take it out of sight, where it depends on others whether it is asked;
        what stands in it stays."""
        grid, line = self._places[name]
        grid.setRowMinimumHeight(line + _ROWS - 1, _GAP if shown else 0)
        self._labels[name].setVisible(shown)
        self._inputs[name].widget.setVisible(shown)
        if name in self._helps:
            self._helps[name].setVisible(shown)
        if not shown:
            self.clear_problem(name)

    def widget(self, name: str) -> QWidget:
        """The input of a field."""
        return self._inputs[name].widget

    def value(self, name: str) -> Any:
        """What stands in a field.  Raises `BadValue` for what is no value of its kind."""
        return self._inputs[name].read()

    def flush(self) -> None:
        """Do not wait for a moment to pass: say `edited` now, if something was typed."""
        if self._pause.isActive():
            self._pause.stop()
            self.edited.emit()

    def values(self) -> dict[str, Any]:
        """What stands in all of them.  Raises `InvalidInput` for what is no value of its kind."""
        found, problems = {}, Problems()
        for name, one in self._inputs.items():
            with problems.field(name):
                found[name] = one.read()
        problems.raise_if_any()
        return found

    def content(self) -> dict[str, Any]:
        """What stands in all of them, as values of JSON: for keeping what is half filled."""
        return {name: _stored(one.typed()) for name, one in self._inputs.items()}

    def restore(self, content: Mapping[str, Any]) -> None:
        """Put back what `content` gave; other names are ignored."""
        for item in self.fields:
            # In the form's order: what may be chosen can depend on a field above.
            if item.name in content:
                value, read = content[item.name], _READERS.get(item.kind)
                self.fill({item.name: read(value) if value and read else value})

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the fields they name; others stay."""
        for name, value in values.items():
            if name in self._inputs:
                self._inputs[name].write(value)

    def set_choices(self, name: str, choices: Choices) -> None:
        """Offer other choices, keeping the chosen one where it is still there."""
        widget = self._inputs[name].widget
        assert isinstance(widget, QComboBox)
        kept = widget.currentData()
        widget.blockSignals(True)
        widget.clear()
        for value, shown in choices:
            widget.addItem(shown, value)
        widget.setCurrentIndex(max(0, widget.findData(kept)))
        widget.blockSignals(False)
        if isinstance(widget, NumberedChoice) and widget.hasFocus():
            widget.show_numbers()

    def show_problems(self, refusal: InvalidInput) -> list[Problem]:
        """Mark every problem beside its field and go to the first of the form; returns those whose
        field is not in this form."""
        self.clear_problems()
        elsewhere = []
        for problem in refusal.problems:
            label = self._problems.get(problem.field)
            if label is None:
                elsewhere.append(problem)
                continue
            label.setText(problem_text(words(), problem))
            label.show()
            _mark(self._inputs[problem.field].widget, wrong=True)
        if self.tabs is not None:
            self.tabs.mark(
                self._inputs[p.field].widget for p in refusal.problems if p.field in self._inputs
            )
        named = {problem.field for problem in refusal.problems}
        first = next((item.name for item in self.fields if item.name in named), "")
        if first:
            self._inputs[first].widget.setFocus()
            QTimer.singleShot(0, self, functools.partial(self._show_why, first))
        return elsewhere

    def _show_why(self, name: str) -> None:
        """The field that has the keys and the words below it that say what is wrong."""
        lay_out_now()
        for widget in (self._problems[name], self._inputs[name].widget):
            if widget.isVisible():
                bring_into_sight(widget)

    def clear_problem(self, name: str) -> None:
        """Take the mark off one field."""
        if not self._problems[name].isHidden():
            self._problems[name].hide()
            _mark(self._inputs[name].widget, wrong=False)

    def clear_problems(self) -> None:
        """Take all marks off."""
        for name in self._problems:
            self.clear_problem(name)
        if self.tabs is not None:
            self.tabs.mark(())


def word_choices(
    kind: str, members: Iterable[StrEnum], *, empty: str = ""
) -> list[tuple[str, str]]:
    """Choices from an enumeration, in the window's language."""

    found = [(str(member), word(words(), kind, member)) for member in members]
    return [("", empty), *found] if empty else found


_READERS: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _starred(label: str, *, starred: bool) -> str:
    return f"{label} *" if starred else label


def _heading(text: str) -> QLabel:
    label = _small(text, "section")
    label.setContentsMargins(0, 4, 0, 6)
    return label


def _small(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def _mark(widget: QWidget, *, wrong: bool) -> None:
    restyle(widget, "wrong", "true" if wrong else "false")
