"""The section of the data: place of the database, backups, integrity check, restore."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app import paths
from app import settings as settings_file
from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.pages.settings.backup_state import BackupStateView
from app.gui.pages.settings.rebuild import rebuild, show_restored
from app.gui.pages.settings.section import Section
from app.gui.shell.choosing_database import choose_database
from app.gui.shell.page import Page
from app.gui.shell.unlocking import UnlockFlow
from app.gui.toolkit import problems
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file, ask_folder
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row, scrolled
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.server_address import parts_of_address
from app.texts import word

if TYPE_CHECKING:
    from app.gui.shell.database_editor import DatabaseEditor
    from app.services.core.backups import MadeBackup
    from app.services.keeping.care import BackupState
    from app.services.keeping.condition import Condition
    from app.services.keeping.health import HealthFinding
    from app.settings import Settings


class DataSection(Section):
    """Database, backups, check."""

    title = N_("Data and backups")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._place = label("", wrap=True, copy=True)
        self._folder = label("", wrap=True, copy=True)
        self._second = label("", "muted", wrap=True, copy=True)
        self._forget = button(_("Remove"), self._forget_second, role="link")
        self.now = action_button(UserAction.BACK_UP, self.back_up, role="primary")
        self._restore = action_button(UserAction.RESTORE_BACKUP, self._on_restore, opens_row=True)
        self._copies = RowTableModel(_copy_columns(), self)
        self.copies = TableView(self._copies, name="backups", title=_("Backups"))
        self.copies.opened.connect(lambda copy: self.restore(copy.path))
        self.copies.current_changed.connect(lambda _copy: self._show_right())
        self.state = BackupStateView(page, self.refresh)
        self._findings = RowTableModel(_finding_columns(), self)
        self.findings = TableView(self._findings, name="findings", title=_("Findings"))
        self._verdict = label("", "muted")
        content = column(
            self._database(), self._backups(), self._check(), None, spacing=12, margins=(0, 0, 8, 0)
        )
        self.setLayout(column(scrolled(boxed(content))))

    # --- building ------------------------------------------------------------------------------

    def _database(self) -> QWidget:
        opener = action_button(UserAction.OPEN_DATA_FOLDER, self._open_folder)
        self._choose = action_button(UserAction.CHOOSE_DATABASE, self.choose_database)
        head = wrapping(label(_("Database"), "section"), None, self._choose, opener)
        return panel(column(head, self._place, spacing=6))

    def _backups(self) -> QWidget:
        self._other = action_button(UserAction.RESTORE_FILE, self._restore_file)
        self.rebuild_button = action_button(
            UserAction.REBUILD, lambda: rebuild(self.page), role="link"
        )
        self._listed = StateStack(panel(column(self.copies, margins=(1, 1, 1, 1))))
        self._listed.setFixedHeight(210)
        self._restore.setEnabled(False)
        choose = action_button(UserAction.SECOND_FOLDER, self._choose_second, role="link")
        self._of_file = [
            *(self._other, self._restore, self.now, self.rebuild_button),
            *(self._second, choose, self.state, self._listed),
        ]
        return panel(
            column(
                wrapping(
                    label(_("Backups"), "section"), None, self._other, self._restore, self.now
                ),
                self._folder,
                wrapping(self._second, choose, self._forget, None, self.rebuild_button, spacing=12),
                self.state,
                self._listed,
                spacing=6,
            )
        )

    def _check(self) -> QWidget:
        self._found = panel(column(self.findings, margins=(1, 1, 1, 1)))
        self._found.hide()
        quick = action_button(UserAction.CHECK_DATA, self.check)
        thorough = action_button(
            UserAction.CHECK_DATA_THOROUGHLY, lambda: self.check(thorough=True)
        )
        return panel(
            column(
                row(
                    label(_("Is the data sound?"), "section"),
                    self._verdict,
                    None,
                    thorough,
                    quick,
                    spacing=12,
                ),
                self._found,
                spacing=6,
            )
        )

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the place of the database and the list of backups."""
        database = self.context.services.context.database
        local = database.path is not None
        self._place.setText(str(database.path) if local else _server(self.context.settings))
        for made in self._of_file:
            made.setVisible(local)
        self._folder.setText(
            _(
                "Copies are made every half hour while something changes and when you quit, and"
                " kept here: {folder}",
                folder=paths.backups(),
            )
            if local
            else _(
                "The database is on a server. Whoever runs it makes the backups; “poscare backup”"
                " makes a copy with pg_dump."
            )
        )
        self.now.setEnabled(local)
        second = self.context.settings.backup_folder
        self._second.setText(
            _("Also copied to: {folder}", folder=second) if second else _("No second folder")
        )
        self._forget.setVisible(local and bool(second))
        backups, care = self.context.services.backups, self.context.services.care
        self.page.run(backups.backups, self._show_copies, lane="io")
        self.page.run(lambda: (care.backup_state(), care.condition()), self._show_state, lane="io")

    def _show_state(self, found: tuple[BackupState, Condition]) -> None:
        state, condition = found
        self.state.show_state(state, condition, self.context.now())
        if self._found.isHidden():
            self._verdict.setText(_last_check(condition))

    def _show_copies(self, copies: list[Any]) -> None:
        self._copies.set_rows(copies)
        self._show_right()
        if copies:
            self._listed.show_content()
        else:
            self._listed.show_empty(
                _("No backup yet"),
                _("One is made soon after the first change, and whenever you quit."),
                icon="archive",
            )

    def _show_right(self) -> None:
        standing = self.context.services.context.standing
        permit(self._choose, standing.refusal("settings.change"))
        refusal = standing.refusal("backup.restore")
        permit(self._other, refusal)
        permit(self.rebuild_button, refusal, enabled=self.now.isEnabled())
        permit(self._restore, refusal, enabled=self.copies.current() is not None)

    def check(self, *, thorough: bool = False) -> None:
        """Look at the health of the data."""
        care = self.context.services.care
        self._verdict.setText(_("Checking …"))

        def failed(error: AppError) -> None:
            self._verdict.setText(problems.message(error))

        self.page.run(
            lambda: care.check(thorough=thorough), self._show_findings, failed=failed, lane="io"
        )

    def _show_findings(self, found: list[Any]) -> None:
        self._findings.set_rows(found)
        lines = self.findings.verticalHeader().defaultSectionSize() * len(found)
        self.findings.setFixedHeight(lines + self.findings.horizontalHeader().height() + 4)
        self._found.show()
        wrong = sum(not finding.well for finding in found)
        self._verdict.setText(
            _("{count} of {all} points need attention", count=wrong, all=len(found))
            if wrong
            else _("All {all} points are well", all=len(found))
        )

    # --- doing ---------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make a copy now."""
        backups = self.context.services.backups
        self.now.setEnabled(False)

        def made(copy: MadeBackup) -> None:
            self.now.setEnabled(True)
            self.context.note(_("Backed up and verified: {name}", name=copy.path.name))
            if copy.faulty:
                problems.warn_of_files(self.page, copy.faulty)
            if copy.second_problem is not None:
                problems.show(self.page, copy.second_problem, _("No backup in the second folder"))
            self.refresh()

        def failed(error: AppError) -> None:
            self.now.setEnabled(True)
            self.context.failed.emit(error)

        self.page.run(backups.back_up, made, failed=failed, lane="io")

    def _choose_second(self) -> None:
        ask_folder(
            self.page, _("Second folder for backups"), lambda path: self.use_second(str(path))
        )

    def _forget_second(self) -> None:
        self.use_second("")

    def use_second(self, folder: str) -> None:
        """Also copy to this folder from now on."""
        changed = replace(self.context.settings, backup_folder=folder)

        def saved(_none: object) -> None:
            self.context.settings_changed.emit(changed)
            self.refresh()
            self.page.tell_saved(_("Second folder for backups"))

        self.page.run(lambda: settings_file.save(changed, paths.settings_file()), saved, lane="io")

    def _open_folder(self) -> None:
        path = self.context.services.context.database.path
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent if path else paths.home())))

    def choose_database(self) -> DatabaseEditor:
        """Work on another database from now on; this one stays as it is."""

        def chosen(changed: Settings) -> None:
            self.context.settings_changed.emit(changed)
            self.context.database_chosen.emit()

        return choose_database(self.context, self.page.window(), chosen)

    def _on_restore(self) -> None:
        copy = self.copies.current()
        if copy is not None:
            self.restore(copy.path)

    def _restore_file(self) -> None:
        ask_file(self.page, _("Choose a backup"), _("Backups (*.db);;All files (*)"), self.restore)

    def restore(self, copy: Path) -> None:
        """Put a copy in place of the database, after asking; the program ends with it."""
        sure = problems.confirm(
            self,
            _("Restore {name}?", name=copy.name),
            _(
                "Everything entered after this backup disappears from the program. The database of"
                " now is not deleted; it is moved aside."
            ),
            _("Restore"),
        )
        if sure:
            self._unlocked(copy)

    def _unlocked(self, copy: Path) -> None:
        """Restore once the backup can be read, which may be encrypted with other keys."""

        def readable() -> None:
            from app.unlocking import needed_for

            needed_for(copy)

        def go_on(_none: object) -> None:
            backups = self.context.services.backups
            # Nothing may be entered meanwhile: it would go into the database that is replaced.
            WaitDialog(self.page, _("Restore"), self.context).wait_for(
                lambda: backups.restore(copy),
                lambda done: show_restored(self.page, done),
                WorkManner(_("Restoring …")),
            )

        def failed(error: AppError) -> None:
            from app.unlocking import EncryptionLocked

            if isinstance(error, EncryptionLocked):
                asking = UnlockFlow(error, self.context, self.page)
                asking.unlocked.connect(lambda: self._unlocked(copy))
            else:
                self.context.failed.emit(error)

        self.page.run(readable, go_on, failed=failed, lane="io")


def _server(settings: Settings) -> str:
    parts = parts_of_address(settings.database)
    return _(
        "Server {host} · database {name} · user {user}",
        host=parts["host"],
        name=parts["name"],
        user=parts["user"],
    )


def _copy_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Made"), text=lambda c: words().moment(c.made_at), width=150),
        TableColumn(
            title=_("Why"), text=lambda c: word(words(), "backup_reason", c.reason), width=140
        ),
        TableColumn(title=_("Size"), text=lambda c: f"{c.size / 1e6:.1f} MB", width=90, right=True),
        TableColumn(title=_("File"), text=lambda c: c.path.name, width=260, stretch=True),
    )


def _last_check(condition: Condition) -> str:
    if condition.checked_at is None:
        return _("Never checked")
    when = words().moment(condition.checked_at)
    if not condition.wrong:
        return _("Checked {when}: all well", when=when)
    wrong = [word(words(), "check", code) for code in condition.wrong]
    return _("Checked {when}, needs attention: {points}", when=when, points=", ".join(wrong))


def _well(finding: Any) -> Badge:
    if finding.well:
        return Badge(_("Sound"), "ok", "check")
    return Badge(_("Attention"), "danger", "triangle-alert")


def _details(finding: HealthFinding) -> str:
    if finding.problem is not None:
        return problems.message(finding.problem)
    named = [f"{f.number} {f.name}".strip() for f in finding.faulty]
    named += [f"{r.table} {r.record}" for r in finding.rows]
    shown = ", ".join(dict.fromkeys(named[: problems.MOST_NAMED]))
    return f"{finding.detail}: {shown}" if shown else finding.detail


def _finding_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Point"), text=lambda f: word(words(), "check", f.code), width=280),
        TableColumn(title=_("State"), text=lambda _f: "", badge=_well, width=110),
        TableColumn(title=_("Details"), text=_details, width=300, stretch=True),
    )
