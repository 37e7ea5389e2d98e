"""The mouse wheel scrolls; it never changes what a box says unless the box has the focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.navigate import ImportTerminals, Navigate, PlanVisit, ReportIncident
from app.gui.toolkit.form_inputs import Field, make_input
from app.gui.toolkit.layout import scrolled
from app.gui.toolkit.wheel_safe import SpinBox
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_technician

KINDS = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)


def wheel(widget: QWidget, notches: int = -1) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def says(widget: QWidget) -> object:
    if isinstance(widget, QComboBox | QTabBar):
        return widget.currentIndex()
    if isinstance(widget, QDateTimeEdit):
        return widget.dateTime()
    if isinstance(widget, QAbstractSpinBox):
        return widget.text()
    assert isinstance(widget, QAbstractSlider)
    return widget.value()


def turned(root: QWidget) -> tuple[int, list[str]]:
    """How many such widgets `root` has, and those that the wheel changed, up or down."""
    found = [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, KINDS) and not isinstance(widget, QScrollBar)
    ]
    changed = []
    for widget in found:
        widget.clearFocus()
        before = says(widget)
        for notches in (-1, 1, 1):
            wheel(widget, notches)
            if says(widget) != before:
                changed.append(f"{type(widget).__name__} {widget.accessibleName()}")
                break
        if widget.focusPolicy() & Qt.FocusPolicy.WheelFocus == Qt.FocusPolicy.WheelFocus:
            changed.append(f"{type(widget).__name__} takes the focus by the wheel")
    return len(found), changed


def test_no_box_on_any_page_changes(
    window: MainWindow, services: Services, settled: Callable[[], None]
) -> None:
    make_technician(services)
    make_incident(services)
    seen = 0
    for spec in PAGES:
        window.show_page(spec.id)
        settled()
        for tabs in window.findChildren(QTabWidget):
            for place in range(tabs.count()):
                tabs.setCurrentIndex(place)
            tabs.setCurrentIndex(0)
        settled()
        many, changed = turned(window)
        assert not changed, spec.id
        seen += many
    assert seen > 60


@pytest.mark.parametrize(
    "target", [ReportIncident(), ImportTerminals(), PlanVisit("")], ids=lambda t: t.page
)
def test_no_box_in_the_large_dialogs_changes(
    window: MainWindow,
    services: Services,
    settled: Callable[[], None],
    target: Navigate,
) -> None:
    make_technician(services)
    window.go(target)
    settled()
    dialogs = window.findChildren(QDialog)
    assert dialogs
    for dialog in dialogs:
        assert turned(dialog)[1] == []


@pytest.mark.usefixtures("application")
def test_no_box_in_the_first_questions_changes() -> None:
    dialog = FirstRunDialog(Settings())
    dialog.show()
    assert turned(dialog) == (2, [])


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("kind", ["choice", "number", "date", "moment"])
@pytest.mark.parametrize("required", [True, False])
def test_every_kind_of_field_scrolls_the_page_instead(kind: str, required: bool) -> None:
    choices = tuple((str(n), str(n)) for n in range(5))
    made = make_input(Field(name="x", label="x", kind=kind, required=required, choices=choices))
    long = QWidget()
    column = QVBoxLayout(long)
    other = QLineEdit()
    column.addWidget(other)
    column.addSpacing(300)
    column.addWidget(made.widget)
    column.addSpacing(3000)
    area = scrolled(long)
    area.resize(300, 600)
    area.show()
    other.setFocus()
    if kind == "choice":
        made.write("2")
    if kind == "number":
        made.write(50)
    before = made.read()
    centre = made.widget.mapTo(area, made.widget.rect().center())
    QTest.wheelEvent(area.windowHandle(), QPointF(centre), QPoint(0, -120))
    assert made.read() == before
    assert area.verticalScrollBar().value() > 0, "the page went on"


@pytest.mark.usefixtures("application")
def test_a_box_one_has_chosen_still_takes_the_wheel() -> None:
    box = SpinBox()
    box.setValue(5)
    box.show()
    box.activateWindow()
    box.setFocus()
    QApplication.processEvents()
    assert box.hasFocus()
    wheel(box, 1)
    assert box.value() == 6
