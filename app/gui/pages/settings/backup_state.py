"""How the backups stand: the last good one and its age, the second folder, the last rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.gui.actions import UserAction
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.texts import word
from app.texts.storage import COUNTED, faulty_lines

if TYPE_CHECKING:
    from app.services.keeping.care import BackupState
    from app.services.keeping.condition import Condition
    from app.services.keeping.rehearsal import Rehearsal


class BackupStateView(QWidget):
    """`rehearsed` is called after a rehearsal."""

    def __init__(self, page: Page, rehearsed: Callable[[], None]) -> None:
        super().__init__()
        self._page = page
        self._rehearsed = rehearsed
        self.last = label("", "strong", wrap=True)
        self.second = label("", "muted", wrap=True)
        self.rehearsal = label("", "muted", wrap=True)
        self._rehearse = action_button(UserAction.REHEARSE_RESTORE, self.rehearse)
        texts = column(self.last, self.second, self.rehearsal, spacing=2)
        line = row(texts, self._rehearse, spacing=12)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_state(self, state: BackupState, condition: Condition, now: datetime) -> None:
        """Show what is known."""
        last = state.last
        self.last.setText(
            _(
                "Last good backup: {when}, {age}",
                when=_when(last.made_at),
                age=_age(last.made_at, now),
            )
            if last
            else _("There is no good backup yet")
        )
        self._rehearse.setEnabled(last is not None)
        self._show_second(state, now)
        at = condition.rehearsed_at
        if at is None:
            self.rehearsal.setText(_("A restore was never rehearsed"))
        elif condition.rehearsal_well:
            self.rehearsal.setText(_("A restore was rehearsed {when}: all well", when=_when(at)))
        else:
            self.rehearsal.setText(
                _("A restore was rehearsed {when}: it would not have worked", when=_when(at))
            )

    def _show_second(self, state: BackupState, now: datetime) -> None:
        second = state.second
        self.second.setVisible(state.second is not None or state.second_is_old)
        if second is not None:
            self.second.setText(
                _(
                    "Last backup in the second folder: {when}, {age}",
                    when=_when(second.made_at),
                    age=_age(second.made_at, now),
                )
            )
        elif state.second_reachable:
            self.second.setText(_("No backup in the second folder yet"))
        else:
            self.second.setText(_("The second folder is not there: connect its drive"))

    def rehearse(self) -> None:
        """Restore the newest backup into a place of its own."""
        care = self._page.context.services.care
        WaitDialog(self._page, _("Rehearse a restore"), self._page.context).wait_for(
            lambda: care.rehearse(), self._show_rehearsal, WorkManner(_("Rehearsing …"))
        )

    def _show_rehearsal(self, done: Rehearsal) -> None:
        self._rehearsed()
        counts = {one.table: one for one in done.counts}
        lines = [
            _(
                "{table}: {backup} in the backup, {now} now",
                table=word(words(), "kind", table),
                backup=counts[table].backup,
                now=counts[table].now,
            )
            for table in COUNTED
            if table in counts
        ]
        if done.faulty:
            lines.append(faulty_lines(words(), done.faulty, most=problems.MOST_NAMED))
        if done.broken:
            lines.append(_("The log in the backup is not whole."))
        title = (
            _("{name} can be restored", name=done.copy.name)
            if done.well
            else _("{name} can be restored only in part", name=done.copy.name)
        )
        problems.tell(self._page, title, "\n".join(lines), well=done.well)


def _when(moment: datetime) -> str:
    return words().moment(moment)


def _age(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 60:
        return plural("{count} minute ago", "{count} minutes ago", minutes)
    if minutes < 60 * 48:
        return plural("{count} hour ago", "{count} hours ago", minutes // 60)
    return plural("{count} day ago", "{count} days ago", minutes // 1440)
