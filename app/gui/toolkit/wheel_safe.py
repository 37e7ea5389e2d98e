"""Boxes and tabs that the mouse wheel passes over: Qt's own would change under the pointer while a
page is scrolled, and what is saved at once would be saved.

Pages and dialogs use these instead of Qt's classes (a rule of the house checks it).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QWidget,
)


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
