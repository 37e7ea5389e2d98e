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
