"""A window and a dialog on a screen of 1366×768 at a real scale, with a database to make.

A process of its own, because Qt takes scale and screen before it starts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app import bootstrap
from app.gui.actions import UserAction
from app.gui.shell.application import make_application
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.settings import Settings
from tests.gui.fitting import primary_hidden, wrong


def main(database: str) -> None:
    """Print what is wrong, a line each; nothing where all fits."""
    settings = Settings(language="zh", technician="T01", device="L7", database=database)
    services = bootstrap.build(settings)
    make_application(settings, ["poscare"])
    context = AppContext(settings)
    window = MainWindow(context)
    context.set_services(services)
    window.appear()
    settle(context)
    seen = window.screen().availableGeometry()
    print(f"screen {seen.width()}×{seen.height()} at {window.devicePixelRatioF():g}")
    found = [*wrong(window), *primary_hidden(window)]
    if not seen.contains(window.geometry()):
        found.append(f"window {window.geometry()} on {seen}")
    window.finder.perform(UserAction.NEW_INCIDENT)
    for _look in range(40):
        settle(context, calm=60)
        if isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            break
    loop = QEventLoop()
    QTimer.singleShot(100, loop.quit)
    loop.exec()
    assert isinstance(dialog, QDialog)
    found += [*wrong(dialog), *primary_hidden(dialog)]
    if not seen.contains(dialog.geometry()):
        found.append(f"dialog {dialog.geometry()} on {seen}")
    print("\n".join(found), end="")
    dialog.close()
    window.close()
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
