"""Rebuilding the database from the journal: first what it gives, then its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.texts import word
from app.texts.storage import COUNTED, faulty_lines, journal_fault_line

if TYPE_CHECKING:
    from app.services.core.backups import Restored
    from app.services.keeping.journal_restore import RebuiltDatabase

_MOST_NAMED = 5
"""Rows that differ, named one by one; of more the rest is counted."""


def rebuild(page: Page) -> None:
    """Rebuild beside the database in use, then ask."""
    care = page.context.services.care
    manner = WorkManner(_("Rebuilding …"), stopped=_("Nothing was changed."), lane="io")

    def work(progress: object, cancelled: object) -> RebuiltDatabase:
        return care.rebuild(progress, cancelled)  # type: ignore[arg-type]

    WaitDialog(page, _("Rebuild from the journal"), page.context).wait_for(
        work, lambda made: _ask(page, made), manner
    )


def _ask(page: Page, made: RebuiltDatabase) -> None:
    sure = problems.confirm(
        page,
        _("Put the rebuilt database in place?"),
        "\n".join(what_it_gives(made)),
        _("Put in place"),
    )
    if not sure:
        made.close()
        page.context.note(_("Nothing was changed."))
        return
    care = page.context.services.care

    def work() -> tuple[Restored, bool]:
        try:
            return care.put_in_place(made)
        finally:
            made.close()

    # Nothing may be entered meanwhile: it would go into the database that is replaced.
    WaitDialog(page, _("Rebuild from the journal"), page.context).wait_for(
        work, lambda done: show_restored(page, *done), WorkManner(_("Putting it in place …"))
    )


def what_it_gives(made: RebuiltDatabase) -> list[str]:
    """Since when, how much, and what differs from the database in use."""
    moment, rebuilt = words().moment(made.since), made.rebuilt
    lines = [
        plural(
            "The journal began {when}; {count} operation was applied.",
            "The journal began {when}; {count} operations were applied.",
            rebuilt.applied,
            when=moment,
        )
    ]
    counts = {one.table: one for one in made.counts}
    lines += [
        _(
            "{table}: {rebuilt} rebuilt, {now} now",
            table=word(words(), "kind", table),
            rebuilt=counts[table].backup,
            now=counts[table].now,
        )
        for table in COUNTED
        if table in counts
    ]
    differing = made.differences
    if differing:
        named = ", ".join(
            f"{word(words(), 'kind', one.table)} {one.record}" for one in differing[:_MOST_NAMED]
        )
        lines.append(
            plural(
                "{count} row differs from the database in use: {names}",
                "{count} rows differ from the database in use: {names}",
                len(differing),
                names=named + (" …" if len(differing) > _MOST_NAMED else ""),
            )
        )
    else:
        lines.append(_("Every row is as in the database in use: there is nothing to mend."))
    lines += [journal_fault_line(words(), one.file, one.line, one.why) for one in rebuilt.faults]
    lost = len(rebuilt.gaps) + len(rebuilt.differing)
    if lost:
        lines.append(
            plural(
                "{count} operation is missing in the journal or came out otherwise.",
                "{count} operations are missing in the journal or came out otherwise.",
                lost,
            )
        )
    lines.append(_("The database of now is not deleted; it is moved aside."))
    return lines


def show_restored(page: Page, done: Restored, same: bool = True) -> None:
    """Say that another database is in place, and end the program; `same` says whether it holds what
    was announced."""
    box = QMessageBox(page)
    box.setWindowTitle("POSCare")
    box.setIcon(QMessageBox.Icon.Information)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_("Restored. Please start POSCare again."))
    said = [_("The database that was replaced is in {folder}", folder=done.replaced)]
    if not same:
        said.append(_("The rows in it were counted and are not those that were announced."))
    if done.faulty:
        said.append(faulty_lines(words(), done.faulty, most=problems.MOST_NAMED))
    if done.faulty or not same:
        box.setIcon(QMessageBox.Icon.Warning)
    box.setInformativeText("\n".join(said))
    box.addButton(_("Quit"), QMessageBox.ButtonRole.AcceptRole)
    box.finished.connect(lambda _code: QApplication.quit())
    box.open()
