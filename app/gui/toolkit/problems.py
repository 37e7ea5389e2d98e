"""Messages about errors: a sentence for an `AppError`, a report for a bug.

An `AppError` is shown as words; a bug opens a dialog with a report that can be copied.  All text
is plain text: nothing a user typed is ever taken for markup.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSysInfo, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app import __version__
from app.domain.documents import FaultyFile
from app.domain.errors import AppError
from app.gui.toolkit import theme
from app.gui.toolkit.language import _, words
from app.logs import told_with_places
from app.texts import error_text
from app.texts.storage import faulty_lines


def message(error: AppError) -> str:
    """The error in the window's language."""
    return error_text(words(), error)


def show(parent: QWidget | None, error: AppError, title: str = "") -> None:
    """A dialog for an error that belongs to no field."""
    tell(parent, title or _("That did not work"), message(error))


def tell(parent: QWidget | None, title: str, text: str, *, well: bool = False) -> None:
    """A message that does not block; a warning unless all is `well`."""
    picture = QMessageBox.Icon.Information if well else QMessageBox.Icon.Warning
    box = _box(parent, picture, title, text)
    box.addButton(_("Close"), QMessageBox.ButtonRole.AcceptRole)
    _open(box)


def insist(title: str, text: str, report: str = "") -> None:
    """Say why the program cannot start, and wait until it was read."""
    box = _box(None, QMessageBox.Icon.Critical, title, text)
    box.setDetailedText(report)
    box.addButton(_("Close"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()


_held: set[QMessageBox] = set()
"""Boxes without a parent: Python would delete them while they are on the screen."""


def _open(box: QMessageBox) -> None:
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if box.parent() is None:
        _held.add(box)
        box.finished.connect(lambda: _held.discard(box))
    box.open()


def confirm(parent: QWidget, question: str, detail: str, action: str) -> bool:
    """Ask before what cannot be undone; the safe answer is the default."""
    box = _box(parent, QMessageBox.Icon.Question, question, detail)
    go = box.addButton(action, QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    confirmed = box.clickedButton() is go
    box.deleteLater()
    return confirmed


MOST_NAMED = 10
"""Photos named one by one in a window; of more the rest is counted."""


def warn_of_files(parent: QWidget | None, faulty: Sequence[FaultyFile]) -> None:
    """Name the photos and files that a backup could not take whole or a restore not bring back."""
    heading, _break, names = faulty_lines(words(), faulty, most=MOST_NAMED).partition("\n")
    tell(parent, heading, names)


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: str, detail: str) -> QMessageBox:
    box = QMessageBox(parent)
    theme.style_window(box)
    box.setWindowTitle("POSCare")
    box.setIcon(icon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(detail)
    return box


def report(error: BaseException) -> str:
    """The report of a bug: versions and traceback, no data."""
    lines = [
        f"POSCare {__version__} · Python {platform.python_version()} · Qt {qVersion()}",
        QSysInfo.prettyProductName(),
        "",
        told_with_places(error),
    ]
    return "\n".join(lines)


def show_bug(parent: QWidget | None, text: str, save: Callable[[], object] | None = None) -> None:
    """Say that the program has a bug, and offer the report: to be copied, or by `save` to be kept
    in a file with what else helps to find the fault."""
    box = _box(
        parent,
        QMessageBox.Icon.Critical,
        _("POSCare made a mistake"),
        _("What was saved is safe. Please send the report to those who maintain POSCare."),
    )
    box.setDetailedText(text)
    copy = box.addButton(_("Copy report"), QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    if save is not None:
        keep = box.addButton(_("Save for support …"), QMessageBox.ButtonRole.ActionRole)
        keep.clicked.connect(save)
    box.addButton(_("Continue"), QMessageBox.ButtonRole.AcceptRole)
    _open(box)
