"""Forms as lists of field specifications: built, filled, read and marked by one class.

To add a field to a form, add a `Field` to its list.  Input is never lost: a refused draft leaves
the form as it is and puts each problem beside its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QDate, QDateTime, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from app.domain.cardguard import mask_cards
from app.domain.errors import InvalidInput, Problem
from app.gui.language import _, words
from app.gui.widgets.inputs import CheckList, DayEdit
from app.gui.widgets.leaves import Leaves
from app.gui.widgets.picture_edit import PictureEdit
from app.texts import problem_text, word

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the draft, its label, what kind of input it is.

    `kind` is ``line``, ``text``, ``choice``, ``checks`` (several choices), ``number``, ``date``,
    ``day`` (a date as text, for drafts of text), ``moment``, ``picture`` (a file's path) or
    ``check``; `choices` are (value, word) pairs, for a ``line`` they are completions.  `heading`
    stands above the field, `column` is where it stands in a wide form, `tab` on which leaf of a
    form with leaves.
    """

    name: str
    label: str
    kind: str = "line"
    required: bool = False
    help: str = ""
    choices: Choices = ()
    least: int = 0
    most: int = 1_000_000
    unit: str = ""
    editable: bool = True
    rows: int = 3
    hint: str = ""
    heading: str = ""
    column: int = 0
    tab: str = ""


class Input:
    """One input widget behind one interface."""

    def __init__(
        self, widget: QWidget, read: Callable[[], Any], write: Callable[[Any], None], changed: Any
    ) -> None:
        self.widget = widget
        self.read = read
        self.write = write
        self.changed = changed


_ROWS = 5


class Form(QWidget):
    """A column of labelled fields with a place for a problem under each."""

    edited = Signal()
    """Something was typed; a moment has passed since."""

    def __init__(self, fields: Iterable[Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = tuple(fields)
        self._inputs: dict[str, Input] = {}
        self._problems: dict[str, QLabel] = {}
        self._pause = QTimer(self, singleShot=True, interval=400)
        self._pause.timeout.connect(self.edited)
        self.tabs: Leaves | None = None
        titles = list(dict.fromkeys(item.tab for item in self.fields))
        if titles in ([], [""]):
            self.setLayout(self._beside(self.fields))
            return
        self.tabs = Leaves()
        for title in titles:
            self.tabs.add(title, self._beside([i for i in self.fields if i.tab == title]))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.tabs)

    def _beside(self, fields: Sequence[Field]) -> QHBoxLayout:
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(32)
        for place in sorted({item.column for item in fields}):
            beside.addLayout(self._column([i for i in fields if i.column == place]), 1)
        return beside

    def _column(self, fields: Sequence[Field]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for place, item in enumerate(fields):
            self._add(grid, item, _ROWS * place)
        # What is left over stands below the last field, beside a longer column.
        grid.setRowStretch(_ROWS * len(fields), 1)
        return grid

    def _add(self, grid: QGridLayout, item: Field, line: int) -> None:
        """A field takes five lines of the grid: heading, input, help, problem, gap."""
        made = _MAKERS[item.kind](item)
        made.widget.setObjectName(item.name)
        made.widget.setAccessibleName(item.label)
        made.widget.setEnabled(item.editable)
        made.changed.connect(lambda *_args, name=item.name: self._on_changed(name))
        self._inputs[item.name] = made
        label = QLabel(item.label + (" *" if item.required else ""))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(made.widget)
        # Beside the first line of a field, however high the field is.
        label.setFixedHeight(32)
        if item.heading:
            grid.addWidget(_heading(item.heading), line, 0, 1, 2)
        grid.addWidget(label, line + 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(made.widget, line + 1, 1)
        if item.help:
            grid.addWidget(_small(item.help, "muted"), line + 2, 1)
        problem = _small("", "error")
        problem.hide()
        grid.addWidget(problem, line + 3, 1)
        grid.setRowMinimumHeight(line + 4, 8)
        self._problems[item.name] = problem

    def _on_changed(self, name: str) -> None:
        self.clear_problem(name)
        self._pause.start()

    def widget(self, name: str) -> QWidget:
        """The input of a field."""
        return self._inputs[name].widget

    def value(self, name: str) -> Any:
        """What stands in a field."""
        return self._inputs[name].read()

    def flush(self) -> None:
        """Do not wait for a moment to pass: say `edited` now, if something was typed."""
        if self._pause.isActive():
            self._pause.stop()
            self.edited.emit()

    def values(self) -> dict[str, Any]:
        """What stands in all of them."""
        return {name: one.read() for name, one in self._inputs.items()}

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

    def show_problems(self, refusal: InvalidInput) -> list[Problem]:
        """Mark every problem beside its field and go to the first; returns those whose field is
        not in this form."""
        self.clear_problems()
        elsewhere = []
        first: QWidget | None = None
        for problem in refusal.problems:
            label = self._problems.get(problem.field)
            if label is None:
                elsewhere.append(problem)
                continue
            label.setText(problem_text(words(), problem))
            label.show()
            widget = self._inputs[problem.field].widget
            _mark(widget, wrong=True)
            first = first or widget
        if self.tabs is not None:
            self.tabs.mark(self._inputs[p.field].widget for p in refusal.problems
                           if p.field in self._inputs)  # fmt: skip
        if first is not None:
            first.setFocus()
        return elsewhere

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
    widget.setProperty("wrong", "true" if wrong else "false")
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _line(item: Field) -> Input:
    edit = QLineEdit()
    edit.setMaxLength(1_000)
    edit.setPlaceholderText(item.hint)
    if item.choices:
        completer = QCompleter([shown for _value, shown in item.choices], edit)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        edit.setCompleter(completer)

    def guard() -> None:
        # A card number disappears before the eyes of who typed it, not silently at saving.
        masked = mask_cards(edit.text())
        if masked != edit.text():
            edit.setText(masked)
            edit.setToolTip(_("A card number was masked; it must not be stored."))

    def write(value: Any) -> None:
        edit.setText("" if value is None else str(value))
        edit.home(False)

    edit.editingFinished.connect(guard)
    return Input(edit, edit.text, write, edit.textChanged)


class _Text(QPlainTextEdit):
    """Several lines; Tab moves on; card numbers are masked when the field is left."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * rows + 20)

    def focusOutEvent(self, event: Any) -> None:
        masked = mask_cards(self.toPlainText())
        if masked != self.toPlainText():
            self.setPlainText(masked)
        super().focusOutEvent(event)


def _text(item: Field) -> Input:
    edit = _Text(item.rows)
    return Input(edit, edit.toPlainText, lambda v: edit.setPlainText("" if v is None else str(v)),
                 edit.textChanged)  # fmt: skip


def _choice(item: Field) -> Input:
    box = QComboBox()
    for value, shown in item.choices:
        box.addItem(shown, value)
    return Input(
        box,
        lambda: box.currentData() or "",
        lambda v: box.setCurrentIndex(max(0, box.findData("" if v is None else str(v)))),
        box.currentIndexChanged,
    )


def _number(item: Field) -> Input:
    box = QSpinBox()
    box.setRange(item.least, item.most)
    box.setSuffix(f" {item.unit}" if item.unit else "")
    # The style sheet's padding does not reach the text of a spin box.
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return Input(box, box.value, lambda v: box.setValue(int(v or 0)), box.valueChanged)


def _date(item: Field) -> Input:
    edit = QDateEdit()
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setMinimumDate(QDate(1989, 12, 31))
    if not item.required:
        # The first day of the range stands for "no date" and is shown as such.
        edit.setSpecialValueText(_("none"))
        edit.setDate(edit.minimumDate())
    else:
        edit.setDate(QDate.currentDate())

    def read() -> date | None:
        day = edit.date()
        return None if day == edit.minimumDate() else date(day.year(), day.month(), day.day())

    def write(value: date | None) -> None:
        day = value.timetuple()[:3] if value else (1989, 12, 31)
        edit.setDate(QDate(*day))

    return Input(edit, read, write, edit.dateChanged)


def _moment(_item: Field) -> Input:
    edit = QDateTimeEdit()
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy-MM-dd HH:mm")
    edit.setDateTime(QDateTime.currentDateTime())

    def read() -> datetime:
        return datetime.fromtimestamp(edit.dateTime().toSecsSinceEpoch(), UTC)

    def write(value: datetime | None) -> None:
        if value is not None:
            edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(value.timestamp())))

    return Input(edit, read, write, edit.dateTimeChanged)


def _day(item: Field) -> Input:
    edit = DayEdit()
    if item.hint:
        edit.setPlaceholderText(item.hint)
    return Input(edit, edit.text, lambda v: edit.setText("" if v is None else str(v)),
                 edit.textChanged)  # fmt: skip


def _checks(item: Field) -> Input:
    box = CheckList(item.choices, item.rows)
    return Input(box, box.values, box.check, box.changed)


def _picture(_item: Field) -> Input:
    edit = PictureEdit()
    return Input(edit, edit.path, edit.show_path, edit.changed)


def _check(item: Field) -> Input:
    box = QCheckBox(item.unit)
    return Input(box, box.isChecked, lambda v: box.setChecked(bool(v)), box.toggled)


_MAKERS: dict[str, Callable[[Field], Input]] = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "checks": _checks,
    "day": _day,
    "number": _number,
    "date": _date,
    "moment": _moment,
    "picture": _picture,
    "check": _check,
}
