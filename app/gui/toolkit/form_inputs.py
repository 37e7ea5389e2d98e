"""What a form asks for, field by field, and the widget that answers each kind.

A new kind of input is one function here and one line in `_MAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QDate, QDateTime, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.domain.cardguard import OWN_FORM, mask_cards, perhaps_another
from app.domain.parsing import parse_cents, parse_count
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import pressed
from app.gui.toolkit.inputs import CheckList, DayEdit
from app.gui.toolkit.language import _
from app.gui.toolkit.numbered_choice import Choice, NumberedChoice
from app.gui.toolkit.picture_edit import PictureEdit
from app.gui.toolkit.quick_phrases import BOOK
from app.gui.toolkit.suggesting import suggest
from app.gui.toolkit.wheel_safe import DateEdit, DateTimeEdit, TypedNumberBox

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name in the draft, its label, what kind of input it is.

    `kind` is ``line``, ``secret`` (a password), ``text``, ``choice``, ``checks`` (several
    choices), ``number`` (whole), ``money`` (typed in yuan, in the draft in cents), ``date``,
    ``day`` (a date as text, for drafts of text), ``moment``, ``picture`` (a file's path) or
    ``check``; `choices` are (value, word) pairs, for a ``line`` they are completions.  `heading`
    stands above the field, `column` is where it stands in a wide form, `tab` on which page of a
    form with tabs.  Of a `numbered` choice an entry is chosen by one digit.
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
    numbered: bool = False


class Input:
    """One input widget behind one interface."""

    def __init__(
        self, widget: QWidget, read: Callable[[], Any], write: Callable[[Any], None], changed: Any
    ) -> None:
        self.widget = widget
        self.read = read
        """What stands there as a value.  Raises `BadValue` for what cannot be one."""
        self.typed = read
        """The same for keeping a half filled form, where nothing is refused."""
        self.write = write
        self.changed = changed
        self.masked: Callable[[], None] = _nobody
        self.asked: Callable[[], None] = _nobody
        """Called when a card number disappeared before the eyes of who typed it."""


def _nobody() -> None:
    """The default: nothing is told."""


def make_input(item: Field) -> Input:
    """The input widget of a field."""
    return _MAKERS[item.kind](item)


def _line(item: Field) -> Input:
    edit = QLineEdit()
    edit.setMaxLength(1_000)
    edit.setPlaceholderText(item.hint)
    if item.choices:
        suggest(edit, [shown for _value, shown in item.choices])

    def write(value: Any) -> None:
        edit.setText("" if value is None else str(value))
        edit.home(False)

    made = Input(edit, edit.text, write, edit.textChanged)

    if item.name not in OWN_FORM:
        edit.editingFinished.connect(lambda: _guard(made, edit.text(), edit.setText))
    return made


def _guard(made: Input, text: str, write: Callable[[str], None]) -> None:
    """Mask a card number before the eyes of who typed it, not silently at saving; what may be
    another number stays until they said what it is."""
    masked = mask_cards(text)
    if masked == text:
        return
    if perhaps_another(text):
        made.asked()
    else:
        write(masked)
        made.masked()


def _secret(item: Field) -> Input:
    """A password or PIN: never shown, never kept half filled, and no card guard changes it."""
    edit = QLineEdit()
    edit.setMaxLength(1_000)
    edit.setPlaceholderText(item.hint)
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
    made = Input(edit, edit.text, lambda v: edit.setText(str(v or "")), edit.textChanged)
    made.typed = lambda: ""
    return made


class _TextArea(QPlainTextEdit):
    """Several lines; Tab moves on, a key offers quick phrases; card numbers are masked when the
    field is left."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * rows + 20)
        self.made: Input | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(event, UserAction.INSERT_PHRASE):
            BOOK.offer(self)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        if self.made is not None:
            _guard(self.made, self.toPlainText(), self.setPlainText)
        super().focusOutEvent(event)


def _text(item: Field) -> Input:
    edit = _TextArea(item.rows)
    edit.made = Input(
        edit,
        edit.toPlainText,
        lambda v: edit.setPlainText("" if v is None else str(v)),
        edit.textChanged,
    )
    return edit.made


def _choice(item: Field) -> Input:
    box = NumberedChoice() if item.numbered else Choice()
    for value, shown in item.choices:
        box.addItem(shown, value)
    return Input(
        box,
        lambda: box.currentData() or "",
        lambda v: box.setCurrentIndex(max(0, box.findData("" if v is None else str(v)))),
        box.currentIndexChanged,
    )


def _number(item: Field) -> Input:
    return _typed_number(
        item, TypedNumberBox(lambda text: parse_count(text, least=item.least, most=item.most))
    )


def _money(item: Field) -> Input:
    """Yuan are typed, cents are read and written."""
    box = TypedNumberBox(
        lambda text: parse_cents(text, most=item.most * 100), lambda cents: f"{cents / 100:.2f}"
    )
    box.setSingleStep(100)
    return _typed_number(replace(item, least=item.least * 100, most=item.most * 100), box)


def _typed_number(item: Field, box: TypedNumberBox) -> Input:
    box.setRange(item.least, item.most)
    box.setSuffix(f" {item.unit}" if item.unit else "")
    # The style sheet's padding does not reach the text of a spin box.
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    box.put(box.value())
    made = Input(box, box.number, box.put, box.lineEdit().textChanged)
    made.typed = box.typed
    return made


def _date(item: Field) -> Input:
    edit = DateEdit()
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
    edit = DateTimeEdit()
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
    return Input(
        edit, edit.text, lambda v: edit.setText("" if v is None else str(v)), edit.textChanged
    )


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
    "secret": _secret,
    "text": _text,
    "choice": _choice,
    "checks": _checks,
    "day": _day,
    "number": _number,
    "money": _money,
    "date": _date,
    "moment": _moment,
    "picture": _picture,
    "check": _check,
}
