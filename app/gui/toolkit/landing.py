"""Where the keyboard goes when a page, a tab or a list comes into sight: to what the next act is
done with, never to nothing.

A widget that knows better says so by a method `landing`.
"""

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


def land(scope: QWidget) -> bool:
    """Give the focus to where the next act is in `scope`; whether there is such a place yet."""
    target = _named(scope) or landing_in(scope)
    if target is None:
        return False
    target.setFocus(Qt.FocusReason.OtherFocusReason)
    return True


def _named(scope: QWidget) -> QWidget | None:
    says = getattr(scope, "landing", None)
    named: QWidget | None = says() if says is not None else None
    return named if named is not None and can_land(named) else None


def landing_in(scope: QWidget) -> QWidget | None:
    """The first list in sight that holds something, else the first field, else the first
    button."""
    seen = [one for one in scope.findChildren(QWidget) if can_land(one)]
    lists = (one for one in seen if isinstance(one, QAbstractItemView) and _filled(one))
    fields = (one for one in seen if isinstance(one, QLineEdit | QComboBox | QAbstractScrollArea))
    buttons = (one for one in seen if isinstance(one, QAbstractButton))
    return next(lists, None) or next(fields, None) or next(buttons, None)


def can_land(widget: QWidget) -> bool:
    """Whether keys can go to a widget: it is in sight, usable, and not a mere container."""
    container = isinstance(widget, QScrollArea | QTabBar)
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and not container and widget.isVisible() and widget.isEnabled()


def _filled(view: QAbstractItemView) -> bool:
    model = view.model()
    return model is not None and model.rowCount() > 0
