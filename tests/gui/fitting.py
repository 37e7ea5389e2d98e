"""Whether everything in a window can be read and reached at a size: what the tests of fitting ask.

A scale is emulated by the room it leaves: 1366×768 pixels at 200 % are 683×384 of Qt's own.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from app.gui.toolkit.badge import BadgeLabel
from app.gui.toolkit.elided import LEAST, ElidedLabel

SCREEN = (1366, 768)
SCALES = (1.0, 1.25, 1.5, 2.0)
TASK_BAR, FRAME = 40, (2, 31)
"""Pixels of the desktop's bar, and of a window's frame with its title, at any scale."""


def room_at(scale: float) -> tuple[int, int]:
    """What a window has for itself on the promised screen at a scale."""
    width, height = (int(side / scale) for side in SCREEN)
    return width - FRAME[0], height - FRAME[1] - TASK_BAR


def wrong(window: QWidget) -> list[str]:
    """Everything in sight of a window that is cut off, cannot be reached or is a column of single
    letters."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible():
            continue
        said = _words_cut(widget)
        if said is None and _stands_out(widget):
            said = "stands out of its place"
        if said is not None:
            found.append(f"{_named(widget)} {said}")
    return found


def _named(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    shown = text() if callable(text) else widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} {shown[:40]!r} {widget.width()}×{widget.height()}"


def _words_cut(widget: QWidget) -> str | None:
    """What is wrong with the words a widget shows; None when they are all there."""
    metrics = widget.fontMetrics()
    if isinstance(widget, BadgeLabel):
        return "badge narrower than its words" if _narrow(widget) else None
    if isinstance(widget, ElidedLabel):
        return None if widget.width() >= min(LEAST, widget.sizeHint().width()) else "too narrow"
    if isinstance(widget, QLabel):
        return _label_cut(widget)
    if isinstance(widget, QToolButton) and (
        widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    ):
        inner = isinstance(widget.parentWidget(), QLineEdit | QTabBar)  # Qt's own
        return None if widget.toolTip() or inner else "icon without a tooltip"
    if isinstance(widget, QAbstractButton) and widget.text():
        shown = widget.text().replace("&", "")
        needed = metrics.horizontalAdvance(max(shown.splitlines() or [""], key=len))
        if needed > widget.width() + 1:
            return "button narrower than its words"
        return "button lower than its words" if widget.height() < metrics.height() else None
    if isinstance(widget, QComboBox):
        needed = metrics.horizontalAdvance(widget.currentText())
        whole = getattr(widget, "below", None)
        if whole is not None and whole.isVisible() and widget.currentText() in whole.text():
            return None
        return "choice narrower than its words" if needed > widget.width() - 22 else None
    if isinstance(widget, QLineEdit) and not widget.text():
        needed = metrics.horizontalAdvance(widget.placeholderText())
        if widget.property("role") == "search" and needed > widget.width() - 30:
            return None  # a hint gives way, its whole words are the accessible name
    if isinstance(widget, QTableView):
        return _headers_cut(widget)
    return None


def _narrow(widget: QWidget) -> bool:
    return widget.width() + 1 < widget.sizeHint().width()


def _label_cut(label: QLabel) -> str | None:
    text = label.text().strip()
    if not text:
        return None
    if not label.wordWrap():
        return "narrower than its words" if _narrow(label) else None
    if label.heightForWidth(label.width()) > label.height() + 1:
        return "lower than its words"
    letter = label.fontMetrics().horizontalAdvance("国")
    if len(text) > 3 and label.contentsRect().width() < 3 * letter:
        return "one letter a line"
    return None


def _headers_cut(table: QTableView) -> str | None:
    header, model = table.horizontalHeader(), table.model()
    if header.isHidden() or model is None:
        return None
    metrics = header.fontMetrics()
    for place in range(header.count()):
        title = str(model.headerData(place, header.orientation()) or "")
        room = header.sectionSize(place)
        if not header.isSectionHidden(place) and metrics.horizontalAdvance(title) > room:
            return f"column {title!r} narrower than its title"
    if table.viewport().height() < table.verticalHeader().defaultSectionSize():
        return "shows not one row"
    return None


def _stands_out(widget: QWidget) -> bool:
    """Whether a part of it lies where nobody can bring it into sight: outside of what holds it,
    and that does not scroll."""
    if not isinstance(widget, QAbstractButton | QLabel | QComboBox | QLineEdit | QTabBar):
        return False
    parent = widget.parentWidget()
    place = QRect(QPoint(0, 0), widget.size())
    child = widget
    while parent is not None:
        if parent.parentWidget() is not None and _scrolls(parent.parentWidget(), child):
            return False
        place.translate(child.pos())
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(place):
            return True
        if parent.isWindow():
            return False
        child, parent = parent, parent.parentWidget()
    return False


def _scrolls(above: QWidget, child: QWidget) -> bool:
    if isinstance(above, QScrollArea) and above.widget() is child:
        return True
    # Lists and editors have places of their own inside, which they scroll themselves.
    return hasattr(above, "verticalScrollBar") and not isinstance(above, QScrollArea)


def primary_hidden(window: QWidget) -> list[str]:
    """Primary buttons that are not wholly in sight and that focus does not bring there."""
    found = []
    for button in window.findChildren(QPushButton):
        if not shiboken6.isValid(button):
            continue  # a list was filled anew while the events below ran
        shown = button.window() is window and button.isVisible()
        if not shown or button.property("role") != "primary":
            continue
        for above in _areas(button):
            above.reveal(button) if hasattr(above, "reveal") else None
        QApplication.processEvents()
        seen = button.visibleRegion().boundingRect()
        if seen.width() < button.width() - 1 or seen.height() < button.height() - 1:
            found.append(f"{_named(button)} only {seen.width()}×{seen.height()} in sight")
    return found


def _areas(widget: QWidget) -> list[QScrollArea]:
    found, above = [], widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            found.append(above)
        above = above.parentWidget()
    return found
