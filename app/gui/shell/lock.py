"""Locks the window after a while without input, or at the key for it: everything is covered until
the person gives PIN or password.  What is open stays open below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.errors import AppError
from app.gui.shell.page import AppContext
from app.gui.shell.sign_in import SignInFlow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label
from app.gui.toolkit.working_dialog import WorkingDialog, WorkManner

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


_APPEARING = frozenset({QEvent.Type.Show, QEvent.Type.ZOrderChange})


class Lock(QObject):
    """Watches for input and covers the window.  Does nothing while nobody has a password."""

    def __init__(self, context: AppContext, window: Callable[[], QWidget]) -> None:
        super().__init__(context)
        self._context, self._window = context, window
        self._covers: list[QWidget] = []
        self._dialog: LockDialog | None = None
        self._last_input, self._allowed = context.now(), timedelta()
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)
        context.lock_wanted.connect(self.lock)
        context.ready.connect(self.watch)
        context.person_changed.connect(self.watch)
        context.settings_changed.connect(lambda _settings: self.watch())

    @property
    def locked(self) -> bool:
        """Whether the window is covered."""
        return self._dialog is not None

    def watch(self) -> None:
        """Look for input from now on, when there is a password and a time was set."""
        self.stop()
        app, minutes = QApplication.instance(), self._context.settings.lock_minutes
        assert app is not None
        self._allowed, self._last_input = timedelta(minutes=minutes), self._context.now()
        if self._guarded() and minutes:
            # Only then: every event of the program passes here.
            app.installEventFilter(self)
            self._idle.start(minutes * 60_000)

    def stop(self) -> None:
        """Look no longer: the program is leaving."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._idle.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._dialog is None:
            return event.type() in _INPUT and self._is_late()
        if event.type() in _APPEARING and isinstance(watched, QWidget):
            if watched.isWindow():
                self._cover(watched)
            for cover in self._standing_covers():
                if watched not in self._covers and cover.parentWidget() is watched.parentWidget():
                    # A message that comes meanwhile is not to be read either.
                    cover.raise_()
        return False

    def _is_late(self) -> bool:
        """Whether input comes too late: a computer that slept did not count the time."""
        now = self._context.now()
        if now - self._last_input >= self._allowed:
            self.lock()
            return True
        self._last_input = now
        self._idle.start()
        return False

    def _guarded(self) -> bool:
        return self._context.is_ready and self._context.services.context.standing.guarded

    # --- locking -------------------------------------------------------------------------------

    def lock(self) -> None:
        """Cover everything."""
        if self._dialog is not None or not self._context.is_ready:
            return
        person = self._context.services.context.person
        if not self._guarded() or person is None:
            self._context.note(
                _("Nobody has a password yet. Set one in Settings, under People, to lock.")
            )
            return
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._dialog = LockDialog(self._window(), f"{person.code} · {person.name}")
        self._dialog.submitted.connect(self._unlock)
        self._dialog.other_wanted.clicked.connect(self._switch)
        for shown in QApplication.topLevelWidgets():
            self._cover(shown)
        app.installEventFilter(self)
        self._context.covered = True
        self._dialog.open()

    def _cover(self, shown: QWidget) -> None:
        own = shown is self._dialog or shown.property(_ABOVE) or not shown.isVisible()
        if own or shown.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup):
            return
        if any(cover.parentWidget() is shown for cover in self._standing_covers()):
            return
        cover = QWidget(shown)
        cover.setObjectName("page")
        cover.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        cover.setAutoFillBackground(True)
        cover.setGeometry(shown.rect())
        cover.raise_()
        cover.show()
        _Follower(shown, cover)
        self._covers.append(cover)

    def _standing_covers(self) -> list[QWidget]:
        """Covers go with the window they cover, which work that ends may close."""
        self._covers = [cover for cover in self._covers if shiboken6.isValid(cover)]
        return self._covers

    def _unlock(self, secret: str) -> None:
        dialog, people = self._dialog, self._context.services.people
        assert dialog is not None
        dialog.carry_out(
            self._context,
            lambda: people.unlock(secret),
            lambda _none: self._open(),
            failed=dialog.show_problem_and_clear,
            manner=WorkManner(_("Unlocking …")),
        )

    def _open(self) -> None:
        dialog, self._dialog = self._dialog, None
        for cover in self._standing_covers():
            cover.hide()
            cover.deleteLater()
        self._covers = []
        self._context.covered = False
        if dialog is not None:
            dialog.accept()
        self.watch()

    # --- somebody else -------------------------------------------------------------------------

    def _switch(self) -> None:
        """Let somebody else sign in; what is half filled is kept, and offered again."""
        assert self._dialog is not None
        flow = SignInFlow(self._context, self._context.services, self._dialog)
        for dialog in self._dialog.findChildren(QDialog):
            dialog.setProperty(_ABOVE, True)
        flow.signed_in.connect(self._hand_over)

    def _hand_over(self) -> None:
        for dialog in self._window().findChildren(WorkingDialog):
            if dialog is not self._dialog and dialog.isVisible() and not dialog.working:
                dialog.reject()
        self._open()
        self._context.person_changed.emit()


_ABOVE = "stands above the lock"


class _Follower(QObject):
    """Keeps a cover as large as what it covers."""

    def __init__(self, shown: QWidget, cover: QWidget) -> None:
        super().__init__(cover)
        self._cover = cover
        shown.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._cover.setGeometry(watched.rect())
        return False


class LockDialog(DraftDialog):
    """Stands above everything until the secret is right.  The draft is the secret."""

    def __init__(self, window: QWidget, who: str) -> None:
        super().__init__(
            _("Locked"),
            [Field(name="password", label=_("PIN or password"), kind="secret", required=True)],
            lambda values: values["password"],
            action=_("Unlock"),
            parent=window,
        )
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        self.hide_cancel()
        self.insert(label(who, "section"))
        self.other_wanted = button(_("Somebody else signs in …"), role="link")
        leave = button(_("Quit"), QApplication.quit, role="link")
        self.foot.insertWidget(0, self.other_wanted)
        self.foot.insertWidget(1, leave)

    def show_problem_and_clear(self, error: AppError) -> None:
        """Say why it stays locked; the secret is typed anew."""
        self.form.fill({"password": ""})
        self.show_problem(error)

    def reject(self) -> None:
        """Escape opens nothing."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
