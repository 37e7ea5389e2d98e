"""Actions on a terminal: opens the dialog, calls the service, confirms in a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.domain.incidents.drafts import WorkEntryDraft
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.lifecycle import Action
from app.domain.register.terminal_actions import TerminalAction
from app.domain.register.terminal_states import STATES
from app.domain.register.terminals import Terminal, TerminalDraft, TerminalState, draft_of
from app.gui.pages.terminals import action_dialogs as dialogs
from app.gui.pages.terminals.detail import TerminalDetail
from app.gui.pages.terminals.read import TerminalView, gather
from app.gui.pages.terminals.terminal_editor import TerminalEditor
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.navigate import PlanVisit, ReportIncident
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import _, words
from app.gui.toolkit.reading_dialog import reading_dialog
from app.services.register.terminal_queries import Choices, TerminalFilter
from app.texts import word

SPARES = 300
"""Devices in stock offered for a swap; others are found by typing their serial number."""


class TerminalActions(QObject):
    """Carries out the actions on the terminal in `detail`; `show` shows a terminal by id."""

    def __init__(self, page: Page, detail: TerminalDetail, show: Callable[[str], None]) -> None:
        super().__init__(page)
        self._page, self._detail, self._show = page, detail, show
        self._context = page.context
        self._for_incident: tuple[str, str] | None = None
        self._by_action: dict[TerminalAction, Callable[[TerminalView], None]] = {
            TerminalAction.REPORT: self._report,
            TerminalAction.EDIT: self._edit,
            TerminalAction.SWAP: self._swap,
            TerminalAction.RELOCATE: self._move,
            TerminalAction.HAND_OVER: self._hand_over,
            TerminalAction.CHANGE_STATE: self._change_state,
        }

    def take(self, action: TerminalAction, incident_id: str = "") -> None:
        """Do what `action` asks for to the terminal in sight, for an incident where one is
        given: then its work log tells of it."""
        view = self._detail.view
        assert view is not None, "an action without a terminal in sight"
        self._for_incident = (view.terminal.id, incident_id) if incident_id else None
        self._by_action[action](view)

    def add(self, given: TerminalDraft | None = None) -> None:
        """Add a terminal."""
        terminals = self._context.services.terminals

        def ask(names: dict[str, Any]) -> None:
            editor = TerminalEditor(
                names, given or TerminalDraft(kind="smart", link="unknown"), parent=self._page
            )
            self._submit(editor, "terminal/new", save, self._added)

        def save(draft: TerminalDraft) -> tuple[str, str]:
            return terminals.register(draft), draft.serial

        self._with_names(ask)

    def _added(self, made: tuple[str, str]) -> None:
        terminal_id, serial = made
        self._context.note(_("Terminal {serial} added", serial=serial))
        self._show(terminal_id)

    def link(self, incident_id: str) -> None:
        """An incident that was reported under the serial number is about the terminal in sight."""
        view = self._detail.view
        assert view is not None, "an incident linked without a terminal in sight"
        incidents, key = self._context.services.incidents, view.terminal.id
        self._page.run(
            lambda: incidents.link(incident_id, key),
            lambda _none: self._context.note(_("Linked to {serial}", serial=view.terminal.serial)),
        )

    def _report(self, view: TerminalView) -> None:
        self._context.go(ReportIncident(view.terminal.id))

    def _edit(self, view: TerminalView) -> None:
        terminal = view.terminal

        def ask(names: dict[str, Any]) -> None:
            editor = TerminalEditor(names, draft_of(terminal), known=True, parent=self._page)
            self._is_about(editor, terminal.id, self._edit)
            self._submit(
                editor,
                f"terminal/edit/{terminal.id}",
                lambda draft: self._edited(terminal, draft),
                self._page.saved(editor.windowTitle()),
            )

        self._with_names(ask)

    def _swap(self, view: TerminalView) -> None:
        terminals, terminal = self._context.services.terminals, view.terminal

        def read() -> tuple[dict[str, Any], list[str]]:
            spares = terminals.first(TerminalFilter(state=TerminalState.SPARE), SPARES)
            return _names(terminals.choices()), [spare.serial for spare in spares]

        def swapped(new_id: str) -> None:
            self._context.note(
                _("{serial} was swapped; TID {tid} stays", serial=terminal.serial, tid=terminal.tid)
            )
            self._show(new_id)

        def ask(found: tuple[dict[str, Any], list[str]]) -> None:
            dialog = dialogs.swap_dialog(self._page, terminal, *found)
            self._is_about(dialog, terminal.id, self._swap)
            self._submit(
                dialog,
                f"terminal/swap/{terminal.id}",
                lambda draft: terminals.swap(terminal.id, draft),
                swapped,
            )

        self._page.run(read, ask)

    def _move(self, view: TerminalView) -> None:
        terminal = view.terminal

        def ask(names: dict[str, Any]) -> None:
            dialog = dialogs.move_dialog(self._page, terminal, names)
            self._is_about(dialog, terminal.id, self._move)
            self._submit(
                dialog,
                f"terminal/move/{terminal.id}",
                lambda pair: self._moved(terminal, *pair),
                self._page.saved(dialog.windowTitle()),
            )

        self._with_names(ask)

    def _change_state(self, view: TerminalView) -> None:
        terminal = view.terminal
        dialog = dialogs.state_dialog(self._page, terminal)

        def confirmed(values: dict[str, Any]) -> bool:
            state = TerminalState(values["state"])
            return STATES[state].kept_up or problems.confirm(
                dialog,
                _("Retire {serial} for good?", serial=terminal.serial),
                dialogs.consequence(terminal, state),
                _("Retire"),
            )

        dialog.confirm = confirmed
        self._is_about(dialog, terminal.id, self._change_state)
        self._submit(
            dialog,
            f"terminal/state/{terminal.id}",
            lambda given: self._changed_state(terminal, *given),
            self._page.saved(dialog.windowTitle()),
        )

    def _moved(self, before: Terminal, draft: TerminalDraft, *reasons: str) -> None:
        """Move it, on the worker; the incident it was done for tells of it."""
        self._context.services.terminals.relocate(before.id, draft, *reasons)
        self._tell(
            before,
            _(
                "Moved in the register: {old} → {new}",
                old=before.address or before.registered_address,
                new=draft.address,
            ),
        )

    def _edited(self, before: Terminal, draft: TerminalDraft) -> None:
        self._context.services.terminals.update(before.id, before.version, draft)
        self._tell(before, _("Data in the register were corrected"))

    def _changed_state(self, before: Terminal, state: TerminalState, *rest: Any) -> None:
        self._context.services.terminals.change_state(before.id, state, *rest)
        shown = word(words(), "terminal_state", state)
        self._tell(before, _("State in the register: {state}", state=shown))

    def _tell(self, terminal: Terminal, said: str) -> None:
        """A line in the work log of the incident it was done for, while that is open."""
        about, self._for_incident = self._for_incident, None
        if about is None or about[0] != terminal.id:
            return
        services = self._context.services
        if Action.EDIT in services.incidents.get(about[1]).actions:
            draft = WorkEntryDraft(kind=WorkKind.NOTE, summary=said)
            services.work_log.add_work(about[1], draft)

    def _hand_over(self, view: TerminalView) -> None:
        custody, terminal = self._context.services.custody, view.terminal
        dialog = dialogs.hand_over_dialog(self._page, terminal)
        self._is_about(dialog, terminal.id, self._hand_over)
        self._submit(
            dialog,
            f"terminal/custody/{terminal.id}",
            lambda draft: custody.hand_over(terminal.id, draft),
            self._page.saved(dialog.windowTitle()),
        )

    def read_counter(self) -> None:
        """Note what a counter of the terminal in sight shows."""
        view = self._detail.view
        assert view is not None, "a reading without a terminal in sight"
        self._ask_reading(view)

    def _ask_reading(self, view: TerminalView) -> None:
        terminal, meters = view.terminal, self._context.services.meters
        last = {reading.kind: reading for reading in reversed(view.readings)}
        newest = sorted(last.values(), key=lambda r: r.read_on, reverse=True)
        dialog = reading_dialog(
            self._page, terminal.serial, [(r.kind, r.value, r.read_on) for r in newest], view.today
        )
        self._is_about(dialog, terminal.id, self._ask_reading)
        self._submit(
            dialog,
            f"terminal/reading/{terminal.id}",
            lambda draft: meters.record(terminal.id, draft),
            self._page.saved(dialog.windowTitle()),
        )

    def plan_visit(self) -> None:
        """A visit by hand for the terminal in sight; the maintenance page makes it."""
        view = self._detail.view
        assert view is not None, "a visit without a terminal in sight"
        if view.maintained:
            self._context.go(PlanVisit(view.terminal.id))

    # --- shared --------------------------------------------------------------------------------

    def _is_about(self, dialog: DraftDialog, key: str, ask: Callable[[TerminalView], None]) -> None:
        """`ask` opens the dialog anew; what was typed is kept and offered by it anyway."""
        services = self._context.services
        dialog.is_about(key, lambda _typed: self._page.run(lambda: gather(services, key), ask))

    def _submit(
        self,
        dialog: DraftDialog,
        key: str,
        save: Callable[[Any], Any],
        done: Callable[[Any], None],
    ) -> None:
        submit_autosaved(self._page, dialog, key, save, done)

    def _with_names(self, ask: Callable[[dict[str, Any]], None]) -> None:
        terminals = self._context.services.terminals
        self._page.run(lambda: _names(terminals.choices()), ask)


def _names(choices: Choices) -> dict[str, Any]:
    return {
        "area": choices.areas,
        "acquirer": choices.acquirers,
        "manufacturer": choices.manufacturers,
        "model": choices.models,
    }
