"""What the tests of fitting ask finds each sort of fault; otherwise they would promise nothing."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.gui.toolkit.layout import boxed, button, column, label, scrolled
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from tests.gui.fitting import primary_hidden, wrong

pytestmark = pytest.mark.usefixtures("application")


def shown(child: QWidget, *, width: int = 400, height: int = 200) -> QWidget:
    window = QWidget()
    child.setParent(window)
    window.resize(width, height)
    window.show()
    return window


def test_a_label_narrower_than_its_words() -> None:
    made = label("上海浦东新区世纪大道一百号")
    window = shown(made)
    made.resize(40, 20)
    assert "narrower than its words" in " ".join(wrong(window))


def test_a_wrapped_text_lower_than_its_lines() -> None:
    made = label("上海浦东新区世纪大道一百号的终端已换机" * 3, wrap=True)
    window = shown(made)
    made.resize(200, 18)
    assert "lower than its words" in " ".join(wrong(window))


def test_one_letter_a_line() -> None:
    made = label("上海浦东新区", wrap=True)
    window = shown(made)
    made.resize(18, 190)
    assert "one letter a line" in " ".join(wrong(window))


def test_a_button_narrower_than_its_words_and_one_out_of_its_place() -> None:
    narrow, out = button("报修并判断"), button("关闭")
    window = shown(narrow)
    narrow.resize(20, 30)
    out.setParent(window)
    out.move(380, 10)
    out.show()
    found = " ".join(wrong(window))
    assert "button narrower than its words" in found
    assert "stands out of its place" in found


def test_a_title_of_a_column_that_is_cut() -> None:
    model = RowTableModel((TableColumn(title="安装地址和联系电话", text=str, width=40),))
    table = TableView(model, title="x")
    window = shown(table)
    table.resize(300, 150)
    assert wrong(window) == []
    table.horizontalHeader().resizeSection(0, 20)
    assert "narrower than its title" in " ".join(wrong(window))


def test_a_primary_button_nobody_can_bring_into_sight() -> None:
    hidden, reachable = button("保存", role="primary"), button("提交", role="primary")
    window = shown(hidden)
    hidden.move(10, 190)
    assert primary_hidden(window)
    tall = scrolled(boxed(column(*(QLabel(str(n)) for n in range(40)), reachable)))
    tall.resize(300, 150)
    tall.show()
    assert primary_hidden(tall.window()) == []


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    window = QWidget()
    line = QHBoxLayout(window)
    for one in (label("名称"), label("说明" * 40, wrap=True), QPushButton("好")):
        line.addWidget(one)
    window.resize(500, 300)
    window.show()
    assert wrong(window) == []
