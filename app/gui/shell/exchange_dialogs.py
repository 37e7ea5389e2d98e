"""The exchange with other computers: what waits to be sent and to be decided, packages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.gui.shell.computers_table import computer_columns
from app.gui.shell.conflicts_tab import ConflictsTab
from app.gui.shell.exchange_work import PACKAGES, ExchangeWork, exchange_of
from app.gui.shell.hub_texts import hub_sentence
from app.gui.shell.navigate import Navigate
from app.gui.shell.outbox_tab import OutboxTab
from app.gui.shell.package_dialog import PackageDialog
from app.gui.shell.record_watch import AFTER
from app.gui.toolkit import problems
from app.gui.toolkit.files import ask_file, ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel
from app.gui.toolkit.view_tabs import counted
from app.gui.toolkit.wheel_safe import Tabs
from app.gui.toolkit.working_dialog import READING, WorkManner
from app.texts import error_text
from app.texts.intake import brought_line, unsettled_line, what_the_office_has
from app.texts.operations import change_line, operation_title

if TYPE_CHECKING:
    from app.domain.operations.settlement import Settlement
    from app.exchange.conflict_sides import ConflictSides
    from app.exchange.conflicts import SettledTogether, Unsettled
    from app.exchange.package_exchange import ExportedPackage
    from app.exchange.status import ExchangeStatus
    from app.gui.shell.page import AppContext
    from app.services.core.trail_entries import TrailEntry

_MOST_TOLD = 6
"""Fields, and conflicts, told in a question."""
_MOST_DECIDED = 12
"""Conflicts told one by one before several are decided about."""


@dataclass(frozen=True, slots=True)
class _ExchangeState:
    """What the dialog shows: how far the exchange is, what is to be decided, and what the office is
    called, empty when there is none."""

    status: ExchangeStatus
    conflicts: tuple[ConflictSides, ...]
    office: str


def open_exchange(parent: QWidget, context: AppContext) -> ExchangeDialog:
    """Show how far the exchange is."""
    dialog = ExchangeDialog(parent, context)
    dialog.open()
    dialog.refresh()
    return dialog


class ExchangeDialog(ExchangeWork):
    """How far the exchange is, and everything one does about it."""

    def __init__(self, parent: QWidget, context: AppContext) -> None:
        super().__init__(parent, context, _("Exchange"))
        self.prefer_most_of(parent.window(), 0.94)
        self._seen: _ExchangeState | None = None
        self._said = label("", wrap=True)
        self._server = label("", "muted", wrap=True)
        self.now = button(_("Exchange now"), context.hub.exchange_now, icon="refresh-cw")
        self.outbox = OutboxTab(context)
        self.conflicts = ConflictsTab(context)
        self._devices = RowTableModel(computer_columns(), self)
        self.devices = TableView(
            self._devices, two_lines=True, name="exchange-computers", title=_("Computers")
        )
        self.tabs = Tabs()
        self.tabs.setDocumentMode(True)
        computers = boxed(
            column(
                panel(column(self.devices, margins=(1, 1, 1, 1))),
                label(
                    _(
                        "Numbers count, not clocks: a computer whose clock was set back does later"
                        " work under a higher number all the same."
                    ),
                    "muted",
                    wrap=True,
                ),
                margins=(0, 10, 0, 0),
            )
        )
        for tab, title in (
            (self.outbox, _("To be sent")),
            (self.conflicts, _("To be decided")),
            (computers, _("Computers")),
        ):
            self.tabs.addTab(tab, title)
        self.write = button(_("Write a package …"), self._write, role="primary", icon="download")
        self.read = button(_("Take a package in …"), self._read, icon="file-input")
        through_server = row(self._server, self.now)
        through_server.setStretch(0, 1)
        shown = column(
            label(_("Exchange"), "title"), self._said, through_server, self.tabs, spacing=12
        )
        shown.setStretch(3, 1)
        close = button(_("Close"), self.reject)
        self.arrange(shown, self.trouble, self.progress, row(None, close, self.read, self.write))
        self._connect()
        self._set_buttons()

    def _connect(self) -> None:
        self.context.hub.changed.connect(self._on_hub)
        self._on_hub()
        # Other seats and programs at the same database send, take in and decide, too.
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self._look_again)
        self.context.feed.changed.connect(self._soon.start)
        self.devices.current_changed.connect(lambda _one: self._set_buttons())
        self.outbox.counted.connect(self._on_counted)
        self.outbox.withdrawing.connect(self._ask_to_withdraw)
        self.outbox.going.connect(self._go)
        self.conflicts.settled.connect(self.settle)
        self.conflicts.settled_together.connect(self._ask_about_several)

    def refresh(self) -> None:
        """Read how far the exchange is."""
        self.carry_out(self.context, self._state, self._show, manner=READING)

    def _state(self) -> _ExchangeState:
        exchange = exchange_of(self.context)
        office = exchange.stations.office()
        return _ExchangeState(exchange.status(), exchange.sides(), office.name if office else "")

    def _show(self, seen: _ExchangeState) -> None:
        first, self._seen = self._seen is None, seen
        self._said.setText(_status_text(seen))
        self._devices.set_rows(seen.status.devices)
        self.conflicts.show_conflicts(seen.conflicts)
        self.tabs.setTabText(1, counted(_("To be decided"), len(seen.conflicts)))
        self.tabs.setTabVisible(0, not seen.status.office)
        self._set_buttons()
        if not seen.status.office:
            self.outbox.refresh()
        if first:
            # What asks for somebody comes first.
            self.tabs.setCurrentIndex(1 if seen.conflicts else 2 if seen.status.office else 0)

    def _on_hub(self) -> None:
        """How far the exchange through a server is; what came in meanwhile is shown."""
        state = self.context.hub.state
        self._server.setText(hub_sentence(state))
        self._server.setVisible(state.configured)
        self.now.setVisible(state.configured)
        if not state.running:
            self._look_again()

    def _look_again(self) -> None:
        """What waits may be something else by now: read beside what the person does here.  What is
        under way looks when it is done."""
        if self._seen is not None and not self.working:
            self.context.tasks.run(self._state, self._show, owner=self, failed=self.show_problem)

    def _on_counted(self, count: int) -> None:
        self.tabs.setTabText(0, counted(_("To be sent"), count))

    def _set_buttons(self) -> None:
        seen = self._seen
        office = seen is not None and seen.status.office
        device = self.devices.current()
        chosen = device is not None and device.revoked_at is None
        refusal = None
        if self.context.is_ready:
            refusal = self.context.services.context.standing.refusal("exchange.carry")
        known = seen is not None and (bool(seen.office) or (office and chosen))
        permit(self.write, refusal, enabled=known)
        permit(self.read, refusal, enabled=seen is not None and bool(seen.status.devices))

    def _go(self, target: Navigate) -> None:
        self.reject()
        self.context.go(target)

    # --- packages -------------------------------------------------------------------------------

    def _write(self) -> None:
        seen, chosen = self._seen, self.devices.current()
        if seen is None:
            return
        to = chosen.name if seen.status.office and chosen is not None else ""
        name = _package_name(to or seen.office, words().day(self.context.now().date()))
        ask_new_file(
            self,
            _("Write a package"),
            _("Packages ({pattern})", pattern=PACKAGES),
            name,
            lambda path: self.write_to(path, to),
        )

    def write_to(self, path: Path, to: str = "") -> None:
        """Write a package for the office, or for the laptop called `to`."""

        def work(
            progress: Callable[[int, int], None], cancelled: Callable[[], bool]
        ) -> ExportedPackage:
            exchange = exchange_of(self.context)
            return exchange.export(path, to, progress=progress, cancelled=cancelled)

        def done(made: ExportedPackage) -> None:
            self.show_stopped("")
            said = _(
                "Package for {name} written: {file}. Send it by USB stick, mail or WeChat.",
                name=made.to,
                file=made.package.path.name,
            )
            before = [brought_line(words(), made.brought)] if made.brought else []
            self.context.note("\n".join([said, *before]))
            self.refresh()

        manner = WorkManner(_("Writing the package …"), _("Stopped: no package was written."))
        self.carry_out(self.context, work, done, manner=manner)

    def _read(self) -> None:
        pattern = _("Packages ({pattern})", pattern=PACKAGES)
        ask_file(self, _("Take a package in"), f"{pattern};;{_('All files (*)')}", self.look_into)

    def look_into(self, path: Path) -> PackageDialog:
        """Show what a package would do, and let it be taken in."""
        dialog = PackageDialog(self, self.context, path)
        dialog.finished.connect(lambda _code: self.refresh())
        dialog.open()
        dialog.look()
        return dialog

    # --- decisions ------------------------------------------------------------------------------

    def settle(self, one: ConflictSides, how: Settlement) -> None:
        """Settle a conflict."""

        def decided(_none: object) -> None:
            self.show_stopped("")
            self.context.note(_("Decided. The others get it with the next package."))
            self.refresh()

        self.carry_out(self.context, lambda: exchange_of(self.context).settle(one.id, how), decided)

    def _ask_about_several(self, chosen: list[ConflictSides], how: Settlement) -> None:
        """Show what is decided about each, then ask once."""
        t = words()
        lines = [
            "  ".join(filter(None, (one.record, unsettled_line(t, one.unsettled, {}))))
            for one in chosen[:_MOST_DECIDED]
        ]
        if len(chosen) > _MOST_DECIDED:
            lines.append(_("… and {count} more", count=len(chosen) - _MOST_DECIDED))
        question, action = _about_several(how, len(chosen))
        if problems.confirm(self, question, "\n".join(lines), action):
            self.settle_together([one.id for one in chosen], how)

    def settle_together(self, ids: list[str], how: Settlement) -> None:
        """Settle several conflicts alike; what is refused stays, and is said."""

        def decided(done: SettledTogether) -> None:
            t = words()
            refused = dict.fromkeys(error_text(t, why) for _id, why in done.refused)
            self.show_stopped("\n".join(refused))
            self.context.note(t.plural("{count} decided.", "{count} decided.", len(done.settled)))
            self.refresh()

        def work() -> SettledTogether:
            return exchange_of(self.context).settle_these(ids, how)

        self.carry_out(self.context, work, decided)

    def _ask_to_withdraw(self, entry: TrailEntry) -> None:
        """Find out what hangs on it, then ask."""
        manner = WorkManner(_("Looking what depends on it …"), reads=True)

        def look() -> tuple[Unsettled, ...]:
            return exchange_of(self.context).fitting_no_longer(entry.id)

        self.carry_out(self.context, look, lambda found: self._confirm(entry, found), manner=manner)

    def _confirm(self, entry: TrailEntry, fitting_no_longer: tuple[Unsettled, ...]) -> None:
        t = words()
        title = " · ".join(filter(None, (operation_title(t, entry.kind), entry.subject)))
        lines = [change_line(t, one) for one in entry.changes[:_MOST_TOLD]]
        if fitting_no_longer:
            lines += ["", _("Without it this no longer fits and waits for a decision:")]
            lines += [unsettled_line(t, one, {}) for one in fitting_no_longer[:_MOST_TOLD]]
            if len(fitting_no_longer) > _MOST_TOLD:
                lines.append("…")
        if problems.confirm(
            self, _("Take back “{title}”?", title=title), "\n".join(lines), _("Take back")
        ):
            self.withdraw(entry.id, title)

    def withdraw(self, operation_id: str, title: str) -> None:
        """Take back an operation that was not sent yet."""

        def done(_none: object) -> None:
            self.show_stopped("")
            self.context.note(_("Taken back: {name}", name=title))
            self.refresh()

        self.carry_out(self.context, lambda: exchange_of(self.context).withdraw(operation_id), done)


def _about_several(how: Settlement, count: int) -> tuple[str, str]:
    """The question about several conflicts, and what the button says."""
    if how == "keep":
        return _("Leave {count} things as they are?", count=count), _("Leave as it is")
    return (
        _("Take what gave way, or do again what did not fit, for {count} things?", count=count),
        _("Take all"),
    )


def _package_name(to: str, day: str) -> str:
    """A name for the file that any system can store."""
    plain = "".join(c if c.isalnum() or c in "-_ " else "_" for c in to).strip()
    return f"POSCare {plain} {day}.posx"


def _status_text(seen: _ExchangeState) -> str:
    status = seen.status
    if status.office:
        if status.everything_until is None or not status.devices:
            return _("This computer is the office. Choose a computer to write a package for it.")
        return _(
            "This computer is the office. Of every computer everything is here that was in its"
            " package of {moment} or a later one.",
            moment=words().moment(status.everything_until),
        )
    if not seen.office:
        return _(
            "This computer belongs to no office yet. Settings → The office: give its key to the"
            " office, and trust the key of the office."
        )
    said = what_the_office_has(words(), seen.office, status.waiting, status.waiting_since)
    return "\n".join(said)
