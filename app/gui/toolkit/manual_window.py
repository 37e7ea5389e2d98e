"""The window of the manual: contents and search at the left, the page at the right.

It shows files of the program alone: nothing is read from elsewhere on the disk or from a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QColor, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button, action_icon_button, bind_keys, tooltip
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.key_sheet import show_dialog_keys
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, row
from app.gui.toolkit.manual_look import dress_page, fit_pictures
from app.gui.toolkit.manual_pages import (
    HOME,
    find_in_manual,
    manual_folder,
    manual_pages,
    topic_of,
)
from app.gui.toolkit.theme import tokens

SIZE = (980, 640)
ASIDE = 250
"""Pixels of the contents."""


class ManualBrowser(QTextBrowser):
    """Shows pages below one folder; a link to anything else leads nowhere."""

    shown = Signal()
    """Another page is in sight."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()
        self._sought: list[str] = []
        self.page = ""
        """The name of the page in sight."""
        self.setOpenLinks(False)
        self.setAccessibleName(_("Page of the manual"))
        self.anchorClicked.connect(self._on_link)
        self.sourceChanged.connect(self._on_shown)

    def open_page(self, name: str, sought: str = "") -> None:
        """Show a page, with what was searched for marked in it."""
        self._sought = sought.split()
        if name != self.page:
            source = QUrl.fromLocalFile(str(self._folder / f"{name}.md"))
            self.setSource(source, QTextDocument.ResourceType.MarkdownResource)
        self._mark()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A file of the manual; nothing for any other address."""
        address = QUrl(name)
        inside = self._folder in Path(address.toLocalFile()).resolve().parents
        return super().loadResource(kind, address) if address.isLocalFile() and inside else None

    def _on_link(self, link: QUrl) -> None:
        target = self.source().resolved(link)
        if target.isLocalFile() and self._folder == Path(target.toLocalFile()).resolve().parent:
            self.open_page(Path(target.toLocalFile()).stem)

    def _on_shown(self, source: QUrl) -> None:
        # `source()` is still that of the page before.
        self.page = Path(source.toLocalFile()).stem
        dress_page(self.document())
        fit_pictures(self.document(), self.viewport().width())
        self.shown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_pictures(self.document(), self.viewport().width())

    def _mark(self) -> None:
        """Mark every place of the words searched for, and bring the first into sight."""
        marks = []
        for word in self._sought:
            place = self.document().find(word)
            while not place.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = place  # type: ignore[attr-defined]
                mark.format.setBackground(QColor(tokens().warning_soft))  # type: ignore[attr-defined]
                marks.append(mark)
                place = self.document().find(word, place)
        self.setExtraSelections(marks)
        if marks:
            first = min((one.cursor for one in marks), key=QTextCursor.position)  # type: ignore[attr-defined]
            first.clearSelection()
            self.setTextCursor(first)
            self.ensureCursorVisible()


class ManualWindow(Dialog):
    """Stays beside the window or dialog it was opened from, which goes on working."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Manual"))
        language = words().language
        self._pages = manual_pages(language)
        self.browser = ManualBrowser(manual_folder(language))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search the manual"))
        self.search.setAccessibleName(_("Search the manual"))
        self.search.setToolTip(tooltip(UserAction.FIND))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setProperty("role", "sections")
        self.list.setProperty("dense", "true")
        self.list.setAccessibleName(_("Contents"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = label(_("No page has these words."), "muted", wrap=True)
        self._arrange()
        self._connect()
        self._fill()
        self.prefer(*SIZE)

    def _arrange(self) -> None:
        back = action_icon_button(UserAction.PAGE_BACK, self.browser.backward)
        on = action_icon_button(UserAction.PAGE_FORWARD, self.browser.forward)
        for made, can in (
            (back, self.browser.backwardAvailable),
            (on, self.browser.forwardAvailable),
        ):
            made.setEnabled(False)
            can.connect(made.setEnabled)
        keys = action_button(UserAction.SHOW_KEYS, self._show_keys)
        bar = row(back, on, 8, self.search, None, keys, margins=(12, 10, 12, 10))
        self.search.setMinimumWidth(ASIDE)
        aside = boxed(column(self.list, self._nothing, margins=(0, 0, 0, 0)))
        aside.setFixedWidth(ASIDE)
        both = row(aside, self.browser, spacing=0)
        both.setStretch(1, 1)
        whole = column(bar, both, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(lambda: self.list.setFocus())
        self.list.currentItemChanged.connect(self._on_chosen)
        self.list.itemActivated.connect(lambda _item: self.browser.setFocus())
        self.browser.shown.connect(self._follow)
        bind_keys(self, UserAction.FIND, self._find)
        bind_keys(self, UserAction.SHOW_KEYS, self._show_keys)

    def open_page(self, name: str) -> None:
        """Show a page by the name of its file."""
        self.search.clear()
        self.browser.open_page(name)
        self.browser.setFocus()

    def _fill(self) -> None:
        """The contents, or the pages that were found."""
        typed = self.search.text().strip()
        hits = find_in_manual(self._pages, typed)
        shown = (
            [(hit.page, f"{hit.page.title}\n{hit.excerpt}") for hit in hits]
            if typed
            else [(page, page.title) for page in self._pages]
        )
        self.list.blockSignals(True)
        self.list.clear()
        for page, text in shown:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._nothing.setVisible(not shown)
        if typed and shown:
            self.list.setCurrentRow(0)
        else:
            self._follow()

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.browser.open_page(item.data(Qt.ItemDataRole.UserRole), self.search.text())

    def _follow(self) -> None:
        """The page in sight is the one marked in the list."""
        self.list.blockSignals(True)
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == self.browser.page:
                self.list.setCurrentRow(place)
        self.list.blockSignals(False)

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_keys(self) -> None:
        show_dialog_keys(self)


def open_manual(window: QWidget, topic: str = HOME) -> ManualWindow:
    """Show a page of the manual beside a window; one manual is open for each window."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    made = next(iter(window.findChildren(ManualWindow, options=only)), None)
    if made is None:
        made = ManualWindow(window)
    made.open_page(topic)
    made.show()
    made.raise_()
    made.activateWindow()
    return made


def open_manual_here(window: QWidget) -> ManualWindow:
    """Show the page of the manual for what has the keys in a window."""
    here = QApplication.focusWidget()
    inside = here is not None and here.window() is window
    return open_manual(window, topic_of(here if here is not None and inside else window))


def bind_help(dialog: QDialog) -> None:
    """The manual and the sheet of keys, by their keys, in a dialog."""
    bind_keys(dialog, UserAction.SHOW_MANUAL, lambda: open_manual_here(dialog))
    bind_keys(dialog, UserAction.SHOW_KEYS, lambda: show_dialog_keys(dialog))
