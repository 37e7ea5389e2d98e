"""Starts the window: paint first, then open the database in the background; leave in good order."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLockFile,
    QSettings,
    QTimer,
    QTranslator,
)
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from app import __version__, logs, paths
from app import settings as settings_file
from app.domain.errors import AppError
from app.domain.remains import WINDOW, DatabaseMissing
from app.gui import language, problems, theme
from app.gui.desk import Desk
from app.gui.language import _, plural
from app.gui.lost import LostDatabase
from app.gui.main_window import MainWindow
from app.i18n import CATALOGUES, translator
from app.settings import Settings
from app.texts import sentence

if TYPE_CHECKING:
    from app.services import Services
    from app.services.generation import CatchUpReport

log = logging.getLogger(__name__)

CATCH_UP_AFTER = 2_500
"""Milliseconds: the first page comes first."""


def make_application(settings: Settings, arguments: list[str] | None = None) -> QApplication:
    """The Qt application in language and look of the settings; the one there is, if there is."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(arguments if arguments is not None else sys.argv)
    QCoreApplication.setOrganizationName("POSCare")
    QCoreApplication.setApplicationName("POSCare")
    QCoreApplication.setApplicationVersion(__version__)
    # Window places lie with the data, so that a moved data folder is a world of its own.
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(paths.home() / "window")
    )
    dress(app, settings)
    return app


def dress(app: QApplication, settings: Settings) -> None:
    """Put on the language and the look."""
    language.use(translator(settings.language))
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    own_words = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if own_words.load(f"qtbase_{CATALOGUES[settings.language]}", folder):
        app.installTranslator(own_words)
    theme.apply(app, settings.theme)


class Program:
    """The running program: one desk, and a window that can be rebuilt."""

    def __init__(self, app: QApplication, settings: Settings, newcomer: str = "") -> None:
        self.app = app
        self._newcomer = newcomer
        self.desk = Desk(settings)
        self.desk.settings_changed.connect(self._on_settings)
        # Once the first page is painted: visits up to the horizon, and what was missed while the
        # computer was off.
        self._catch_up_timer = QTimer(singleShot=True, interval=CATCH_UP_AFTER)
        self._catch_up_timer.timeout.connect(self._catch_up)
        self.desk.ready.connect(self._catch_up_timer.start)
        self.window = MainWindow(self.desk)

    def start(self) -> None:
        """Show the window, then open the database behind it."""
        self.window.appear()
        self._open()

    def _open(self) -> None:
        self.desk.tasks.run(
            lambda: _build(self.desk.settings, self._newcomer),
            self.desk.set_services,
            owner=self.desk,
            failed=self._on_cannot_open,
        )

    def come_forward(self) -> None:
        """Raise the window above others."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _catch_up(self) -> None:
        desk = self.desk
        if not desk.is_ready:
            return
        services = desk.services
        desk.tasks.run(
            lambda: services.upkeep.generation.catch_up(), self._caught_up, owner=desk, lane="io"
        )

    def _caught_up(self, found: CatchUpReport) -> None:
        desk = self.desk
        if found.preview.clock:
            text = sentence(language.words(), found.preview.clock, {"day": desk.now().date()})
            desk.note(text, _("Look"), lambda: desk.go.emit("maintenance", {}))
        elif found.backlogs:
            text = plural(
                "{count} maintenance task was missed more than once",
                "{count} maintenance tasks were missed more than once", len(found.backlogs),
            )  # fmt: skip
            desk.note(text, _("Decide …"),
                      lambda: desk.go.emit("maintenance", {"catch_up": True}))  # fmt: skip

    def _on_cannot_open(self, error: AppError) -> None:
        log.error("cannot open: %s", error)
        if isinstance(error, DatabaseMissing):
            self._lost = LostDatabase(error, self.desk, self.window, self._open)
            return
        problems.show(self.window, error)

    def _on_settings(self, settings: Settings) -> None:
        """New settings: take them on and rebuild the window in the new language and look."""
        before, self.desk.settings = self.desk.settings, settings
        if self.desk.is_ready:
            from app.bootstrap import letterhead

            workplace = self.desk.services.workplace
            workplace.actor, workplace.device = settings.technician, settings.device
            second = Path(settings.backup_folder) if settings.backup_folder else None
            self.desk.services.care.use_second_folder(second)
            workplace.letterhead = letterhead(settings)
        if (before.language, before.theme) != (settings.language, settings.theme):
            self.rebuild()

    def rebuild(self) -> None:
        """A new window at the same place, showing the same page."""
        dress(self.app, self.desk.settings)
        old = self.window
        old.keep_place()
        self.window = MainWindow(self.desk)
        self.window.show()
        old.hide()
        old.deleteLater()

    def close(self) -> None:
        """Leave in good order: finish work, a backup when something changed, close."""
        self._catch_up_timer.stop()
        desk = self.desk
        if desk.is_ready:
            care = desk.services.care
            try:
                care.back_up_if_due()
            except AppError as error:
                log.warning("no backup at quit: %s", error)
        desk.close()


def _build(settings: Settings, newcomer: str) -> Services:
    # Imported here, on the worker: the window is painted before SQL is even loaded.
    from app import bootstrap
    from app.domain.people import TechnicianDraft

    services = bootstrap.build(settings, name=WINDOW)
    known = {person.code for person in services.directory.technicians(everybody=True)}
    if newcomer and settings.technician not in known:
        services.directory.save_technician(TechnicianDraft(settings.technician, newcomer))
    return services


def run_window() -> int:
    """The program with its window; returns the exit code."""
    with logs.writing(paths.logs()):
        return _start()


def _start() -> int:
    try:
        settings = settings_file.load(paths.settings_file())
    except AppError as error:
        app = make_application(Settings())
        problems.show(None, error)
        return int(app.exec()) or 2
    app = make_application(settings)
    guard = Guard()
    if not guard.is_first():
        return 0
    newcomer = ""
    if not settings.ready:
        from app.gui.dialogs.first_run import FirstRunDialog

        dialog = FirstRunDialog(settings)
        if not dialog.exec():
            return 0
        settings, newcomer = dialog.settings, dialog.name
        dress(app, settings)
    return _run(app, Program(app, settings, newcomer), guard)


def _run(app: QApplication, program: Program, guard: Guard) -> int:
    _install_last_door(program)
    guard.on_second_start(program.come_forward)
    program.desk.ready.connect(program.desk.tasks.settle_down)
    program.start()
    code = app.exec()
    program.close()
    return int(code)


def _install_last_door(program: Program) -> None:
    def caught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            program.app.quit()
            return
        log.critical("bug", exc_info=(kind, error, trace))
        problems.show_bug(program.window, problems.report(kind, error, trace))

    sys.excepthook = caught


class Guard:
    """One program per data folder: a second start raises the first window instead."""

    def __init__(self) -> None:
        paths.home().mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(paths.home() / "poscare.lock"))
        # A lock left by a crash is taken over at once; a live process keeps it however long.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Whether nobody else works here; otherwise the other window was raised."""
        if self._lock.tryLock(0):
            return True
        socket = QLocalSocket()
        socket.connectToServer(self._socket_name())
        socket.waitForConnected(1_000)
        return False

    def on_second_start(self, raise_window: Callable[[], None]) -> None:
        """Call this when somebody starts the program again."""
        QLocalServer.removeServer(self._socket_name())
        self._server = QLocalServer()
        self._server.newConnection.connect(raise_window)
        self._server.listen(self._socket_name())

    def _socket_name(self) -> str:
        return "poscare-" + paths.home().as_posix().replace("/", "_").replace(":", "")
