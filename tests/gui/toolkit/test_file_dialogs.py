"""Dialogs that ask for a file begin with what is known of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QSettings, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFileSystemModel,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.toolkit.files import ask_files, ask_folder, ask_new_file


def test_the_name_is_filled_in_when_the_dialog_opens(
    application: QApplication, tmp_path: Path
) -> None:
    name = "终端维修服务单 L7-000038 银杏店.pdf"
    for folder in (tmp_path, tmp_path / "gone"):
        QSettings().setValue("files/folder", str(folder))
        parent = QWidget()
        chosen: list[Path] = []
        dialog = ask_new_file(parent, "另存为", "PDF (*.pdf)", name, chosen.append)
        assert dialog.isVisible()
        entry = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(entry, QLineEdit)
        assert Path(entry.text()).name == name
        assert [Path(one).name for one in dialog.selectedFiles()] == [name]
        assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        if folder.exists():
            dialog.accept()
            assert chosen == [tmp_path / name]
        dialog.close()
        parent.deleteLater()


def test_a_name_that_is_a_card_number_is_refused_before_anything_is_written(
    application: QApplication, tmp_path: Path
) -> None:
    parent = QWidget()
    chosen: list[Path] = []
    dialog = ask_new_file(parent, "另存为", "PDF (*.pdf)", "a.pdf", chosen.append)
    dialog.fileSelected.emit(str(tmp_path / "6212345678901232001.pdf"))
    [told] = [one for one in parent.findChildren(QMessageBox) if one.isVisible()]
    assert "6212345678901232001" not in told.text() + told.informativeText()
    assert chosen == []
    told.close()
    dialog.close()
    parent.deleteLater()


@pytest.mark.parametrize("there", ["Documents", "Desktop", ""])
def test_the_first_file_is_saved_where_the_person_keeps_theirs(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    """And not where the program was started: a folder for documents may not be there."""
    home, started = tmp_path / "home", tmp_path / "started"
    (home / there).mkdir(parents=True)
    started.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(started)
    QSettings().remove("files/folder")
    parent = QWidget()
    chosen: list[Path] = []
    dialog = ask_new_file(parent, "另存为", "PDF (*.pdf)", "a.pdf", chosen.append)
    assert Path(dialog.directory().absolutePath()) == home / there
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(tmp_path / "a.pdf"))
    dialog.accept()
    assert chosen == [tmp_path / "a.pdf"]
    again = ask_new_file(parent, "另存为", "PDF (*.pdf)", "a.pdf", chosen.append)
    assert Path(again.directory().absolutePath()) == tmp_path, "remembered"
    again.close()
    parent.deleteLater()


_OWN_WORDS = re.compile(r"[A-Za-z]{3,}")
_KEPT = re.compile("PDF|CSV|&[A-Z]")


def said_in(dialog: QFileDialog, folder: QModelIndex) -> list[str]:
    """Every word of the dialog but names: labels, buttons, tips, titles, kinds of what is there."""
    [model] = dialog.findChildren(QFileSystemModel)
    return [
        *(one.text() for one in dialog.findChildren(QLabel)),
        *(one.text() for one in dialog.findChildren(QPushButton)),
        *(one.toolTip() for one in dialog.findChildren(QWidget)),
        *(str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(4)),
        *(str(model.index(row, 2, folder).data()) for row in range(model.rowCount(folder))),
        str(model.index(0, 2, QModelIndex()).data()),
    ]


def test_every_word_of_a_dialog_for_files_is_of_the_window_s_language(
    application: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "夹").mkdir()
    (tmp_path / "表.csv").touch()
    (tmp_path / "无后缀").touch()
    QSettings().setValue("files/folder", str(tmp_path))
    parent = QWidget()
    for dialog in (
        ask_new_file(parent, "另存为", "单据 (*.pdf *.csv *)", "报告.pdf", print),
        ask_files(parent, "选择", "全部 (*)", print),
        ask_folder(parent, "选择", print),
    ):
        [model] = dialog.findChildren(QFileSystemModel)
        top = model.index(str(tmp_path))
        least = 1 if dialog.fileMode() is QFileDialog.FileMode.Directory else 3
        qtbot.waitUntil(lambda model=model, top=top, least=least: model.rowCount(top) >= least)

        def left(dialog: QFileDialog = dialog, top: QModelIndex = top) -> set[str]:
            return {one for one in said_in(dialog, top) if _OWN_WORDS.search(_KEPT.sub("", one))}

        # What was read before the dialog knew our names for it is named again once it is loaded.
        qtbot.waitUntil(lambda left=left: not left())
        dialog.close()
    parent.deleteLater()
