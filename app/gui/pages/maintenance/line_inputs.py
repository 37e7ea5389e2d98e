"""What a line of a checklist is answered with: buttons, its choices, or a value typed or scanned.

A new form of entry is a class here and its row in `INPUTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.maintenance.checklist_lines import (
    ChecklistLine,
    EntryForm,
    LineAnswer,
    LineVerdict,
)
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, button, clear, column, row
from app.texts.checklists import LINE_HINTS


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered: a verdict, or a value that is judged by the line."""

    verdict: LineVerdict | None = None
    value: str = ""


class LineInput(QWidget):
    """The part every form has: lines that do not apply."""

    given = Signal(GivenAnswer)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = row(spacing=8)
        self.arrange()

    def arrange(self) -> None:
        """Lay out what the form consists of."""
        self.setLayout(self.buttons)

    def show_line(self, line: ChecklistLine, answer: LineAnswer | None) -> None:
        """Offer what answers a line; `answer` is what was answered before."""
        clear(self.buttons)
        self.offer(line, answer)
        self.add_verdict(_("Not applicable (N)"), LineVerdict.NOT_APPLICABLE)
        self.buttons.addStretch(1)

    def offer(self, line: ChecklistLine, answer: LineAnswer | None) -> None:
        """The buttons and fields of this form."""

    def by_key(self, key: str) -> bool:
        """Answer by a key pressed in the list; False when it means nothing."""
        if key.upper() == "N":
            self.given.emit(GivenAnswer(LineVerdict.NOT_APPLICABLE))
            return True
        return False

    def take_focus(self) -> None:
        """Where one types, if one does."""

    def begin(self, text: str) -> None:
        """Text an input method wrote while the list had the keys: typing begins with it."""

    def pending(self) -> str:
        """What was typed and not taken over yet."""
        return ""

    def put_back(self, typed: str) -> None:
        """Show again what `pending` gave before."""

    def add_verdict(self, text: str, verdict: LineVerdict) -> None:
        """A button that gives a verdict without a value."""
        made = Button(text)
        made.clicked.connect(partial(self.given.emit, GivenAnswer(verdict)))
        self.buttons.addWidget(made)


class MarkInput(LineInput):
    """Passed or failed."""

    def offer(self, line: ChecklistLine, answer: LineAnswer | None) -> None:
        self.add_verdict(_("Pass (P)"), LineVerdict.PASS)
        self.add_verdict(_("Fail (F)"), LineVerdict.FAIL)

    def by_key(self, key: str) -> bool:
        verdict = {"P": LineVerdict.PASS, "F": LineVerdict.FAIL}.get(key.upper())
        if verdict is None:
            return super().by_key(key)
        self.given.emit(GivenAnswer(verdict))
        return True


class ChoiceInput(LineInput):
    """One of the choices of the line, by button or digit."""

    def offer(self, line: ChecklistLine, answer: LineAnswer | None) -> None:
        self._keys = [choice.key for choice in line.choices]
        for place, choice in enumerate(line.choices, start=1):
            made = Button(f"{place} {choice.text.in_(words().language)}")
            made.clicked.connect(partial(self.given.emit, GivenAnswer(value=choice.key)))
            self.buttons.addWidget(made)

    def by_key(self, key: str) -> bool:
        if not (key.isdecimal() and 0 < int(key) <= len(self._keys)):
            return super().by_key(key)
        self.given.emit(GivenAnswer(value=self._keys[int(key) - 1]))
        return True


class ValueInput(LineInput):
    """A value, typed or scanned; typing in the list begins it."""

    def arrange(self) -> None:
        self._before = ""
        self.value = QLineEdit()
        self.value.setMaxLength(500)
        self.value.returnPressed.connect(self._take)
        self.setLayout(column(self.value, self.buttons, spacing=10))

    def offer(self, line: ChecklistLine, answer: LineAnswer | None) -> None:
        self._before = answer.value if answer else ""
        self.value.setText(self._before)
        self.value.setPlaceholderText(_(LINE_HINTS[line.kind]))
        self.value.setAccessibleName(line.text.in_(words().language))
        self.buttons.addWidget(button(_("Take over"), self._take, role="primary"))
        if line.type.fails_unread:
            self.add_verdict(_("Fail (F)"), LineVerdict.FAIL)

    def by_key(self, key: str) -> bool:
        if super().by_key(key):
            return True
        if not key or not key.isprintable():
            return False
        self.begin(key)
        return True

    def begin(self, text: str) -> None:
        self.value.setFocus()
        self.value.setText(text)

    def pending(self) -> str:
        typed = self.value.text()
        return typed if typed.strip() and typed != self._before else ""

    def put_back(self, typed: str) -> None:
        if typed:
            self.value.setText(typed)

    def take_focus(self) -> None:
        self.value.setFocus()
        self.value.selectAll()

    def _take(self) -> None:
        self.given.emit(GivenAnswer(value=self.value.text()))


INPUTS: Mapping[EntryForm, type[LineInput]] = {
    EntryForm.MARK: MarkInput,
    EntryForm.CHOICE: ChoiceInput,
    EntryForm.VALUE: ValueInput,
}
