"""Where the keyboard goes when a page, a tab or a list comes into sight: to what the next act is
done with, never to nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)


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
