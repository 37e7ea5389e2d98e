"""The Tab key goes through a window in the order in which it is read: that of its layouts, not that
in which its parts happened to be made.

A window asks for it whenever the Tab key is pressed: parts made later and pages first shown then
stand where they are seen, without anybody telling."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QComboBox,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QWidget,
)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    """What takes the keys in a widget and below it, from top to bottom and left to right.  Also
    what hands them on to a part of it, which Tab leads to as well, whatever its own policy says;
    and what has them after a click, because Tab goes on from there."""
    if _taker(widget).focusPolicy() & Qt.FocusPolicy.TabFocus or widget.hasFocus():
        yield widget
    for part in _parts(widget):
        if not part.isHidden():
            yield from _stops(part)


def _taker(widget: QWidget) -> QWidget:
    """Who takes the keys that are given to a widget."""
    while (proxy := widget.focusProxy()) is not None:
        widget = proxy
    return widget


def _parts(widget: QWidget) -> Iterator[QWidget]:
    if isinstance(widget, QTabWidget):
        yield widget.tabBar()
    if isinstance(widget, QScrollArea):
        yield from filter(None, (widget.widget(),))
    elif isinstance(widget, QTabWidget):
        # Qt's own places: the pages of some tabs stand in a frame that is hidden with them.
        places = range(widget.count())
        yield from filter(None, (QTabWidget.widget(widget, place) for place in places))
    elif isinstance(widget, QSplitter | QStackedWidget):
        yield from filter(None, map(widget.widget, range(widget.count())))
    elif not isinstance(widget, QAbstractScrollArea | QComboBox):
        yield from _laid_out(widget.layout())


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        else:
            yield from _laid_out(item.layout())


def set_reading_order(scope: QWidget) -> list[QWidget]:
    """Have the Tab key go through `scope` as it is read; returns what it goes through."""
    stops = [one for one in _stops(scope) if one is not scope]
    takers = {one for one in stops if one.focusProxy() is None}
    handing: dict[QWidget, list[QWidget]] = {}
    for one in stops:
        if one not in takers:
            handing.setdefault(_taker(one), []).append(one)
    chain: list[QWidget] = []
    for one in stops:
        if one in takers:
            # Whoever hands the keys on to it stands just before it: elsewhere Tab would come to it
            # twice, and never to what is between.
            chain += handing.get(one, ())
            chain.append(one)
        elif _taker(one) not in takers:
            chain.append(one)
    for before, after in pairwise(chain):
        QWidget.setTabOrder(before, after)
    return [one for one in chain if one.focusProxy() is None]
