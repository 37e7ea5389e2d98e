"""A document to look at: tools above, small pages at the left, notices about it, its pages.

What saving, printing and sending mean is decided by whoever calls `set_actions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton, QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_icon_button, bind_keys, make_action
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, icon_button, label, panel, row, rule
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.pdf_pages import PageSource
from app.gui.toolkit.pdf_view import WHOLE, WIDTH, PageList, PdfView
from app.gui.toolkit.progress import ProgressLine
from app.gui.toolkit.tasks import Tasks
from app.gui.toolkit.theme import pixmap
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.wrapping import WrappingRow
from app.reports.media.raster import Box

Notice = tuple[str, str, str]
"""Tone (ok, note, warning, danger), icon, text."""

NARROW = 520
"""Pixels below which there is no room to search."""

_COLOR = {"ok": "ok", "note": "accent", "warning": "warning", "danger": "danger"}


class FindBar(QWidget):
    """Finds words in the pages and goes from place to place."""

    def __init__(self, source: PageSource, view: PdfView) -> None:
        super().__init__()
        self._source, self._view = source, view
        self._words = ""
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(_("Find in the document"))
        self.edit.setAccessibleName(_("Find in the document"))
        self.edit.setProperty("role", "search")
        self.edit.setClearButtonEnabled(True)
        self.edit.setMinimumWidth(120)
        self.edit.setMaximumWidth(200)
        self.count = label("", "muted")
        before = action_icon_button(UserAction.FIND_BEFORE, lambda: self.step(-1), bind=False)
        after = action_icon_button(UserAction.FIND_NEXT, lambda: self.step(1))
        self.setLayout(row(self.edit, self.count, before, after, spacing=2))
        self._pause = QTimer(self, singleShot=True, interval=200)
        self._pause.timeout.connect(self.search)
        self.edit.textChanged.connect(lambda: self._pause.start())
        self.edit.returnPressed.connect(lambda: self.step(1))
        bind_keys(self.edit, UserAction.FIND_BEFORE, lambda: self.step(-1))
        source.opened.connect(self._again)

    def search(self) -> None:
        """Look for what stands in the field."""
        self._pause.stop()
        self._words = self.edit.text()
        self._source.find(self._words, self._found)

    def _again(self) -> None:
        if self._words.strip():
            self.search()

    def _found(self, places: list[Box]) -> None:
        self._view.show_marks(places, 0 if places else -1)
        self._tell()

    def step(self, by: int) -> None:
        """Go to another place."""
        if self._words != self.edit.text():
            self.search()
            return
        marks = self._view.marks
        if marks:
            self._view.show_marks(marks, (self._view.mark + by) % len(marks))
        self._tell()

    def _tell(self) -> None:
        marks = self._view.marks
        if not self._words.strip():
            self.count.setText("")
        elif marks:
            self.count.setText(f"{self._view.mark + 1}/{len(marks)}")
        else:
            self.count.setText(_("not found"))


class PdfPanel(QWidget):
    """The pages of a document with their tools."""

    def __init__(self, tasks: Tasks, *, small_pages: bool = True) -> None:
        super().__init__()
        self.source = PageSource(tasks, self)
        self.view = PdfView(self.source)
        self.list = PageList(self.source)
        self.list.setVisible(small_pages)
        self.find_bar = FindBar(self.source, self.view)
        self._notices = column(spacing=4)
        self._notice_box = boxed(self._notices)
        self._notice_box.hide()
        self.progress = ProgressLine()
        self._ours = True
        self._current = 0
        self._page = label("", "muted")
        self._buttons: list[QToolButton] = []
        body = row(self.list, self.view, spacing=0)
        body.setStretch(1, 1)
        self.states = StateStack(boxed(body))
        layout = column(
            self._tools(), rule(), self.progress, self._notice_box, self.states, spacing=0
        )
        layout.setStretch(4, 1)
        self.setLayout(layout)
        self._connect()
        self.set_ready(False)

    def _tools(self) -> QWidget:
        pages = action_icon_button(
            UserAction.SMALL_PAGES, lambda: self.list.setVisible(not self.list.isVisible())
        )
        self._zoom = ComboBox()
        self._zoom.setAccessibleName(_("Size of the pages"))
        self._zoom.addItem(_("Fit width"), WIDTH)
        self._zoom.addItem(_("Whole page"), WHOLE)
        for percent in (50, 75, 100, 150, 200, 400):
            self._zoom.addItem(f"{percent} %", percent / 100)
        smaller = action_icon_button(UserAction.SMALLER, lambda: self.view.zoom_by(-1))
        larger = action_icon_button(UserAction.LARGER, lambda: self.view.zoom_by(1))
        tools = self._tools_row = WrappingRow(4)
        tools.setContentsMargins(8, 5, 8, 5)
        for one in (pages, self._page, smaller, self._zoom, larger, self.find_bar):
            tools.addWidget(one)
        tools.add_gap()
        made = QWidget()
        made.setLayout(tools)
        return made

    def set_actions(self, actions: Mapping[UserAction, Callable[[], object]]) -> None:
        """Offer to save, print, send and seal: what each does.  Without, there is only looking."""
        for action in (
            UserAction.SAVE_DOCUMENT,
            UserAction.PRINT_DOCUMENT,
            UserAction.MAIL_DOCUMENT,
        ):
            self._buttons.append(action_icon_button(action, actions[action]))
        more = icon_button("ellipsis", _("More"))
        menu = self._menu = QMenu(more)
        for action in (UserAction.SEAL_DOCUMENT, UserAction.OPEN_FOLDER):
            made = make_action(more, action, actions[action])
            menu.addAction(made)
        self._folder = made
        self.set_folder(known=False)
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._buttons.append(more)
        for one in self._buttons:
            self._tools_row.addWidget(one)
        self.set_ready(False)

    def add_sharing(
        self, actions: Mapping[UserAction, Callable[[], object]], handle: QToolButton
    ) -> None:
        """Offer to pass the document on: entries of the menu, and a handle to drag it by."""
        first = self._menu.actions()[0]
        for action, done in actions.items():
            self._menu.insertAction(first, make_action(self._buttons[-1], action, done))
        self._menu.insertSeparator(first)
        self._buttons.insert(0, handle)
        self._tools_row.insert(self._tools_row.indexOf(self._buttons[1]), handle)
        self.set_ready(False)

    def page(self) -> int:
        """The page in sight, counted from 0."""
        return self._current

    def set_folder(self, *, known: bool) -> None:
        """Whether there is a folder something was saved into."""
        self._folder.setEnabled(known)

    def _connect(self) -> None:
        self.view.page_changed.connect(self._on_page)
        self.view.zoom_changed.connect(lambda _zoom: self._show_zoom())
        self.list.page_chosen.connect(self.view.go_to)
        self.source.opened.connect(self._on_opened)
        self.source.failed.connect(lambda e: self.states.show_failed(e, self.states.show_content))
        self._zoom.activated.connect(self._on_zoom)
        bind_keys(self.view, UserAction.FIT_WIDTH, lambda: self.view.set_fit(WIDTH))

    # --- showing -------------------------------------------------------------------------------

    def show_pdf(self, pdf: bytes, notices: Sequence[Notice] = (), *, ours: bool = True) -> None:
        """Show a document, and say what is to be known of it.  What is not `ours` can only be
        looked at."""
        self._ours = ours
        self.source.open(pdf)
        self.show_notices(notices)

    def show_nothing(self, text: str, hint: str = "") -> None:
        """There is no document; say why."""
        self.source.clear()
        self.show_notices(())
        self.set_ready(False)
        self.states.show_empty(text, hint, icon="file-text")

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Say these things above the pages."""
        while (item := self._notices.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for tone, picture, text in notices:
            symbol = QLabel()
            symbol.setPixmap(pixmap(picture, _COLOR[tone], 15))
            line = row(symbol, label(text, wrap=True, copy=True), spacing=8, margins=(10, 5, 10, 5))
            line.setStretch(1, 1)
            self._notices.addWidget(panel(line, tone))
        self._notices.setContentsMargins(8, 6, 8, 6)
        self._notice_box.setVisible(bool(notices))

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to save, print and send."""
        for one in self._buttons:
            one.setEnabled(ready)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.find_bar.setVisible(self.width() >= NARROW)

    def _on_opened(self) -> None:
        if self.source.sizes:
            self.states.show_content()
            self.set_ready(self._ours)
        self._on_page(min(self.list.currentRow(), len(self.source.sizes) - 1))

    def _on_page(self, page: int) -> None:
        count = len(self.source.sizes)
        self._current = max(page, 0)
        self._page.setText(f"{max(page, 0) + 1} / {count}" if count else "")
        self.list.show_page(page)

    def _on_zoom(self) -> None:
        value = self._zoom.currentData()
        if isinstance(value, str):
            self.view.set_fit(value)
        else:
            self.view.set_zoom(value)

    def _show_zoom(self) -> None:
        place = self._zoom.findData(self.view.fit) if self.view.fit else -1
        self._zoom.setCurrentIndex(place)
        if place < 0:
            self._zoom.setPlaceholderText(f"{self.view.zoom:.0%}")
