"""A bug is said at once; its report is kept with what else helps, and without data of customers."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton

from app.gui.shell.application import _install_excepthook
from app.gui.shell.bug_report import REPORT, save_with_bundle
from app.gui.shell.main_window import MainWindow
from tests.gui.conftest import Settled


def test_a_bug_in_the_window_offers_a_support_bundle(
    window: MainWindow,
    settled: Settled,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    _install_excepthook(qapp)
    try:
        raise ZeroDivisionError("the merchant 13912345678")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    settled()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "ZeroDivisionError" in box.detailedText()
    assert "13912345678" not in box.detailedText()
    (keep,) = [one for one in box.findChildren(QPushButton) if one.text() == "保存给技术支持…"]
    keep.click()
    settled()
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QFileDialog)
    asked.reject()


def test_the_bundle_holds_the_report_and_the_state_of_the_database(
    window: MainWindow, settled: Settled, tmp_path: Path
) -> None:
    save_with_bundle(window, "what happened", tmp_path / "kept.zip")
    settled()
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        assert archive.read(REPORT).decode() == "what happened"
        assert b"check check.database: well" in archive.read("database.txt")


def test_without_a_window_the_report_can_be_copied(
    application: QApplication, monkeypatch: pytest.MonkeyPatch, settled: Callable[[], None]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    _install_excepthook(application)
    error = ZeroDivisionError()
    sys.excepthook(type(error), error, None)
    settled()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    copy = next(one for one in box.findChildren(QPushButton) if "复制" in one.text())
    copy.click()
    assert "ZeroDivisionError" in QApplication.clipboard().text()
