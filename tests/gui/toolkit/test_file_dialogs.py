"""Dialogs that ask for a file begin with what is known of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from app.gui.toolkit.files import ask_new_file


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
