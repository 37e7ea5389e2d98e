"""A document to look at: tools above, small pages at the left, notices about it, its pages.

What saving, printing and sending mean is decided by whoever connects to `wanted`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton, QWidget

from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, icon_button, label, panel, row, rule
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.pdf_pages import PageSource
from app.gui.toolkit.pdf_view import WHOLE, WIDTH, PageList, PdfView
from app.gui.toolkit.progress import ProgressLine
from app.gui.toolkit.tasks import Tasks
from app.gui.toolkit.theme import icon, pixmap
from app.gui.toolkit.wheel_safe import ComboBox
from app.reports.media.raster import Box

Notice = tuple[str, str, str]
"""Tone (ok, note, warning, danger), icon, text."""

NARROW = 520
"""Pixels below which there is no room to search."""

_COLOR = {"ok": "ok", "note": "accent", "warning": "warning", "danger": "danger"}


class FindBar(QWidget):
    """Finds words in the pages: Enter the next place, Shift+Enter the one before."""

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
        before = icon_button(
            "chevron-up", _("The place before · Shift+Enter"), lambda: self.step(-1)
        )
        after = icon_button("chevron-down", _("The next place · Enter"), lambda: self.step(1))
        self.setLayout(row(self.edit, self.count, before, after, spacing=2))
        self._pause = QTimer(self, singleShot=True, interval=200)
        self._pause.timeout.connect(self.search)
        self.edit.textChanged.connect(lambda: self._pause.start())
        self.edit.returnPressed.connect(lambda: self.step(1))
        QShortcut(QKeySequence("Shift+Return"), self.edit, lambda: self.step(-1))
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
    """`wanted` carries ``save``, ``print``, ``mail``, ``seal`` or ``folder``."""

    wanted = Signal(str)

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
        self._page = label("", "muted")
        self._buttons: dict[str, QToolButton] = {}
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
        pages = icon_button(
            "columns-3",
            _("All pages, small"),
            lambda: self.list.setVisible(not self.list.isVisible()),
        )
        self._zoom = ComboBox()
        self._zoom.setAccessibleName(_("Size of the pages"))
        self._zoom.addItem(_("Fit width"), WIDTH)
        self._zoom.addItem(_("Whole page"), WHOLE)
        for percent in (50, 75, 100, 150, 200, 400):
            self._zoom.addItem(f"{percent} %", percent / 100)
        smaller = icon_button("zoom-out", _("Smaller · Ctrl+−"), lambda: self.view.zoom_by(-1))
        larger = icon_button("zoom-in", _("Larger · Ctrl++"), lambda: self.view.zoom_by(1))
        tools = row(
            pages,
            self._page,
            4,
            smaller,
            self._zoom,
            larger,
            6,
            self.find_bar,
            None,
            spacing=3,
            margins=(8, 5, 8, 5),
        )
        for name, picture, tip in (
            ("save", "save", _("Save as … · Ctrl+S")),
            ("print", "printer", _("Print … · Ctrl+P")),
            ("mail", "mail", _("Send by mail …")),
        ):
            ask = functools.partial(self.wanted.emit, name)
            self._buttons[name] = icon_button(picture, tip, ask)
            tools.addWidget(self._buttons[name])
        tools.addWidget(self._more())
        return boxed(tools)

    def _more(self) -> QToolButton:
        made = self._buttons["more"] = icon_button("ellipsis", _("More"))
        menu = QMenu(made)
        seal = menu.addAction(icon("lock-keyhole", "text", 16), _("Seal with the certificate …"))
        seal.triggered.connect(lambda: self.wanted.emit("seal"))
        self.folder_action = menu.addAction(icon("folder-open", "text", 16), _("Open the folder"))
        self.folder_action.triggered.connect(lambda: self.wanted.emit("folder"))
        self.folder_action.setEnabled(False)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made

    def _connect(self) -> None:
        self.view.page_changed.connect(self._on_page)
        self.view.zoom_changed.connect(lambda _zoom: self._show_zoom())
        self.list.page_chosen.connect(self.view.go_to)
        self.source.opened.connect(self._on_opened)
        self.source.failed.connect(lambda e: self.states.show_failed(e, self.states.show_content))
        self._zoom.activated.connect(self._on_zoom)
        for keys, what in (
            ("Ctrl++", lambda: self.view.zoom_by(1)),
            ("Ctrl+-", lambda: self.view.zoom_by(-1)),
            ("Ctrl+0", lambda: self.view.set_fit(WIDTH)),
        ):
            QShortcut(QKeySequence(keys), self.view, what)

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
        for one in self._buttons.values():
            one.setEnabled(ready)

    def set_tools(self, *, document_actions: bool) -> None:
        """Whether saving, printing and sending are offered at all."""
        for one in self._buttons.values():
            one.setVisible(document_actions)

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
