"""A visit by hand: asks for terminal, plan, day and technician, and plans it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.domain.register.terminals import TerminalSummary
from app.gui.shell.page import Page
from app.gui.toolkit.language import _, words
from app.gui.toolkit.reading_dialog import ExtraVisitEditor

if TYPE_CHECKING:
    from app.services import Services

FOUND = 8


class NewVisit(QObject):
    """Plans a visit by hand.  `made` carries the id of the new visit."""

    made = Signal(str)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    def ask(self, terminal_id: str = "") -> None:
        """Ask for a visit, to a terminal where one is said."""
        services = self._context.services
        self._page.run(lambda: _read(services, terminal_id), self._open)

    def _open(self, found: Any) -> None:
        plans, people, terminal = found
        services, t = self._context.services, words()
        editor = ExtraVisitEditor(
            self._page,
            [(p.key, p.latest.contents.name.in_(t.language)) for p in plans if p.active],
            people,
            services.context.today(),
        )
        picker = editor.choice.picker

        def search(typed: str) -> None:
            self._page.run(
                lambda: services.terminals.find(typed, FOUND),
                lambda found: picker.show_found(typed, found),
                owner=editor,
            )

        def planned(visit_id: str) -> None:
            self._context.note(_("The visit is planned"))
            self.made.emit(visit_id)

        picker.searched.connect(search)
        if terminal is not None:
            editor.choice.choose(terminal)
        self._page.submit(editor, services.extra_visits.make, planned)


def _read(services: Services, terminal_id: str) -> Any:
    people = [p for p in services.directory.technicians() if p.fieldwork]
    found = None
    if terminal_id:
        it = services.terminals.get(terminal_id)
        found = TerminalSummary(
            id=it.id,
            serial=it.serial,
            tid=it.tid,
            state=it.state,
            manufacturer=it.manufacturer,
            model=it.model,
            merchant_name=it.merchant_name,
            area=it.area,
            acquirer=it.acquirer,
            address=it.address,
        )
    return services.plans.listed(), people, found
