"""Reporting an abnormal state, and the form in which a report is made or corrected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.incidents import Incident
from app.domain.register.terminals import Terminal, TerminalSummary
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.navigate import ReportIncident
from app.gui.shell.page import Page
from app.gui.toolkit.language import _

DRAFT_KEY = "incident/new"


class IncidentReporting(QObject):
    """Opens the form and answers what it asks of the register."""

    shown = Signal(str)
    """The id of an incident to show."""
    reported = Signal(object)
    """An `Incident` was reported."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    def open_editor(self, wanted: ReportIncident) -> None:
        """Report an abnormal state, of a known terminal or of one still to be found."""
        standing = self._context.services.context.standing
        refusal = standing.refusal("incident.open")
        if refusal is not None:
            # Keys, the palette and a scan lead here as well, past the button that is grey.
            self._context.failed.emit(refusal.error())
            return
        about = wanted.terminal_id or wanted.searched
        key = f"{DRAFT_KEY}/{about}" if about else DRAFT_KEY

        def ask(item: TerminalSummary | None) -> None:
            editor = self.editor(item)
            if wanted.displayed_code:
                editor.fill({"displayed_code": wanted.displayed_code})
            if wanted.searched:
                editor.picker.look_for(wanted.searched)
            submit_autosaved(self._page, editor, key, self._report, self._reported)

        self.with_terminal(wanted.terminal_id, ask)

    def editor(
        self, item: TerminalSummary | None, edited: Incident | None = None
    ) -> IncidentEditor:
        """A form about a terminal: for a new incident, or for what is `edited`."""
        editor = IncidentEditor(self._page, edited)
        self._answer(editor, edited.id if edited is not None else "")
        if item is not None:
            editor.picker.picked.emit(item)
        return editor

    def with_terminal(
        self,
        terminal_id: str,
        then: Callable[[TerminalSummary | None], None],
        owner: QObject | None = None,
    ) -> None:
        """Go on with what the register says about a terminal, or with None for no id; not at all
        when the `owner` is gone by then."""
        if not terminal_id:
            then(None)
            return
        terminals = self._context.services.terminals
        self._page.run(
            lambda: terminals.get(terminal_id), lambda found: then(_summary(found)), owner=owner
        )

    def _answer(self, editor: IncidentEditor, edited: str) -> None:
        services = self._context.services

        def search(words: str) -> None:
            self._page.run(
                lambda: services.terminals.find(words, 8),
                lambda found: editor.picker.show_found(words, found),
                owner=editor,
            )

        def warn(item: TerminalSummary) -> None:
            self._page.run(
                lambda: (
                    [one for one in services.incidents.open_on(item.id) if one.id != edited],
                    services.terminal_stops.at(item.id, besides=edited),
                ),
                lambda found: editor.show_open_incidents(*found),
                owner=editor,
            )

        def warn_of_serial(serial: str) -> None:
            self._page.run(
                lambda: (
                    [one for one in services.incidents.waiting_for(serial) if one.id != edited],
                    services.terminal_stops.at(serial=serial, besides=edited),
                ),
                lambda found: editor.show_at_serial(serial, *found),
                owner=editor,
            )

        editor.picker.searched.connect(search)
        editor.picker.searched.connect(warn_of_serial)
        editor.serial_kept.connect(warn_of_serial)
        if editor.picker.text():  # of an incident that is edited
            warn_of_serial(editor.picker.text())
        editor.picker.picked.connect(warn)
        editor.open_instead.connect(self.shown)
        editor.terminal_wanted.connect(
            lambda key: self.with_terminal(key, editor.picker.picked.emit, editor)
        )

    def _report(self, draft: IncidentDraft) -> Incident:
        services = self._context.services
        key = services.incidents.open(services.diagnosis.as_told(draft))
        return services.incidents.get(key)

    def _reported(self, incident: Incident) -> None:
        self._context.note(_("{number} was reported", number=incident.number))
        self.reported.emit(incident)


def _summary(terminal: Terminal) -> TerminalSummary:
    return TerminalSummary(
        id=terminal.id,
        serial=terminal.serial,
        tid=terminal.tid,
        state=terminal.state,
        manufacturer=terminal.manufacturer,
        model=terminal.model,
        merchant_name=terminal.merchant_name,
        area=terminal.area,
        acquirer=terminal.acquirer,
        address=terminal.address,
    )
