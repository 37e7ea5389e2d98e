"""Asks for a file without stopping the event loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileInfo, QSettings, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QCompleter,
    QFileDialog,
    QFileIconProvider,
    QFileSystemModel,
    QWidget,
)

from app import chosen_files
from app.domain.errors import InvalidInput
from app.gui.toolkit import problems, theme
from app.gui.toolkit.language import _

Chosen = Callable[[Path], object]
_OWN = (
    QStandardPaths.StandardLocation.DocumentsLocation,
    QStandardPaths.StandardLocation.DesktopLocation,
    QStandardPaths.StandardLocation.HomeLocation,
)


def ask_file(parent: QWidget, title: str, filters: str, chosen: Chosen) -> QFileDialog:
    """Let an existing file be chosen."""
    return _opened(_ask(parent, title, filters, chosen, QFileDialog.FileMode.ExistingFile))


def ask_files(
    parent: QWidget, title: str, filters: str, chosen: Callable[[list[Path]], object]
) -> QFileDialog:
    """Let existing files be chosen."""
    dialog = _ask(parent, title, filters, _nothing, QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    return _opened(dialog)


def ask_folder(parent: QWidget, title: str, chosen: Chosen) -> QFileDialog:
    """Let a folder be chosen."""
    return _opened(_ask(parent, title, "", chosen, QFileDialog.FileMode.Directory))


def ask_new_file(
    parent: QWidget, title: str, filters: str, name: str, chosen: Chosen
) -> QFileDialog:
    """Ask where to write; an existing file is confirmed by the system's own dialog."""

    def checked(path: Path) -> None:
        try:
            chosen_files.check(path)
        except InvalidInput as refusal:
            problems.show(parent, refusal)
        else:
            chosen(path)

    dialog = _ask(parent, title, filters, checked, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    # The whole path, and before it opens: a dialog of the system is told nothing afterwards.
    dialog.selectFile(dialog.directory().absoluteFilePath(name))
    return _opened(dialog)


def _ask(
    parent: QWidget, title: str, filters: str, chosen: Chosen, mode: QFileDialog.FileMode
) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    # Qt's own Chinese lacks these; a dialog of the system does not use them.
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, _("Look in:"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, _("Files of type:"))
    for completer in dialog.findChildren(QCompleter):
        if (names := completer.popup()) is not None:
            theme.style_window(names)
    if filters:
        dialog.setNameFilters(filters.split(";;"))
    dialog.setIconProvider(_KINDS)
    for model in dialog.findChildren(QFileSystemModel):
        # What the dialog began to read as it was made may come back named by Qt.
        model.directoryLoaded.connect(
            lambda _folder: dialog.setIconProvider(_KINDS),
            Qt.ConnectionType.SingleShotConnection,
        )
    dialog.setDirectory(str(folder_to_begin_in()))

    def take(name: str) -> None:
        path = Path(name)
        QSettings().setValue("files/folder", str(path.parent))
        chosen(path)

    dialog.fileSelected.connect(take)
    return dialog


def folder_to_begin_in() -> Path:
    """The folder of last time, which may have been on a stick; else the person's own for documents,
    their desktop or home: whichever there is.  Never the folder the program was started in."""
    kept = str(QSettings().value("files/folder", ""))
    own = (QStandardPaths.writableLocation(place) for place in _OWN)
    return next((Path(one) for one in (kept, *own) if one and Path(one).is_dir()), Path.home())


class _Kinds(QFileIconProvider):
    """Names kinds of files in the window's language: Qt's own Chinese lacks them."""

    def type(self, info: QFileInfo) -> str:
        if info.isRoot():
            return _("Drive")
        if info.isDir():
            return _("Folder")
        if not info.suffix():
            return _("File")
        return _("{suffix} file", suffix=info.suffix().upper())


_KINDS = _Kinds()


def _opened(dialog: QFileDialog) -> QFileDialog:
    dialog.open()
    return dialog


def _nothing(_path: Path) -> None:
    """Several files are handed over together."""
