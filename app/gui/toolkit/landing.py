"""Where the keyboard goes when a page, a tab or a list comes into sight: to what the next act is
done with, never to nothing."""

from __future__ import annotations

from functools import partial
from typing import Protocol, runtime_checkable

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)

from app.gui.toolkit.focus_changes import follow_focus


@runtime_checkable
class Landing(Protocol):
    """A widget that says where keys go in it; None for its first list or field."""

    def landing(self) -> QWidget | None: ...


def land(scope: QWidget, wanted: QWidget | None = None) -> QWidget | None:
    """Give the focus to what is `wanted`, where that is in sight, else to where the next act is in
    `scope`; returns who has it now."""
    target = wanted if wanted is not None and can_land(wanted) else landing_in(scope)
    if target is not None:
        target.setFocus(Qt.FocusReason.OtherFocusReason)
    return target


def landing_in(scope: QWidget) -> QWidget | None:
    """The first list in sight that holds something, else the first field, else the first
    button."""
    seen = [one for one in scope.findChildren(QWidget) if can_land(one)]
    lists = (one for one in seen if is_filled_list(one))
    fields = (one for one in seen if isinstance(one, QLineEdit | QComboBox | QAbstractScrollArea))
    buttons = (one for one in seen if isinstance(one, QAbstractButton))
    return next(lists, None) or next(fields, None) or next(buttons, None)


def can_land(widget: QWidget) -> bool:
    """Whether keys can go to a widget: it is in sight, usable, and not a mere container."""
    container = isinstance(widget, QScrollArea | QTabBar)
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and not container and widget.isVisible() and widget.isEnabled()


def is_filled_list(widget: QWidget) -> bool:
    """Whether a widget is a list that holds something."""
    if not isinstance(widget, QAbstractItemView):
        return False
    model = widget.model()
    return model is not None and model.rowCount() > 0


def stay_at_work() -> None:
    """From now on what had the keys and is gone (an answer that was given) leaves them to its
    surroundings: Qt gives them to whatever Tab would reach next, which may be the rail."""
    follow_focus(_on_focus)


def _on_focus(before: QWidget | None, now: QWidget | None) -> None:
    if before is not None and now is not None:
        # Not while widgets are being hidden; what hides them may say itself where keys go.
        QTimer.singleShot(0, now, partial(_bring_back, before, now))


def _bring_back(before: QWidget, now: QWidget) -> None:
    if not shiboken6.isValid(before) or QApplication.focusWidget() is not now:
        return
    place = None if can_land(before) else before.parentWidget()
    while place is not None and not place.isAncestorOf(now):
        if isinstance(place, Landing) and place.isVisible():
            land(place, place.landing())
            return
        place = place.parentWidget()
