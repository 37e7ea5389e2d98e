"""Reminds whoever works here: a note in the window, and the desktop's own notification where there
is one.  What is due is asked of the services; nothing is lost while the computer sleeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSystemTrayIcon

from app.domain.dispatch.reminders import Reminder, ReminderKind, parse_quiet_hours
from app.gui.shell.navigate import Navigate, ShowIncident, ShowVisit
from app.gui.shell.page import AppContext
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, label, row
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts.reminders import reminder_text, reminders_title

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.services.core.changes import Change

FIRST_AFTER = 4_000
"""Milliseconds: the first page comes first."""
EVERY = 30_000
SOON = 1_500
"""Milliseconds after a change that may have brought one; of many, one look."""
BACK, AHEAD = timedelta(days=3), timedelta(days=2)
"""Which reminders are listed."""
SHOWN_FOR = 10_000
"""Milliseconds the desktop shows a notification, where it lets us say."""


class ReminderWatch(QObject):
    """Looks every half minute, and after changes."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._tray: QSystemTrayIcon | None = None
        self._often = QTimer(self, interval=EVERY)
        self._often.timeout.connect(self.look)
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look)
        context.ready.connect(self._begin)
        context.feed.changed.connect(self._on_changed)
        if context.is_ready:
            # A window made anew, in another language.
            self._begin()

    def _begin(self) -> None:
        QTimer.singleShot(FIRST_AFTER, self, self.look)
        self._often.start()

    def _on_changed(self, change: Change) -> None:
        if change.concerns("incident", "visit"):
            self._soon.start()

    def look(self) -> None:
        """Tell what is due and was not told; while nobody is to read the screen, afterwards."""
        context = self._context
        if not context.is_ready or context.covered:
            return
        services = context.services
        standing = services.context.standing
        if standing.view_only or (standing.guarded and standing.role is None):
            return
        quiet = parse_quiet_hours(context.settings.quiet_hours)
        context.tasks.run(lambda: services.reminders.take(quiet), self._tell, owner=self)

    def _tell(self, found: Sequence[Reminder]) -> None:
        if not found:
            return
        text = reminders_title(words(), found)
        target = target_of(found[0]) if len(found) == 1 else None
        self._context.remind(
            text,
            _("Show"),
            (lambda: self._context.go(target)) if target is not None else self.show_list,
        )
        self._notify(text)

    def _notify(self, text: str) -> None:
        """Beside the note: whoever works in another program sees it, too."""
        if self._window.isActiveWindow() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.messageClicked.connect(self._raise)
            self._tray.activated.connect(lambda _reason: self._raise())
            self._tray.show()
        kind = QSystemTrayIcon.MessageIcon.Information
        self._tray.showMessage(_("Reminder"), text, kind, SHOWN_FOR)

    def _raise(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def show_list(self) -> None:
        """The reminders of these days, told or not."""
        context = self._context
        if not context.is_ready:
            return
        reminders, now = context.services.reminders, context.now()
        context.tasks.run(
            lambda: reminders.between(now - BACK, now + AHEAD),
            lambda found: ReminderDialog(self._window, context, found).open(),
            owner=self,
        )


class ReminderDialog(Dialog):
    """What one was reminded of, and what comes next."""

    def __init__(self, parent: QWidget, context: AppContext, found: Sequence[Reminder]) -> None:
        super().__init__(parent)
        bind_help(self)
        self.setWindowTitle(_("Reminders"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.model = RowTableModel(
            (
                TableColumn(title=_("When"), text=lambda one: words().moment(one.at), width=140),
                TableColumn(
                    title=_("Reminder"),
                    text=lambda one: reminder_text(words(), one),
                    width=420,
                    stretch=True,
                ),
            ),
            self,
        )
        self.model.set_rows(found)
        table = TableView(self.model, name="reminders", title=_("Reminders"))
        table.opened.connect(self._open)
        listed = StateStack(table)
        if not found:
            listed.show_empty(_("Nothing to be reminded of"), icon="circle-check")
        hint = label(
            _("Quiet hours and the person who works here are set in the settings."),
            "muted",
            wrap=True,
        )
        close = button(_("Close"), self.accept)
        foot = row(hint, close)
        foot.setStretch(0, 1)
        self.arrange(listed, foot)
        self.prefer(680, 420)

    def _open(self, one: Reminder) -> None:
        self.accept()
        self._context.go(target_of(one))


def target_of(reminder: Reminder) -> Navigate:
    """Where the record of a reminder is shown."""
    if reminder.kind is ReminderKind.VISIT_TOMORROW:
        return ShowVisit(reminder.about)
    return ShowIncident(reminder.about)
