"""The sample estate to try the program on: opened beside the real data, filled once, told above the
pages, and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QProcess, QProcessEnvironment, QTimer
from PySide6.QtWidgets import QFrame

from app import paths, trial
from app.gui.shell.page import AppContext
from app.gui.toolkit import problems
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row
from app.launching import window_command
from app.settings import MANAGER, Settings

if TYPE_CHECKING:
    from app.services import Services

PEOPLE = {MANAGER: "M01"}
"""Whom of the sample estate a newcomer plays, by role; anybody else is its first technician."""
GOES_WITHIN = 10_000
"""Milliseconds until the process that worked on a sample estate has ended."""


def open_trial(settings: Settings) -> None:
    """Start a process with the sample estate, in language and look of these settings.
    Raises `OSError`."""
    person = PEOPLE.get(settings.first_steps, "T01")
    start(trial.prepare(trial.dressed(replace(settings, database=""), technician=person)))


def start(environment: Mapping[str, str]) -> None:
    """Open a window that outlives this process.  Raises `OSError`."""
    program, *arguments = window_command()
    process = QProcess()
    process.setProgram(program)
    process.setArguments(arguments)
    known = QProcessEnvironment()
    for name, value in environment.items():
        known.insert(name, value)
    process.setProcessEnvironment(known)
    if not process.startDetached():
        raise OSError(f"{program}: {process.errorString()}")


def filled(services: Services) -> Services:
    """The services; a sample estate that is new has its terminals now."""
    if trial.here():
        from app.services.sample import estate

        if estate.is_empty(services):
            estate.fill(services, paths.resources() / "sample")
    return services


def remove_trial() -> None:
    """Remove the sample estate that lies here, once nobody works on it; else it stays."""
    lock = QLockFile(str(trial.folder() / paths.LOCK))
    if not trial.folder().is_dir() or not lock.tryLock(GOES_WITHIN):
        return
    lock.unlock()
    trial.remove()


class TrialBanner(QFrame):
    """Above the pages while they show the sample estate; hidden else."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("serverbanner")
        text = label(_("Sample data to try things on: nothing of it is real."), wrap=True)
        self.own = button(_("Throw the sample away and begin …"), self._begin)
        layout = row(text, self.own, spacing=8, margins=(16, 6, 16, 6))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.setVisible(trial.here())

    def _begin(self) -> None:
        """Close this window; a new one asks who works here."""
        sure = problems.confirm(
            self,
            _("Throw the sample data away?"),
            _("What you tried goes with it. POSCare then opens again with data of your own."),
            _("Throw away"),
        )
        if not sure:
            return
        try:
            start(trial.throw_away())
        except OSError as failure:
            problems.tell(self, _("That did not work"), str(failure))
            return
        # The question has to be gone first.
        QTimer.singleShot(0, self.window().close)
