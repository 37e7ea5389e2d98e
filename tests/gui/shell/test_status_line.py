"""What was done is told in the line below the pages: whole, and without covering anything."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QPushButton, QWidget

from app.gui.shell import status_line
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.status_line import MOST, SavedNote


def notes(window: MainWindow) -> list[SavedNote]:
    return [one for one in window.findChildren(SavedNote) if one.isVisible()]


def place(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(1366, 768), (640, 300)])
@pytest.mark.parametrize("text", ["已保存", "上海浦东新区世纪大道一百号的终端已换机。" * 6])
def test_a_note_is_read_whole_and_covers_nothing(
    window: MainWindow,
    context: AppContext,
    settled: Callable[[], None],
    size: tuple[int, int],
    text: str,
) -> None:
    window.resize(*size)
    settled()
    context.note(text, "撤销", lambda: None)
    settled()
    (note,) = notes(window)
    assert note.said.text() == text
    assert note.said.heightForWidth(note.said.width()) <= note.said.height()
    assert window.rect().contains(place(note))
    assert not place(note).intersects(place(window._stack)), "it lies over the page"
    assert not place(note).intersects(place(window._rail))


def test_its_button_goes_on_and_takes_it_away(
    window: MainWindow, context: AppContext, settled: Callable[[], None]
) -> None:
    done: list[int] = []
    context.note("已关闭", "打开", lambda: done.append(1))
    settled()
    (note,) = notes(window)
    next(one for one in note.findChildren(QPushButton) if one.text() == "打开").click()
    settled()
    assert done == [1]
    assert notes(window) == []
    assert window._status._saved.isVisible()
    assert window._status._saved.text().startswith("已保存")


def test_several_stand_below_each_other_and_the_oldest_gives_way(
    window: MainWindow, context: AppContext, settled: Callable[[], None]
) -> None:
    for n in range(MOST + 2):
        context.note(f"第 {n} 条")
    settled()
    shown = notes(window)
    assert [one.said.text() for one in shown] == [f"第 {n} 条" for n in range(2, MOST + 2)]
    places = [place(one) for one in shown]
    assert all(not one.intersects(other) for one, other in pairwise(places))


def test_what_was_read_gives_way_and_what_leads_on_stays(
    window: MainWindow,
    context: AppContext,
    settled: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(status_line, "READ", 0)
    context.note("L7-000001 已开始处理")
    context.remind("1 条提醒", "查看", lambda: None)
    context.note("已保存：解决 L7-000001")
    settled()
    shown = notes(window)
    assert [one.said.text() for one in shown] == ["1 条提醒", "已保存：解决 L7-000001"]
    assert [one.property("role") for one in shown] == ["due", "saved"], "one is not done yet"
