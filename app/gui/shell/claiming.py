"""Asks for the data folder, and asks the person when another process holds it and says nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from app import paths
from app.domain.errors import Unavailable
from app.gui.shell.single_instance import SingleInstance
from app.gui.toolkit import problems, theme
from app.gui.toolkit.language import _


def claimed(guard: SingleInstance) -> bool:
    """Whether this process may open its window.  Otherwise that of the holder is in front now, or
    the person gave up.  Raises `Unavailable`."""
    while not guard.claim():
        if guard.ask():
            return False
        if guard.claim_from_dead():
            return True
        wanted = _ask_who_goes_on(guard)
        if wanted == "over":
            try:
                if guard.take_over():
                    return True
            except Unavailable as error:
                problems.insist(_("That did not work"), problems.message(error))
        elif wanted != "again":
            return False
    return True


def _ask_who_goes_on(guard: SingleInstance) -> str:
    """Say who holds the data and answers nothing: ``again``, ``over`` or, to give up, empty.  An
    answer that comes after all closes the question."""
    holder = guard.holder()
    box = QMessageBox(QMessageBox.Icon.Warning, "POSCare", _("POSCare is open already"))
    theme.style_window(box)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(
        _(
            "Process {process} ({program}) on the computer {host} holds the data in {path} and does"
            " not answer. Close that window, or end the process, and try again. Take over only if"
            " you are sure that nobody works with it.",
            process=holder.process or "?",
            program=holder.program or "?",
            host=holder.host or "?",
            path=paths.home(),
        )
    )
    again = box.addButton(_("Try again"), QMessageBox.ButtonRole.AcceptRole)
    over = box.addButton(_("Take the data over"), QMessageBox.ButtonRole.DestructiveRole)
    stop = box.addButton(_("Quit"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(again)
    box.setEscapeButton(stop)
    if guard.waiting is not None:
        guard.waiting.readyRead.connect(box.reject)
    box.exec()
    pressed = box.clickedButton()
    return "again" if pressed is again else "over" if pressed is over else ""
