"""A document in the window: drawn off the main thread, found in, enlarged, printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.errors import Cancelled
from app.gui.desk import Desk
from app.gui.widgets.pdf_panel import PdfPanel
from app.gui.widgets.printing import print_pdf
from app.reports.raster import PdfPages
from app.reports.render import render
from tests.gui.conftest import Settled
from tests.reports.samples import document, service_report

WAIT = 8_000


@pytest.fixture(scope="module")
def three_pages() -> bytes:
    """Three reports in one file."""
    return render([document(service_report(), "service_report")] * 3).pdf


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> PdfPanel:
    """A panel of the size it has beside a form."""
    made = PdfPanel(desk.tasks)
    made.resize(900, 700)
    made.show()
    return made


def show(panel: PdfPanel, pdf: bytes, settled: Settled) -> None:
    panel.show_pdf(pdf)
    settled()


def test_pages_are_read_and_drawn_by_workers_and_painted_when_they_arrive(
    desk: Desk, panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    drawn: list[int] = []
    at_opening: list[int] = []
    panel.source.arrived.connect(drawn.append)
    panel.show_pdf(three_pages)
    assert not panel.source.sizes, "the window does not wait until the file is read"
    assert not desk.tasks.idle
    panel.source.opened.connect(lambda: at_opening.append(len(drawn)))
    settled()
    assert at_opening == [0], "nor until a page is drawn"
    assert 0 in drawn
    picture = panel.view.grab().toImage()
    dark = sum(
        QColor(picture.pixel(x, y)).lightness() < 90
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    )
    assert dark > 300, "ink is to be seen"


def test_every_page_is_listed_small_and_shown_large_when_chosen(
    panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    show(panel, three_pages, settled)
    pages = len(panel.source.sizes)
    assert panel.list.count() == pages >= 3
    panel.list.setCurrentRow(2)
    settled()
    assert panel.view.page_rect(2).top() < 40
    assert panel._page.text() == f"3 / {pages}"


def test_zoom_keeps_the_place_and_fits_when_asked(
    panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    show(panel, three_pages, settled)
    across = panel.view.page_rect(0).width()
    assert panel.view.viewport().width() - across < 40, "a page is as wide as the window"
    panel.view.go_to(1)
    QTest.keyClick(panel.view, Qt.Key.Key_Plus)
    assert panel.view.page_rect(0).width() > across
    assert -30 < panel.view.page_rect(1).top() < 30, "still at the top of the second page"
    panel.view.set_fit("page")
    assert panel.view.page_rect(0).height() < panel.view.viewport().height()


def test_what_is_searched_is_marked_where_it_stands(
    panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    show(panel, three_pages, settled)
    panel.find_bar.edit.setText("终端维修服务单")
    panel.find_bar.search()
    settled()
    found = panel.view.marks
    assert {box.page for box in found} == {0, 1, 2}
    assert panel.find_bar.count.text() == f"1/{len(found)}"
    QTest.keyClick(panel.find_bar.edit, Qt.Key.Key_Return)
    QTest.keyClick(panel.find_bar.edit, Qt.Key.Key_Return)
    assert panel.view.mark == 2
    box = found[2]
    place = panel.view.page_rect(box.page)
    top = place.top() + box.top * panel.view.zoom * 96 / 72
    assert 0 < top < panel.view.viewport().height(), "brought into sight"
    panel.find_bar.edit.setText("没有这样的字")
    panel.find_bar.search()
    settled()
    assert panel.find_bar.count.text() == "未找到"


def test_a_file_that_is_no_pdf_is_said_and_offers_nothing(
    panel: PdfPanel, settled: Settled
) -> None:
    show(panel, b"not a pdf", settled)
    texts = [label.text() for label in panel.states.currentWidget().findChildren(QLabel)]
    assert any("PDF" in text for text in texts)
    assert not panel._buttons["save"].isEnabled()


def test_a_new_version_takes_the_place_of_the_old_without_moving_the_view(
    panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    show(panel, three_pages, settled)
    panel.view.set_zoom(1.5)
    panel.view.verticalScrollBar().setValue(700)
    changed = document(service_report(reporter="李四"), "service_report")
    show(panel, render([changed] * 3).pdf, settled)
    assert panel.view.verticalScrollBar().value() == 700
    assert panel.view.zoom == 1.5


def _printer(path: Path, first: int = 0, last: int = 0) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setFullPage(True)
    printer.setResolution(150)
    if first:
        printer.setFromTo(first, last)
    return printer


def test_all_pages_go_to_the_printer_at_their_own_size(
    application: object, three_pages: bytes, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "printed.pdf"
    count = print_pdf(_printer(out), three_pages, lambda *s: steps.append(s), lambda: False)
    with PdfPages(out.read_bytes()) as printed, PdfPages(three_pages) as wanted:
        assert printed.count == wanted.count == count
        assert printed.size(0) == pytest.approx(wanted.size(0), abs=2)
        grey = printed.image(0, 1.0, grey=True)
        assert min(grey.rgba[::4]) < 80, "there is ink on the page"
    assert steps[-1] == (count, count)


def test_chosen_pages_only_are_printed_and_a_stop_prints_no_more(
    application: object, three_pages: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "one.pdf"
    assert print_pdf(_printer(out, 2, 2), three_pages, lambda *_s: None, lambda: False) == 1
    with PdfPages(out.read_bytes()) as printed:
        assert printed.count == 1
    with pytest.raises(Cancelled):
        print_pdf(_printer(tmp_path / "no.pdf"), three_pages, lambda *_s: None, lambda: True)
