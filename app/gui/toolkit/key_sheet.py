"""The sheet of keys: what they do on the page or in the dialog in sight, read from the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QDialog, QGridLayout, QWidget

from app.gui.action_lookup import places_of
from app.gui.action_places import DIALOG, EVERYWHERE, ActionPlace
from app.gui.actions import ActionRow, UserAction
from app.gui.toolkit.action_buttons import bound, can_be_done, key_text
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, row

MANY = 3
"""Keys of one action up to which each is named."""
KEY_WIDTH = 128
USUAL = (660, 420)
"""Pixels: the column of keys, and the sheet."""


class KeySheet(Dialog):
    """Keys by place, two columns of places; what cannot be done at the moment is grey."""

    def __init__(self, parent: QWidget, places: Iterable[ActionPlace], scope: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        live = _live(scope)
        groups = _groups(places)
        made = [_group(title, rows, live) for title, rows in groups.items()]
        split = _half([len(rows) + 2 for rows in groups.values()])
        both = FoldingRow(
            boxed(column(*made[:split], None, spacing=18)),
            boxed(column(*made[split:], None, spacing=18)),
            spacing=36,
            least=KEY_WIDTH + 160,
        )
        close = button(_("Close"), self.accept, role="primary")
        close.setDefault(True)
        hint = label(_("Grey: not possible at the moment."), "muted")
        self.arrange(column(both, None), row(hint, None, close), title=self.windowTitle())
        self.prefer(*USUAL)


def _half(heights: list[int]) -> int:
    """How many of these belong into the first of two columns, so that both are about as high."""
    return min(range(len(heights) + 1), key=lambda n: max(sum(heights[:n]), sum(heights[n:])))


def show_page_keys(parent: QWidget, page: str, scope: QWidget) -> KeySheet:
    """Show the keys of a page, of the whole window and of dialogs."""
    return _opened(KeySheet(parent, (*places_of(page), EVERYWHERE, DIALOG), scope))


def show_dialog_keys(dialog: QDialog) -> KeySheet:
    """Show the keys of a dialog."""
    made = {action.row.place for action, _one in bound(dialog)} | {DIALOG}
    places = dict.fromkeys(action.row.place for action in UserAction)
    shown = [place for place in places if place in made and place is not EVERYWHERE]
    return _opened(KeySheet(dialog, shown, dialog))


def _opened(sheet: KeySheet) -> KeySheet:
    sheet.open()
    return sheet


def _groups(places: Iterable[ActionPlace]) -> dict[str, list[UserAction]]:
    """Actions with keys by the title of their place, in the order of the table."""
    wanted = dict.fromkeys(places)
    groups: dict[str, list[UserAction]] = {}
    for place in wanted:
        rows = [action for action in UserAction if action.row.place is place and action.row.keys]
        if rows:
            groups.setdefault(place.title, []).extend(rows)
    return groups


def _group(title: str, rows: list[UserAction], live: dict[UserAction, _Live]) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    grid.setColumnMinimumWidth(0, KEY_WIDTH)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(_(title), "section"), 0, 0, 1, 2)
    # What a widget answers itself is possible when it is: nothing of the place is bound, or works.
    known = [live[action].works for action in rows if action in live]
    in_sight = not known or any(known)
    for place, action in enumerate(rows, start=1):
        found = live.get(action)
        possible = found.works if found else in_sight
        keys = _keys(action.row, found.keys if found else ())
        grid.addWidget(label(keys, "strong" if possible else "muted"), place, 0)
        words = _(action.row.words).rstrip("… ")
        grid.addWidget(label(words, "" if possible else "muted", wrap=True), place, 1)
    return boxed(grid)


def _keys(row: ActionRow, used: Collection[QKeySequence]) -> str:
    """All keys where they are few, else the first and the last; those in use where any is."""
    keys = [one for one in row.keys if QKeySequence(one) in used] or row.keys
    shown = list(dict.fromkeys(map(key_text, keys)))
    if len(shown) > MANY:
        return f"{shown[0]} – {shown[-1]}"
    return " / ".join(shown)


@dataclass(slots=True)
class _Live:
    """What became of an action in the window: whether it can be done now, and with which keys."""

    works: bool = False
    keys: list[QKeySequence] = field(default_factory=list)


def _live(scope: QWidget) -> dict[UserAction, _Live]:
    """The actions that have a button or a shortcut below a widget."""
    found: dict[UserAction, _Live] = defaultdict(_Live)
    for action, one in bound(scope):
        found[action].works |= can_be_done(one)
        if isinstance(one, QAction):
            found[action].keys += one.shortcuts()
        elif isinstance(one, QShortcut):
            found[action].keys.append(one.key())
        elif isinstance(one, QAbstractButton):
            found[action].keys.append(one.shortcut())
    return found
