"""The exchange with other computers: what waits, packages, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import bootstrap
from app.domain.errors import AppError
from app.gui.toolkit.files import ask_file, ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row, scrolled
from app.gui.toolkit.permission import permit
from app.gui.toolkit.problems import message
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.working_dialog import READING, WorkingDialog, WorkManner
from app.texts import unsettled_text
from app.texts.exchange import operation_word
from app.texts.intake import brought_line, intake_lines, unsettled_line

if TYPE_CHECKING:
    from app.exchange.conflicts import Unsettled
    from app.exchange.exchange import Exchange, ExportedPackage
    from app.exchange.intake import Intake
    from app.exchange.status import ExchangeStatus, OtherComputer
    from app.gui.shell.page import AppContext
    from app.services.settling import Settlement

_PACKAGES = "*.posx"


def exchange_of(context: AppContext) -> Exchange:
    """The exchange over the services of now."""
    return bootstrap.exchange(context.services, context.settings)


class ExchangeWork(WorkingDialog):
    """What the dialogs of the exchange share: a line for trouble, work that can be stopped."""

    closes_when_stopped = False

    def __init__(self, parent: QWidget, context: AppContext, title: str) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        self.layout_ = QVBoxLayout(self)
        self.layout_.setContentsMargins(20, 16, 20, 16)
        self.layout_.setSpacing(12)

    def show_problem(self, error: AppError) -> None:
        self.show_stopped(message(error))

    def show_stopped(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))


@dataclass(frozen=True, slots=True)
class _ExchangeState:
    """What the dialog shows: how far the exchange is, what is to be decided, names of records, and
    what the office is called, empty when there is none."""

    status: ExchangeStatus
    conflicts: tuple[Unsettled, ...]
    called: dict[str, str]
    office: str


class ExchangeDialog(ExchangeWork):
    """How far the exchange is, and everything one does about it."""

    def __init__(self, parent: QWidget, context: AppContext) -> None:
        super().__init__(parent, context, _("Exchange"))
        self.setMinimumSize(820, 520)
        self._seen: _ExchangeState | None = None
        self._said = label("", wrap=True)
        self._devices = RowTableModel(_device_columns(), self)
        self.devices = TableView(self._devices, name="exchange-devices")
        self.devices.current_changed.connect(lambda _one: self._set_buttons())
        self._conflicts = RowTableModel(self._conflict_columns(), self)
        self.conflicts = TableView(self._conflicts, two_lines=True, name="exchange-conflicts")
        self.conflicts.current_changed.connect(self._on_conflict)
        self._particulars = label("", wrap=True, copy=True)
        self.keep = button(_("Leave as it is"), self._keep, icon="check")
        self.take = button(_("Take what gave way"), self._take, icon="rotate-ccw")
        self.write = button(_("Write a package …"), self._write, role="primary", icon="download")
        self.read = button(_("Take a package in …"), self._read, icon="file-input")
        self._undecided = panel(
            column(
                row(label(_("To be decided"), "section"), None, self.keep, self.take),
                self.conflicts,
                self._particulars,
                spacing=6,
            )
        )
        self._undecided.hide()
        self.layout_.addWidget(self._said)
        self.layout_.addWidget(panel(column(self.devices, margins=(1, 1, 1, 1))), 1)
        self.layout_.addWidget(self._undecided, 2)
        self.layout_.addWidget(self.trouble)
        self.layout_.addWidget(self.progress)
        close = button(_("Close"), self.reject)
        self.layout_.addLayout(row(None, close, self.read, self.write))
        self._set_buttons()

    def refresh(self) -> None:
        """Read how far the exchange is."""

        def look() -> _ExchangeState:
            exchange = exchange_of(self.context)
            found, office = exchange.conflicts(), exchange.stations.office()
            return _ExchangeState(
                exchange.status(),
                found,
                exchange.record_names(found),
                office.name if office else "",
            )

        self.carry_out(self.context, look, self._show, manner=READING)

    def _show(self, seen: _ExchangeState) -> None:
        self._seen = seen
        self._said.setText(_status_text(seen))
        self._devices.set_rows(seen.status.devices)
        self._conflicts.set_rows(seen.conflicts)
        self._undecided.setVisible(bool(seen.conflicts))
        self._on_conflict(self.conflicts.current())
        self._set_buttons()

    def _set_buttons(self) -> None:
        seen = self._seen
        office = seen is not None and seen.status.office
        chosen = self.devices.current() is not None
        self.write.setEnabled(seen is not None and (bool(seen.office) or (office and chosen)))
        self.read.setEnabled(seen is not None and bool(seen.status.devices))

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
            _("Packages ({pattern})", pattern=_PACKAGES),
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
        pattern = _("Packages ({pattern})", pattern=_PACKAGES)
        ask_file(self, _("Take a package in"), f"{pattern};;{_('All files (*)')}", self.look_into)

    def look_into(self, path: Path) -> PackageDialog:
        """Show what a package would do, and let it be taken in."""
        dialog = PackageDialog(self, self.context, path)
        dialog.finished.connect(lambda _code: self.refresh())
        dialog.open()
        dialog.look()
        return dialog

    # --- conflicts ------------------------------------------------------------------------------

    def _conflict_columns(self) -> tuple[TableColumn, ...]:
        def called(one: Unsettled) -> str:
            return self._seen.called.get(one.subject_id, "") if self._seen else ""

        return (
            TableColumn(
                title=_("Record"),
                text=lambda one: called(one) or "—",
                detail=lambda one: operation_word(words(), one.operation.kind),
                width=170,
            ),
            TableColumn(
                title=_("What"),
                text=lambda one: unsettled_text(words(), one),
                width=380,
                stretch=True,
            ),
            TableColumn(
                title=_("Who"),
                text=lambda one: f"{one.operation.device} {one.operation.actor}",
                detail=lambda one: words().moment(one.operation.at),
                width=140,
            ),
        )

    def _on_conflict(self, one: Unsettled | None) -> None:
        refusal = self.context.services.context.standing.refusal("conflict.settle")
        permit(self.keep, refusal, enabled=one is not None)
        permit(self.take, refusal, enabled=one is not None and one.takes)
        self._particulars.setText("" if one is None else unsettled_text(words(), one))

    def _keep(self) -> None:
        from app.services.settling import Settlement

        self._settle(Settlement.KEEP)

    def _take(self) -> None:
        from app.services.settling import Settlement

        self._settle(Settlement.TAKE)

    def _settle(self, how: Settlement) -> None:
        one = self.conflicts.current()
        if one is None:
            return

        def decided(_none: object) -> None:
            self.show_stopped("")
            self.refresh()

        self.carry_out(self.context, lambda: exchange_of(self.context).settle(one.id, how), decided)


class PackageDialog(ExchangeWork):
    """What a package holds and would do; taken in only when the person says so."""

    def __init__(self, parent: QWidget, context: AppContext, path: Path) -> None:
        super().__init__(parent, context, _("Package {name}", name=path.name))
        self.setMinimumSize(620, 320)
        self._path = path
        self._text = label("", wrap=True, copy=True)
        self._go = button(_("Take in"), self.take_in, role="primary", icon="check")
        self._go.setEnabled(False)
        self._close = button(_("Close"), self.reject)
        self.layout_.addWidget(scrolled(boxed(column(self._text, None))), 1)
        self.layout_.addWidget(self.trouble)
        self.layout_.addWidget(self.progress)
        self.layout_.addLayout(row(None, self._close, self._go))

    @property
    def said(self) -> str:
        """What the dialog tells of the package."""
        return self._text.text()

    def look(self) -> None:
        """Find out what the package would do; nothing is changed."""
        self._work(dry_run=True, done=self._looked)

    def take_in(self) -> None:
        """Take the package in."""
        self._work(dry_run=False, done=self._taken)

    def _work(self, *, dry_run: bool, done: Callable[[Any], None]) -> None:
        path = self._path

        def work(
            progress: Callable[[int, int], None], cancelled: Callable[[], bool]
        ) -> tuple[Intake, dict[str, str]]:
            exchange = exchange_of(self.context)
            found = exchange.take_in(path, dry_run=dry_run, progress=progress, cancelled=cancelled)
            return found, exchange.record_names(found.conflicts)

        self.show_stopped("")
        manner = WorkManner(
            _("Looking into the package …") if dry_run else _("Taking the package in …"),
            _("Stopped. What was taken in stays; take the package in again to go on."),
            reads=dry_run,
        )
        self.carry_out(self.context, work, done, manner=manner)

    def _looked(self, result: tuple[Intake, dict[str, str]]) -> None:
        self._tell(result, dry_run=True)
        fatal = result[0].applied == 0 and bool(result[0].refused)
        self._go.setEnabled(not fatal)
        self._go.setFocus()

    def _taken(self, result: tuple[Intake, dict[str, str]]) -> None:
        self._tell(result, dry_run=False)
        self._go.hide()
        self._close.setFocus()

    def _tell(self, result: tuple[Intake, dict[str, str]], *, dry_run: bool) -> None:
        found, called = result
        lines = intake_lines(words(), found, dry_run=dry_run)
        if found.conflicts:
            lines += ["", _("To be decided:")]
            lines += [unsettled_line(words(), one, called) for one in found.conflicts]
        self._text.setText("\n".join(lines))


def _package_name(to: str, day: str) -> str:
    """A name for the file that any system can store."""
    plain = "".join(c if c.isalnum() or c in "-_ " else "_" for c in to).strip()
    return f"POSCare {plain} {day}.posx"


def _status_text(seen: _ExchangeState) -> str:
    status = seen.status
    if status.office:
        if status.everything_until is None:
            return _("This computer is the office. Choose a computer to write a package for it.")
        return _(
            "This computer is the office. Everything all computers did until {moment} is here.",
            moment=words().moment(status.everything_until),
        )
    if not seen.office:
        return _(
            "This computer belongs to no office yet. Settings → The office: give its key to the"
            " office, and trust the key of the office."
        )
    if not status.waiting:
        return _("Office: {name}. It has everything done here.", name=seen.office)
    since = words().moment(status.waiting_since)
    return words().plural(
        "Office: {name}. {count} operation waits to be sent, since {since}.",
        "Office: {name}. {count} operations wait to be sent, since {since}.",
        status.waiting,
        name=seen.office,
        since=since,
    )


def _missing(device: OtherComputer) -> str:
    return "–".join(map(str, device.missing)) if device.missing else ""


def _device_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Computer"), text=lambda d: d.name, width=200, stretch=True),
        TableColumn(
            title=_("Last contact"),
            text=lambda d: words().moment(d.last_contact) or _("never"),
            width=150,
        ),
        TableColumn(
            title=_("Complete until"), text=lambda d: words().moment(d.complete_until), width=150
        ),
        TableColumn(title=_("Last number"), text=lambda d: str(d.last_seq), width=110, right=True),
        TableColumn(title=_("Missing"), text=_missing, width=110),
    )
