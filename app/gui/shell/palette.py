"""The palette: one field that finds records, pages and actions, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.gui.actions import UserAction
from app.gui.shell.page import AppContext
from app.gui.shell.palette_entries import PaletteEntry, PaletteSearch
from app.gui.toolkit.badge import badge_size, paint_badge
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.tasks import Job
from app.gui.toolkit.theme import SMALL, icon, pixmap, tokens, ui_font

WIDTH, HEIGHT, ABOVE = 720, 470, 64
"""Pixels: the palette, and its distance from the upper edge of the window."""
PAUSE = 20
"""Milliseconds without a key before it searches: fast typing asks once."""
PAGE = 8
"""Entries one screen key moves."""
_ENTRY = Qt.ItemDataRole.UserRole
_LINE, _HEAD = 38, 26


class Palette(Dialog):
    """Closes when an entry is chosen; `chosen` says which."""

    chosen = Signal(object)
    """What the chosen entry wants: `app.gui.shell.palette_choices.Wanted`."""

    def __init__(
        self,
        parent: QWidget,
        context: AppContext,
        search: PaletteSearch,
        here: Collection[UserAction],
        possible: Collection[UserAction],
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setWindowTitle(_("Find anything"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._search = context, search
        self._here, self._possible = tuple(here), frozenset(possible)
        self._job: Job | None = None
        self._shown_for: str | None = None
        self.box = QLineEdit()
        self.box.setProperty("role", "search")
        self.box.setPlaceholderText(
            _("Number, terminal, merchant, phone, code, document, or what to do …")
        )
        self.box.setAccessibleName(self.windowTitle())
        self.box.addAction(icon("search", "muted", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setAccessibleName(_("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._take())
        self._told = label("", "muted", wrap=True)
        hint = label(_("↑ ↓ choose · Enter open · Esc leave"), "muted")
        layout = column(
            self.box, self._told, self.list, row(hint, None), spacing=8, margins=(14, 14, 14, 10)
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._place(parent)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._ask)
        self.box.textChanged.connect(lambda _text: self._pause.start())
        self.box.installEventFilter(self)
        self.box.setFocus()
        self._prepare()
        self._ask()

    def _place(self, parent: QWidget) -> None:
        room = parent.size()
        self.resize(min(WIDTH, room.width() - 40), min(HEIGHT, room.height() - 2 * ABOVE))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (room.width() - self.width()) // 2, corner.y() + ABOVE)

    # --- searching -----------------------------------------------------------------------------

    def _prepare(self) -> None:
        search = self._search
        self._context.tasks.run(
            search.prepare, lambda _none: self._ask(), owner=self, failed=_as_it_is, lane="io"
        )

    def _ask(self) -> None:
        """Search for what stands in the field; a search that was not answered yet is dropped."""
        if self._job is not None:
            self._job.cancel()
        typed, search = self.box.text(), self._search
        here, possible = self._here, self._possible

        def work(cancelled: Callable[[], bool]) -> list[PaletteEntry]:
            return search.find(typed, here, possible, cancelled)

        self._job = self._context.tasks.run(
            work, lambda found: self._show(typed, found), owner=self
        )

    def _show(self, typed: str, found: list[PaletteEntry]) -> None:
        self._job = None
        kept = self._current() if typed == self._shown_for else None
        self._shown_for = typed
        self.list.clear()
        group = ""
        for entry in found:
            if entry.group != group:
                group = entry.group
                head = QListWidgetItem(group)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(head)
            item = QListWidgetItem(" · ".join(filter(None, (entry.title, entry.detail))))
            item.setData(_ENTRY, entry)
            self.list.addItem(item)
        self._choose_again(kept)
        nothing = bool(typed.strip()) and not found
        self._told.setText(_("Nothing is called so.") if nothing else "")
        self._told.setVisible(nothing)

    def _choose_again(self, kept: PaletteEntry | None) -> None:
        """The entry that was marked, else the first."""
        rows = [n for n in range(self.list.count()) if self._entry(n) is not None]
        same = [n for n in rows if kept is not None and self._entry(n) == kept]
        if rows:
            self.list.setCurrentRow((same or rows)[0])
            if not same:
                self.list.scrollToTop()

    def _entry(self, place: int) -> PaletteEntry | None:
        item = self.list.item(place)
        entry: PaletteEntry | None = item.data(_ENTRY) if item is not None else None
        return entry

    def _current(self) -> PaletteEntry | None:
        return self._entry(self.list.currentRow())

    # --- choosing ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: PAGE,
                Qt.Key.Key_PageUp: -PAGE,
            }
            if event.key() in steps:
                self._move(steps[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
        return super().eventFilter(watched, event)

    def _move(self, step: int) -> None:
        rows = [n for n in range(self.list.count()) if self._entry(n) is not None]
        if rows:
            at = rows.index(self.list.currentRow()) if self.list.currentRow() in rows else 0
            self.list.setCurrentRow(rows[min(len(rows) - 1, max(0, at + step))])

    def _enter(self) -> None:
        """Take the marked entry once it belongs to what was typed: a scanner's Enter comes before
        the answer does."""
        if self._shown_for == self.box.text():
            self._take()
            return
        self._pause.stop()
        self._ask()
        job = self._job
        if job is not None:
            answered = job.done

            def take(found: list[PaletteEntry]) -> None:
                answered(found)
                self._take()

            job.done = take

    def _take(self) -> None:
        entry = self._current()
        if entry is not None:
            self.accept()
            self.chosen.emit(entry.wanted)


def _as_it_is(_error: object) -> None:
    """A catalogue that cannot be read is told where it is needed; the rest is found without it."""


class EntryDelegate(QStyledItemDelegate):
    """Paints a heading, or an entry: icon, title, detail, state, keys."""

    PAD = 10

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, _LINE if index.data(_ENTRY) is not None else _HEAD)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry = index.data(_ENTRY)
        rect = option.rect.adjusted(self.PAD, 0, -self.PAD, 0)
        painter.save()
        if entry is None:
            painter.setFont(ui_font(SMALL, bold=True))
            painter.setPen(QColor(tokens().muted))
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, int(side), index.data())
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(option.rect, QColor(tokens().accent_soft))
            self._paint_entry(painter, rect, entry)
        painter.restore()

    def _paint_entry(self, painter: QPainter, rect: QRect, entry: PaletteEntry) -> None:
        if entry.icon:
            painter.drawPixmap(rect.left(), rect.center().y() - 7, pixmap(entry.icon, "muted", 16))
        left = rect.adjusted(28, 0, 0, 0)
        if entry.keys:
            left = self._text(painter, left, entry.keys, "muted", right=True)
        if entry.badge is not None:
            size = badge_size(entry.badge)
            at = QRect(left.right() - size.width(), left.top(), size.width(), left.height())
            paint_badge(painter, at, entry.badge)
            left.setRight(at.left() - self.PAD)
        left = self._text(painter, left, entry.title, "text")
        self._text(painter, left, entry.detail, "muted")

    def _text(
        self, painter: QPainter, room: QRect, text: str, tone: str, *, right: bool = False
    ) -> QRect:
        """Write a text at one side; returns what room is left beside it."""
        painter.setFont(ui_font(SMALL) if tone == "muted" else ui_font())
        painter.setPen(QColor(getattr(tokens(), tone)))
        metrics = painter.fontMetrics()
        plain = text.replace("\n", " ")
        shown = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, max(0, room.width()))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        used = metrics.horizontalAdvance(shown) + self.PAD
        return room.adjusted(0, 0, -used, 0) if right else room.adjusted(used, 0, 0, 0)
