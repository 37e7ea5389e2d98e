"""A pane beside another takes the height it needs, not the height it would like to have."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QTabWidget, QWidget

from app.gui.toolkit.folding import FoldingRow, FoldingSplitter
from app.gui.toolkit.layout import boxed, column, label, scrolled

pytestmark = pytest.mark.usefixtures("application")


def test_a_tab_with_a_scroll_bar_does_not_make_the_page_higher() -> None:
    words = label("上海浦东新区世纪大道一百号的终端已换机" * 3, wrap=True)
    cards = column(*(QPushButton("签字") for _card in range(40)))
    tabs = QTabWidget()
    tabs.addTab(scrolled(boxed(cards)), "签名")
    buttons = FoldingRow(QPushButton("改期"), QPushButton("开始"))
    pane = QStackedWidget()
    pane.addWidget(boxed(column(words, buttons, tabs)))
    splitter = FoldingSplitter(QWidget(), pane, least=(300, 300), heights=(100, 100))
    splitter.resize(700, 300)
    splitter.show()
    QApplication.processEvents()
    assert tabs.sizeHint().height() > 300, "the tab would like more than there is"
    least = splitter.minimumSizeHint().height()
    assert words.height() < least < 300


def test_a_row_needs_the_height_of_all_its_pieces_where_they_stand_below_each_other() -> None:
    pieces = [QWidget(), QWidget(), QWidget()]
    for piece, high in zip(pieces, (200, 150, 90), strict=True):
        piece.setMinimumSize(300, high)
    row = FoldingRow(*pieces, spacing=16)
    place = scrolled(row)
    place.resize(1200, 240)
    place.show()
    QApplication.processEvents()
    assert row.minimumSizeHint().height() <= 200
    assert place.verticalScrollBar().maximum() == 0
    place.resize(400, 240)
    QApplication.processEvents()
    assert row.minimumHeight() == 200 + 150 + 90 + 2 * 16
    assert place.verticalScrollBar().maximum() > 0, "it scrolls instead of pressing them together"
    pieces[1].hide()
    QApplication.processEvents()
    assert row.minimumHeight() == 200 + 90 + 16
    place.resize(1200, 240)
    QApplication.processEvents()
    assert row.minimumHeight() == 200
