"""Importing in the window: seen before written, corrected by hand, all of it or what is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from app.gui.pages.terminals.import_dialog import ImportDialog
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import MainWindow
from app.paths import resources
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.factories import make_terminal
from tests.gui.conftest import Settled

SAMPLE = resources() / "sample" / "terminals.csv"


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> TerminalsPage:
    found = window.show_page("terminals")
    assert isinstance(found, TerminalsPage)
    settled()
    return found


def count(services: Services) -> int:
    return services.terminals.listing(TerminalFilter()).count


def counts(dialog: ImportDialog) -> tuple[int, int | None, int, int, int]:
    shown = dialog.preview.shown
    assert shown is not None
    return shown.added, shown.updated, shown.unchanged, shown.blank, shown.refused


def go(dialog: ImportDialog) -> QPushButton:
    return dialog._go


def test_the_sample_goes_in_but_nothing_before_it_is_told_to(
    page: TerminalsPage, settled: Settled, services: Services
) -> None:
    dialog = page.importing.terminals()
    dialog.take_file(SAMPLE)
    settled()
    assert counts(dialog) == (2000, 0, 0, 9, 18)
    assert count(services) == 0, "looking writes nothing"
    assert not go(dialog).isEnabled(), "all or nothing is the choice one starts with"
    table = dialog.preview.table.model()
    assert table.rowCount() == 18
    assert [table.index(0, n).data() for n in range(4)] == ["104", "错误", "序列号", "缺少序列号。"]
    dialog._skip.setChecked(True)
    assert go(dialog).isEnabled()
    go(dialog).click()
    settled()
    assert count(services) == 2000
    assert "已导入 2000 台终端" in dialog._done._text.text()
    assert "跳过 18 行" in dialog._done._details.text()
    assert page.table.model().rowCount() == 2000, "the list behind shows them"
    dialog.close()


def test_a_file_is_dropped_and_its_columns_are_corrected_by_hand(
    page: TerminalsPage, settled: Settled, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("设备,厂商,机器\nSN000001,新大陆,N910\n", encoding="utf-8")
    dialog = page.importing.terminals()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    dialog.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    settled()
    boxes = dialog.preview._boxes
    wrong = [name for name, box in boxes.items() if box.property("wrong") == "true"]
    assert wrong == ["serial", "model"]
    assert not go(dialog).isEnabled()
    for name, header in (("serial", "设备"), ("model", "机器")):
        boxes[name].setCurrentIndex(boxes[name].findText(header))
        boxes[name].activated.emit(boxes[name].currentIndex())
    settled_after_pause(settled, dialog)
    assert counts(dialog) == (1, 0, 0, 0, 0)
    go(dialog).click()
    settled()
    assert services.terminals.by_serial("SN000001").model == "N910"
    dialog.close()


def settled_after_pause(settled: Settled, dialog: ImportDialog) -> None:
    """Corrections are looked at together, a moment after the last."""
    while dialog.preview._pause.isActive():
        settled()
    settled()


def test_an_encoding_guessed_wrong_is_chosen(
    page: TerminalsPage, settled: Settled, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("序列号,厂商,型号,商户名称\nSN000001,新大陆,N910,\n", encoding="gb18030")
    dialog = page.importing.terminals()
    dialog.take_file(path)
    settled()
    box = dialog.preview.findChild(QComboBox)
    assert dialog.preview._encoding.currentData() == "gb18030"
    assert box is not None
    dialog.preview._encoding.setCurrentIndex(dialog.preview._encoding.findData("utf-8"))
    dialog.preview._pause.start()
    settled_after_pause(settled, dialog)
    assert "UTF-8" in dialog._trouble.text().upper(), "says why, and keeps what one sees"
    assert dialog.preview.isVisible()
    dialog.close()


def test_a_file_that_is_no_table_is_refused_in_words(
    page: TerminalsPage, settled: Settled, tmp_path: Path
) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100)
    dialog = page.importing.terminals()
    dialog.take_file(path)
    settled()
    assert ".xlsx" in dialog._trouble.text()
    assert dialog._choose.isVisible(), "another one can be chosen"
    dialog.close()


def test_stopping_while_it_is_written_changes_nothing(
    page: TerminalsPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    dialog = page.importing.terminals()
    dialog.take_file(SAMPLE)
    settled()
    dialog._skip.setChecked(True)
    # Stopped as soon as it begins: the work looks up between its steps.
    dialog.commit_wanted.connect(dialog.reject)
    go(dialog).click()
    settled()
    assert count(services) == 0
    assert "已停止" in dialog._trouble.text()
    assert dialog.preview.isVisible(), "one is back where one was"
    dialog.commit_wanted.disconnect(dialog.reject)
    go(dialog).click()
    settled()
    assert count(services) == 2000
    dialog.close()


def test_the_list_of_problems_can_be_saved(
    page: TerminalsPage, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.gui.pages.terminals import importing

    path = tmp_path / "problems.csv"
    monkeypatch.setattr(importing, "ask_new_file", lambda *args: args[-1](path))
    dialog = page.importing.terminals()
    dialog.take_file(SAMPLE)
    settled()
    dialog.report_wanted.emit()
    settled()
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0] == "行,,字段,原值,原因"
    assert len(lines) == 19
    assert lines[1] == "104,错误,序列号,,缺少序列号。"
    dialog.close()


def test_finished_incidents_come_in_by_the_same_way(
    page: TerminalsPage, settled: Settled, services: Services, tmp_path: Path
) -> None:
    make_terminal(services, serial="SN000001")
    path = tmp_path / "history.csv"
    path.write_text(
        "序列号,报修时间,显示代码,现象,故障类别,恢复时间\n"
        "SN000001,2026-10-01 10:20,A0,x,软件问题,2026-10-01 12:00\n"
        "SN000001,2026-10-02 10:20,A0,x,kaputt,2026-10-02 09:00\n",
        encoding="utf-8",
    )
    dialog = page.importing.history()
    dialog.take_file(path)
    settled()
    assert counts(dialog) == (1, None, 0, 0, 1)
    assert dialog.preview.table.model().rowCount() == 2, "both problems of the row"
    dialog._skip.setChecked(True)
    go(dialog).click()
    settled()
    assert len(services.incidents.first(IncidentFilter(), 10)) == 1
    dialog.close()


def test_dragging_something_else_over_it_does_nothing(page: TerminalsPage) -> None:
    dialog = page.importing.terminals()
    mime = QMimeData()
    mime.setText("not a file")
    event = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(event)
    assert dialog._choose.isVisible()
    dialog.close()


def test_sheet_header_row_and_encoding_are_shown_and_can_be_moved(
    page: TerminalsPage, settled: Settled, tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("台账")
    sheet.append(["2024年台账"])
    sheet.append(["序列号", "厂商", "型号", "机房"])
    sheet.append(["SN000001", "百富", "A920", "B1"])
    path = tmp_path / "t.xlsx"
    book.save(path)
    dialog = page.importing.terminals()
    dialog.take_file(path)
    settled()
    preview = dialog.preview
    assert (preview._sheet.currentText(), preview._header_row.value()) == ("台账", 2)
    assert counts(dialog) == (1, 0, 0, 0, 0)
    assert "机房 (B1)" in preview._unused.text()
    doubts = [problem.reason for problem in preview.shown.problems]
    assert any("未读取：Sheet" in reason for reason in doubts)
    preview._header_row.setValue(3)
    settled_after_pause(settled, dialog)
    assert preview._file.header == ("SN000001", "百富", "A920", "B1")
    preview._header_row.setValue(2)
    settled_after_pause(settled, dialog)
    assert counts(dialog) == (1, 0, 0, 0, 0), "and back"
    preview._sheet.setCurrentText("Sheet")
    preview._pause.start()
    settled_after_pause(settled, dialog)
    assert (preview._file.header, preview._header_row.value()) == (("说明",), 1)
    dialog.close()


def test_an_encoding_in_doubt_has_to_be_chosen_before_anything_is_written(
    page: TerminalsPage, settled: Settled, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"serial,maker,model,notes\nSN000001,PAX,A920,Caf\xe9 \xf8\n")
    dialog = page.importing.terminals()
    dialog.take_file(path)
    settled()
    assert not go(dialog).isEnabled()
    assert dialog.preview._encoding.property("wrong") == "true"
    dialog.preview._encoding.activated.emit(dialog.preview._encoding.currentIndex())
    settled_after_pause(settled, dialog)
    go(dialog).click()
    settled()
    assert services.terminals.by_serial("SN000001").notes == "Café ø"
    dialog.close()
