"""Boxes and tabs that ignore the mouse wheel: Qt's own would change their value while a page is
scrolled with the pointer over them, and settings that apply at once would be saved.

Pages and dialogs use these instead of Qt's classes (an architecture test checks it).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QWidget,
)

from app.domain.cardguard import mask_cards
from app.domain.errors import BadValue


class _Still:
    """Takes the wheel only when it has the focus, which the wheel itself never gives; otherwise
    the page behind scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        assert isinstance(self, QWidget)
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class ComboBox(_Still, QComboBox):
    """A `QComboBox` that stays as it is under the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class SpinBox(_Still, QSpinBox):
    """A `QSpinBox` that stays as it is under the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class TypedNumberBox(SpinBox):
    """A number that is taken as it is typed.

    Qt's own box swallows the characters it does not expect, so that 1234.56 becomes 123456.  Here
    every character is shown, and what is no clear number stays as typed until `number` refuses it.
    """

    def __init__(
        self, parse: Callable[[str], int | None], show: Callable[[int], str] = str
    ) -> None:
        super().__init__()
        self._parse, self._show = parse, show
        self._unclear: tuple[str, BadValue] | None = None

    def number(self) -> int:
        """The number typed.  Raises `BadValue` for what is none."""
        self.interpretText()
        if self._unclear is not None:
            raise self._unclear[1]
        return self.value()

    def typed(self) -> int | str:
        """The number, or the text that is none."""
        self.interpretText()
        return self.value() if self._unclear is None else mask_cards(self._unclear[0])

    def put(self, typed: int | str | None) -> None:
        """Show a number, or a text as it was typed."""
        if isinstance(typed, str):
            self.lineEdit().setText(typed)
            self.interpretText()
            return
        self._unclear = None
        self.setValue(int(typed or 0))
        self.lineEdit().setText(self._show(self.value()) + self.suffix())

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        # Nothing is swallowed: whether it is a number is said beside the field.
        return QValidator.State.Acceptable, text, place

    def valueFromText(self, text: str) -> int:
        bare = text.removesuffix(self.suffix()).strip()
        try:
            found = self._parse(bare)
            if found is None:
                if self.minimum() > 0:
                    raise BadValue("text.missing")
                found = 0
        except BadValue as refusal:
            self._unclear = bare, refusal
            return self.value()
        self._unclear = None
        return found

    def textFromValue(self, value: int) -> str:
        return self._show(value) if self._unclear is None else self._unclear[0]

    def stepBy(self, steps: int) -> None:
        self._unclear = None
        super().stepBy(steps)


class DateEdit(_Still, QDateEdit):
    """A `QDateEdit` that stays as it is under the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class DateTimeEdit(_Still, QDateTimeEdit):
    """A `QDateTimeEdit` that stays as it is under the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class _TabBar(_Still, QTabBar):
    pass


class Tabs(QTabWidget):
    """A `QTabWidget` whose tabs stay as they are under the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabBar(_TabBar())
