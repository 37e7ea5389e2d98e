"""A document in the window: drawn off the main thread, found in, enlarged, printed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.actions import UserAction
from app.gui.shell.page import AppContext
from app.gui.toolkit.pdf_panel import PdfPanel
from tests.gui.conftest import Settled
from tests.reports.samples import document, render, service_report

WAIT = 8_000


@pytest.fixture(scope="module")
def three_pages() -> bytes:
    """Three reports in one file."""
    return render([document(service_report(), "service_report")] * 3).pdf


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> PdfPanel:
    """A panel of the size it has beside a form."""
    made = PdfPanel(context.tasks)
    made.resize(900, 700)
    made.show()
    return made


def show(panel: PdfPanel, pdf: bytes, settled: Settled) -> None:
    panel.show_pdf(pdf)
    settled()


def test_pages_are_read_and_drawn_by_workers_and_painted_when_they_arrive(
    context: AppContext, panel: PdfPanel, three_pages: bytes, settled: Settled
) -> None:
    drawn: list[int] = []
    at_opening: list[int] = []
    panel.source.arrived.connect(drawn.append)
    panel.show_pdf(three_pages)
    assert not panel.source.sizes, "the window does not wait until the file is read"
    assert not context.tasks.idle
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
    panel.set_actions({action: panel.show for action in UserAction})
    show(panel, b"not a pdf", settled)
    texts = [label.text() for label in panel.states.currentWidget().findChildren(QLabel)]
    assert any("PDF" in text for text in texts)
    assert panel._buttons
    assert not any(made.isEnabled() for made in panel._buttons)


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
