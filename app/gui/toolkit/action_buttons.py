"""Buttons, menu entries, tooltips and shortcuts made from the table `app.gui.actions`.

Nothing else in the window makes a shortcut; a test sees to it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QMenu, QToolButton, QWidget

from app.domain.people.rights import Standing
from app.gui.action_places import EVERYWHERE
from app.gui.action_rights import ACTION_RIGHTS
from app.gui.actions import UserAction
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import Button, button, icon_button
from app.gui.toolkit.permission import RightButton, permit
from app.gui.toolkit.theme import icon

MARK = "user_action"
"""The property of buttons, menu entries and shortcuts that holds the name of their action."""
_SHOWN = {"Return": "Enter", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
"""What is printed on keys that Qt names otherwise."""


def key_text(keys: str) -> str:
    """Keys as they are printed on the keyboard: the signs of macOS there, elsewhere English."""
    formats = QKeySequence.SequenceFormat
    if sys.platform == "darwin":
        return QKeySequence(keys).toString(formats.NativeText)
    text = QKeySequence(keys).toString(formats.PortableText)
    before, plus, last = text.rpartition("+") if not text.endswith("+") else ("", "", text)
    return before + plus + _SHOWN.get(last, last)


def key_hint(action: UserAction) -> str:
    """The keys of an action for a tooltip; empty when it has none."""
    keys = action.row.keys
    return key_text(keys[0]) if keys else ""


def tooltip(action: UserAction, text: str = "", *, opens_row: bool = False) -> str:
    """What stands in the tooltip: a longer text where there is one, and the keys.

    `opens_row`: the button does what Enter does in the list beside it.
    """
    keys = key_hint(UserAction.OPEN_ROW if opens_row else action)
    return " · ".join(part for part in (text or _(action.row.tip), keys) if part)


def action_button(
    action: UserAction,
    clicked: Callable[[], object] | None = None,
    *,
    role: str = "",
    text: str = "",
    opens_row: bool = False,
    bind: bool = True,
) -> Button:
    """The button of an action, with its words, icon, tooltip and keys.

    `text` stands for the words of the table.  Keys that work on every page belong to the window;
    `bind` says whether others belong to this button.
    """
    right = ACTION_RIGHTS.get(action, "")
    made = button(
        text or _(action.row.words),
        clicked,
        role=role,
        icon=action.row.icon,
        made=RightButton(right) if right else None,
    )
    made.setToolTip(tooltip(action, opens_row=opens_row))
    made.setProperty(MARK, action.name)
    if bind and action.row.place is not EVERYWHERE:
        _bind_button(made, action)
    return made


def action_icon_button(
    action: UserAction, clicked: Callable[[], object] | None = None, *, bind: bool = True
) -> QToolButton:
    """The button of an action as an icon alone; its words are in tooltip and accessible name."""
    words = _(action.row.words)
    made = icon_button(action.row.icon, tooltip(action, words), clicked)
    made.setAccessibleName(words)
    made.setProperty(MARK, action.name)
    if bind:
        _bind_button(made, action)
    return made


def _bind_button(made: QAbstractButton, action: UserAction) -> None:
    for place, keys in enumerate(() if action.row.built_in else action.row.keys):
        if place == 0:
            made.setShortcut(QKeySequence(keys))
            if isinstance(made, Button):
                made.reworded.connect(partial(made.setShortcut, QKeySequence(keys)))
        else:
            _mark(QShortcut(QKeySequence(keys), made, made.click), action)


def make_action(owner: QWidget, action: UserAction, triggered: Callable[[], object]) -> QAction:
    """The action for menus; its keys work wherever `owner` is in sight."""
    row = action.row
    made = QAction(_(row.words), owner)
    if row.icon:
        made.setIcon(icon(row.icon, "text", 16))
    if row.tip:
        made.setToolTip(_(row.tip))
    if row.keys:
        made.setShortcuts([QKeySequence(keys) for keys in row.keys])
        made.setShortcutVisibleInContextMenu(True)
        owner.addAction(made)
    made.setProperty(MARK, action.name)
    made.triggered.connect(lambda: triggered())
    return made


def fill_menu(
    menu: QMenu, owner: QWidget, *entries: tuple[UserAction, Callable[[], object]] | None
) -> QMenu:
    """Put actions with what they do into a menu; None is a line between them."""
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(make_action(owner, *entry))
    return menu


def bind_keys(
    owner: QWidget,
    action: UserAction,
    triggered: Callable[[], object],
    *,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Let the keys of an action work while `owner` is in sight, without a button."""
    bind_each_key(owner, action, lambda _keys: triggered(), context=context)


def bind_each_key(
    owner: QWidget,
    action: UserAction,
    triggered: Callable[[str], object],
    *,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """`bind_keys` for keys that differ in what they mean: `triggered` is told which it was."""
    for keys in action.row.keys:
        made = QShortcut(QKeySequence(keys), owner, partial(triggered, keys), context=context)
        _mark(made, action)


def pressed(event: QKeyEvent, action: UserAction) -> bool:
    """Whether a key event is one of the keys of an action that its widget answers itself."""
    typed = QKeySequence(event.keyCombination())
    return any(QKeySequence(keys) == typed for keys in action.row.keys)


def bound(scope: QObject) -> list[tuple[UserAction, QObject]]:
    """Every button, menu entry and shortcut of an action below an object."""
    found = [(one.property(MARK), one) for one in scope.findChildren(QObject)]
    return [(UserAction[name], one) for name, one in found if name]


def can_be_done(one: QObject) -> bool:
    """Whether a button, menu entry or shortcut is in sight and allowed now."""
    if isinstance(one, QAbstractButton):
        return one.isEnabled() and one.isVisible()
    owner = one.parent()
    visible = not isinstance(owner, QWidget) or owner.isVisible()
    return visible and (not isinstance(one, QAction | QShortcut) or one.isEnabled())


def press(one: QObject) -> None:
    """Do what a button, menu entry or shortcut does."""
    if isinstance(one, QAction):
        one.trigger()
    elif isinstance(one, QAbstractButton):
        one.click()
    elif isinstance(one, QShortcut):
        one.activated.emit()


def bound_entries(menu: QMenu) -> list[tuple[UserAction, QAction]]:
    """The entries of a menu that are actions of the table."""
    found = [(entry.property(MARK), entry) for entry in menu.actions()]
    return [(UserAction[name], entry) for name, entry in found if name]


def _mark(shortcut: QShortcut, action: UserAction) -> None:
    shortcut.setProperty(MARK, action.name)


def permit_entries(
    menu: QMenu, kinds: Mapping[UserAction, str], standing: Callable[[], Standing]
) -> None:
    """Let each entry be used as its kind of operation is allowed, asked anew when the menu opens:
    roles change while the program runs."""
    menu.setToolTipsVisible(True)

    def ask() -> None:
        now = standing()
        for action, entry in bound_entries(menu):
            if action in kinds:
                permit(entry, now.refusal(kinds[action]))

    menu.aboutToShow.connect(ask)
    ask()
