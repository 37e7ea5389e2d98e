"""Starts the window, opens the database in the background, and shuts down."""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from app import files, logs, paths, trial
from app import settings as settings_file
from app.domain.errors import AppError, Problem
from app.domain.missing_database import WINDOW, DatabaseMissing
from app.domain.office_zone import zone_named
from app.gui.shell.background_care import BackgroundCare
from app.gui.shell.bug_report import tell_bug
from app.gui.shell.claiming import claimed
from app.gui.shell.hub_worker import hub_of
from app.gui.shell.lock import Lock
from app.gui.shell.main_window import MainWindow
from app.gui.shell.missing_database import MissingDatabaseFlow
from app.gui.shell.navigate import DecideMissedDates, ShowSchedule
from app.gui.shell.opening import AWAY, OpeningFlow
from app.gui.shell.page import AppContext
from app.gui.shell.seat_letter import SeatLetter
from app.gui.shell.server_watch import ServerWatch
from app.gui.shell.sign_in import SignInFlow
from app.gui.shell.single_instance import SingleInstance
from app.gui.shell.trial_estate import filled, remove_trial
from app.gui.shell.unlocking import asked_to_unlock, offer_encryption
from app.gui.toolkit import desktop, language, problems, theme
from app.gui.toolkit.language import _, plural
from app.i18n import translator
from app.languages import LANGUAGES
from app.server_password import read_settings
from app.settings import MANAGER, Settings
from app.texts import problem_text, sentence

if TYPE_CHECKING:
    from app.gui.shell.first_frame import FirstFrame
    from app.services import Services
    from app.services.maintenance.generation import CatchUpReport

log = logging.getLogger(__name__)

CATCH_UP_AFTER = 2_500
"""Milliseconds: the first page comes first."""


def make_application(settings: Settings, arguments: list[str] | None = None) -> QApplication:
    """The Qt application in language and look of the settings; the one there is, if there is."""
    app = desktop.application(arguments or ())
    dress(app, settings)
    return app


def dress(app: QApplication, settings: Settings) -> None:
    """Apply language and theme."""
    language.use(translator(settings.language))
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    own_words = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if own_words.load(f"qtbase_{LANGUAGES[settings.language].catalogue}", folder):
        app.installTranslator(own_words)
    theme.apply(app, settings.theme)


class Program:
    """The running program: the application context, and a window that can be rebuilt."""

    def __init__(self, app: QApplication, settings: Settings, newcomer: str = "") -> None:
        self.app = app
        self._newcomer = newcomer
        self.context = AppContext(settings)
        self.context.settings_changed.connect(self._on_settings)
        # Once the first page is painted: visits up to the horizon, and what was missed while the
        # computer was off.
        self._catch_up_timer = QTimer(singleShot=True, interval=CATCH_UP_AFTER)
        self._catch_up_timer.timeout.connect(self._catch_up)
        self.context.ready.connect(self._catch_up_timer.start)
        self.care = BackgroundCare(self.context)
        self.window = MainWindow(self.context)
        self._server = ServerWatch(
            self.context, lambda: _build(self.context.settings), self._admit, self._take
        )
        SeatLetter(self.context)
        self.lock = Lock(self.context, lambda: self.window)
        self.context.person_changed.connect(self.rebuild)
        self.context.database_chosen.connect(self._change_database)

    def start(self) -> None:
        """Show the window, then open the database behind it."""
        self.window.appear()
        self._open()

    def _open(self) -> None:
        self.context.tasks.run(
            lambda: _build(self.context.settings, self._newcomer),
            self._admit,
            owner=self.context,
            failed=self._on_cannot_open,
        )

    def _change_database(self) -> None:
        """Open the database of the settings in place of the one that is open, which stays where it
        cannot be opened after all; whoever works here is the first person of an empty one."""
        now = self.context.services
        code = now.context.actor

        def work() -> Services:
            people = now.directory.technicians(everybody=True)
            name = next((one.name for one in people if one.code == code), code)
            return _build(self.context.settings, name)

        self.context.tasks.run(work, self._admit, owner=self.context)

    def _admit(self, services: Services) -> None:
        """Nothing is shown before whoever has to sign in did."""
        place = services.context
        if not place.standing.guarded or place.person is not None:
            self._take(services)
            offer_encryption(self.context, self._newcomer)
            return
        code = self.context.settings.technician
        asking = SignInFlow(self.context, services, self.window, code, leaves=True)
        asking.signed_in.connect(lambda: self._take(services))
        asking.given_up.connect(services.close)
        asking.given_up.connect(self.window.close)

    def _take(self, services: Services) -> None:
        """Work with these from now on; a window that showed others is made anew."""
        again = self.context.is_ready
        self.context.set_services(services)
        if again:
            self.rebuild()

    def come_forward(self) -> None:
        """Raise the window above others, out of the task bar when it is there."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _catch_up(self) -> None:
        context = self.context
        if not context.is_ready:
            return
        services = context.services
        if services.context.standing.refusal("generation.add_visits") is not None:
            return
        context.tasks.run(
            lambda: services.generation.catch_up(), self._caught_up, owner=context, lane="io"
        )

    def _caught_up(self, found: CatchUpReport) -> None:
        context = self.context
        if found.preview.clock:
            text = sentence(language.words(), found.preview.clock, {"day": context.now().date()})
            context.note(text, _("Look"), lambda: context.go(ShowSchedule()))
        elif found.missed:
            text = plural(
                "{count} maintenance task was missed more than once",
                "{count} maintenance tasks were missed more than once",
                found.missed,
            )
            context.note(text, _("Decide …"), lambda: context.go(DecideMissedDates()))

    def _on_cannot_open(self, error: AppError) -> None:
        log.error("cannot open: %s", error)
        if asked_to_unlock(error, self.context, self.window, self._open):
            return
        if isinstance(error, DatabaseMissing):
            self._lost = MissingDatabaseFlow(error, self.context, self.window, self._open)
            return
        pane, again = self.window.opening, self._open
        refused = functools.partial(OpeningFlow, error, self.context, pane, again)
        if error.code in AWAY:
            self._server.show_copy(refused)
        else:
            refused()

    def _on_settings(self, settings: Settings) -> None:
        """New settings: take them on and rebuild the window in the new language and look."""
        before, self.context.settings = self.context.settings, settings
        if self.context.is_ready:
            from app.bootstrap import letterhead

            folder, context = settings.backup_folder, self.context.services.context
            context.device = settings.device
            if context.person is None:
                context.actor = settings.technician
            self.context.services.backups.use_second_folder(Path(folder) if folder else None)
            context.letterhead, context.zone = letterhead(settings), zone_named(settings.zone)
            if hub_of(before) != hub_of(settings):
                self.context.hub.start(self.context.services, settings)
        if (before.language, before.theme) != (settings.language, settings.theme):
            self.rebuild()

    def rebuild(self) -> None:
        """A new window at the same place, showing the same page."""
        dress(self.app, self.context.settings)
        old = self.window
        old.keep_place()
        self.window = MainWindow(self.context)
        self.window.show()
        old.hide()
        old.deleteLater()

    def close(self) -> None:
        """Finish work, back up when something changed, close the database; nothing of the window is
        left meanwhile."""
        self.window.hide()
        self._catch_up_timer.stop()
        self.lock.stop()
        self.care.stop()
        self._server.stop()
        context = self.context
        try:
            if context.is_ready:
                self.care.end()
        except AppError as error:
            log.warning("no backup at quit: %s", error)
        finally:
            context.close()


def _build(settings: Settings, newcomer: str = "") -> Services:
    # Imported here, on the worker: the window is painted before SQL is even loaded.
    from app import bootstrap
    from app.domain.people.roles import Role
    from app.domain.register.people import TechnicianDraft

    services = filled(bootstrap.build(settings, name=WINDOW))
    guarded = services.people.sign_in_needed()
    known = {person.code for person in services.directory.technicians(everybody=True)}
    if newcomer and settings.technician not in known and not guarded:
        # The first one of all has to be able to let the others in.
        role = Role.TECHNICIAN if known else Role.ADMINISTRATOR
        field = settings.first_steps != MANAGER
        draft = TechnicianDraft(code=settings.technician, name=newcomer, role=role, fieldwork=field)
        services.directory.save_technician(draft)
    return services


BUG = 70
CANNOT_START = 5
"""Exit codes, as those of the command line."""


def run_window(language: str = "", frame: FirstFrame | None = None) -> int:
    """The program with its window, which takes the place of `frame`, in this language instead of
    that of the settings if one is given; returns the exit code.

    Whatever keeps the window from opening is said in a box that waits to be read, and on standard
    error, and gives an exit code other than 0.
    """
    with contextlib.ExitStack() as opened:
        try:
            opened.enter_context(logs.writing(paths.logs()))
            with files.refusals_told():
                return _start(language, frame)
        except AppError as error:
            log.error("cannot start: %s", error)
            _report_start_failure(_("POSCare cannot start"), problems.message(error))
            return CANNOT_START
        except Exception as error:
            log.critical("bug at start", exc_info=True)
            text = problems.report(error)
            _report_start_failure(
                _("POSCare cannot start"),
                _("What was saved is safe. Please send the report to those who maintain POSCare."),
                text,
            )
            return BUG


def _report_start_failure(title: str, text: str, report: str = "") -> None:
    # A window program of Windows has no standard error.
    if sys.stderr is not None:
        sys.stderr.write("\n".join(filter(None, (title, text, report))) + "\n")
    if QApplication.instance() is None:
        QApplication(sys.argv)
    problems.insist(title, text, report)


def _start(wanted: str, frame: FirstFrame | None) -> int:
    try:
        found = read_settings()
    except AppError:
        make_application(Settings())
        raise
    if wanted:
        found = replace(found, settings=replace(found.settings, language=wanted))
    app = make_application(found.settings)
    _install_excepthook(app)
    guard = SingleInstance()
    if not claimed(guard):
        return 0
    if trial.is_thrown():
        remove_trial()
    (settings, said), newcomer = _with_letter(found), ""
    if not settings.ready:
        from app.gui.shell.first_run import FirstRunDialog

        dialog = FirstRunDialog(settings, notice=said)
        if not dialog.exec():
            guard.release()
            return 0
        settings, newcomer, said = dialog.settings, dialog.name, ""
        dress(app, settings)
        remove_trial()
    program = Program(app, settings, newcomer)
    if frame is not None:
        frame.give_way(program.window)
    return _run(app, program, guard, said)


def _with_letter(found: settings_file.SettingsReading) -> tuple[Settings, str]:
    """The settings with a letter that continues the numbers in the database, and what is to be
    said about them."""
    settings, said = found.settings, list(found.problems)
    if not found.device_known:
        from app.services.core.data_place import letter_in_use

        letter = letter_in_use(settings.database or str(paths.database_file()))
        if letter:
            settings = replace(settings, device=letter)
            said.append(Problem("device", "settings.letter_found", {"letter": letter}))
    return settings, "\n".join(problem_text(language.words(), problem) for problem in said)


def _run(app: QApplication, program: Program, guard: SingleInstance, said: str) -> int:
    guard.on_second_start(program.come_forward)
    program.context.ready.connect(program.context.tasks.settle_down)
    program.start()
    if said:
        problems.tell(program.window, _("About the settings"), said)
    try:
        return int(app.exec())
    finally:
        program.close()
        guard.release()


def _install_excepthook(app: QApplication) -> None:
    def caught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app.quit()
            return
        log.critical("bug", exc_info=(kind, error, trace))
        shown = (one for one in app.topLevelWidgets() if isinstance(one, MainWindow))
        tell_bug(next((one for one in shown if one.isVisible()), None), error)

    sys.excepthook = caught
