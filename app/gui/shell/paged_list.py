"""Reads a list of any length: the first page, then its length, further pages as they are seen.

When the same list is read again, rows stay where they are until their page arrives anew: nothing
flickers, and place and selection are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.gui.toolkit.tables import PagedTableModel
from app.gui.toolkit.tasks import Job
from app.services.core.keyset import PAGE


class Paged(Protocol):
    """A service that lists: `terminals`, `incidents` …"""

    def first(self, wanted: Any, limit: int) -> tuple[Any, ...]:
        """The first rows."""

    def listing(self, wanted: Any) -> Any:
        """The length of the list and where its pages begin."""

    def page(self, wanted: Any, listing: Any, number: int) -> tuple[Any, ...]:
        """One page."""


class Reader(Protocol):
    """Who shows a list and has it read: a page, or a dialog that does as one."""

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], *, lane: str = "db") -> Job:
        """Read beside the window."""

    def load(self, work: Callable[[], Any], done: Callable[[Any], None]) -> Job:
        """The same, and say meanwhile that something is read."""


class PagedList(QObject):
    """One list of a page.  `arrived` comes with its length whenever it was read."""

    arrived = Signal(int)

    def __init__(self, page: Reader, model: PagedTableModel) -> None:
        super().__init__(model)
        self._page = page
        self._model = model
        self._service: Paged | None = None
        self._wanted: Any = None
        self._shown: Any = None
        self._listing: Any = None
        self._loading = False
        self._jobs: list[Job] = []
        model.page_wanted.connect(self._fetch)

    def show(self, service: Paged, wanted: Any) -> None:
        """Show the list `wanted` describes; the same one again is brought up to date.  What was
        being read for the one before is given up."""
        for job in self._jobs:
            job.cancel()
        self._service, self._wanted = service, wanted
        again = wanted == self._shown and not self._loading
        self._loading = not again
        read = self._page.run if again else self._page.load
        self._jobs = [
            read(lambda: service.first(wanted, PAGE), lambda rows: self._show_first(wanted, rows))
        ]

    def _show_first(self, wanted: Any, rows: tuple[Any, ...]) -> None:
        if wanted != self._wanted:
            return
        self._loading = False
        again, self._shown = wanted == self._shown, wanted
        if len(rows) < PAGE:
            self._listing = None
            self._take(len(rows), rows, again)
            return
        if not again:
            self._listing = None
            self._take(len(rows), rows, again)
        service = self._service
        assert service is not None
        counting = self._page.run(
            lambda: service.listing(wanted),
            lambda found: self._grow(wanted, found, rows),
            lane="count",
        )
        self._jobs.append(counting)

    def _take(self, count: int, rows: tuple[Any, ...], again: bool) -> None:
        if again:
            self._model.renew(count, rows)
        else:
            self._model.start(count, rows)
        self.arrived.emit(count)

    def _grow(self, wanted: Any, listing: Any, rows: tuple[Any, ...]) -> None:
        if wanted == self._wanted:
            self._listing = listing
            self._take(listing.count, rows, again=True)

    def _fetch(self, number: int) -> None:
        wanted, listing, service = self._wanted, self._listing, self._service
        if listing is None or service is None:
            return

        def arrived(rows: tuple[Any, ...]) -> None:
            if listing is self._listing:
                self._model.page_arrived(number, rows)

        self._page.run(lambda: service.page(wanted, listing, number), arrived)
