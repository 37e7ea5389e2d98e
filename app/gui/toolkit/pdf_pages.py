"""The pages of one PDF as pictures, drawn by workers and kept while they may be seen again.

A view asks for what is in sight; what went out of sight before it was drawn is not drawn at all.
A new file takes the place of the old when its pages are ready, so a live preview does not flicker.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.domain.errors import AppError
from app.gui.toolkit.tasks import Tasks
from app.reports.media.raster import Box, PdfPages

MOST_KEPT = 96 * 1024 * 1024
"""Bytes of pictures kept; an A4 page at 200 % takes some 14 million."""

Wish = tuple[int, float]
"""A page, and how many pixels to a point."""


@dataclass(eq=False)
class _Opened:
    """A file being looked at; closed by a worker when nothing uses it any more."""

    pages: PdfPages
    sizes: tuple[tuple[float, float], ...]
    used: int = 0
    retired: bool = field(default=False)


class PageSource(QObject):
    """One PDF at a time.  Views connect to its signals and ask it for pictures."""

    opened = Signal()
    """Another file is there; `sizes` are its pages."""
    arrived = Signal(int)
    """A picture of this page was drawn."""
    failed = Signal(AppError)
    """The file cannot be shown."""

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._file: _Opened | None = None
        self._number = 0
        self._kept: OrderedDict[tuple[int, int, float], QImage] = OrderedDict()
        self._latest: dict[int, QImage] = {}
        self._wishes: dict[str, Sequence[Wish]] = {}
        self._drawing = False

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of every page in points."""
        return self._file.sizes if self._file else ()

    def open(self, pdf: bytes) -> None:
        """Show this file as soon as it is read."""
        self._number += 1
        number = self._number

        def read() -> _Opened:
            pages = PdfPages(pdf)
            return _Opened(pages, tuple(pages.size(i) for i in range(pages.count)))

        def done(file: _Opened) -> None:
            if number != self._number:
                self._retire(file)
                return
            self._retire(self._file)
            self._file = file
            self._kept.clear()
            self._latest = {
                page: picture for page, picture in self._latest.items() if page < len(file.sizes)
            }
            self.opened.emit()

        def refused(error: AppError) -> None:
            if number == self._number:
                self.failed.emit(error)

        self._tasks.run(read, done, owner=self, failed=refused, lane="io")

    def clear(self) -> None:
        """Show nothing."""
        self._number += 1
        self._retire(self._file)
        self._file = None
        self._kept.clear()
        self._latest.clear()
        self.opened.emit()

    def picture(self, page: int, scale: float) -> QImage | None:
        """The page at this scale, or the best there is until it is drawn."""
        found = self._kept.get((self._number, page, scale))
        if found is not None:
            self._kept.move_to_end((self._number, page, scale))
            return found
        return self._latest.get(page)

    def want(self, who: str, wishes: Sequence[Wish]) -> None:
        """What a view has in sight now; replaces what it asked for before."""
        self._wishes[who] = wishes
        self._draw_next()

    def find(self, words: str, done: Callable[[list[Box]], None]) -> None:
        """Call `done` with the places of `words` in the file shown now."""
        file = self._file
        if file is None or not words.strip():
            done([])
            return
        file.used += 1

        def found(places: list[Box]) -> None:
            self._release(file)
            if file is self._file:
                done(places)

        self._tasks.run(lambda: file.pages.find(words), found, owner=self, lane="io")

    # --- drawing -------------------------------------------------------------------------------

    def _draw_next(self) -> None:
        file, number = self._file, self._number
        if self._drawing or file is None:
            return
        wish = self._next_wish(len(file.sizes))
        if wish is None:
            return
        self._drawing = True
        file.used += 1
        page, scale = wish

        def draw() -> QImage:
            made = file.pages.image(page, scale)
            kind = QImage.Format.Format_RGBA8888
            return QImage(made.rgba, made.width, made.height, made.width * 4, kind).copy()

        def drawn(picture: QImage) -> None:
            self._drawing = False
            self._release(file)
            if number == self._number:
                self._keep((number, page, scale), picture)
                self.arrived.emit(page)
            self._draw_next()

        self._tasks.run(draw, drawn, owner=self, failed=self._on_failed, lane="io")

    def _on_failed(self, error: AppError) -> None:
        self._drawing = False
        self.failed.emit(error)

    def _next_wish(self, count: int) -> Wish | None:
        for wishes in self._wishes.values():
            for page, scale in wishes:
                if page < count and (self._number, page, scale) not in self._kept:
                    return page, scale
        return None

    def _keep(self, key: tuple[int, int, float], picture: QImage) -> None:
        self._kept[key] = picture
        best = self._latest.get(key[1])
        if best is None or picture.width() >= best.width() or len(self._kept) == 1:
            self._latest[key[1]] = picture
        size = sum(one.sizeInBytes() for one in self._kept.values())
        while size > MOST_KEPT and len(self._kept) > 1:
            (_number, page, _scale), old = self._kept.popitem(last=False)
            size -= old.sizeInBytes()
            if self._latest.get(page) is old:
                del self._latest[page]

    # --- letting go ----------------------------------------------------------------------------

    def _retire(self, file: _Opened | None) -> None:
        if file is not None:
            file.retired = True
            self._close_if_idle(file)

    def _release(self, file: _Opened) -> None:
        file.used -= 1
        self._close_if_idle(file)

    def _close_if_idle(self, file: _Opened) -> None:
        if file.retired and not file.used:
            self._tasks.run(file.pages.close, _nothing, owner=self, lane="io")


def _nothing(_result: object) -> None:
    """Nothing follows after closing."""
