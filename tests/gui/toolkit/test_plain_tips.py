"""What people typed is shown in tooltips as they typed it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.gui.toolkit.layout import plain_tip


@pytest.mark.parametrize(
    "text", ["终端 <b>N910</b>", "A<B>C", "<img src=/etc/passwd>", "R&D", "王记\n二楼", "&lt;b&gt;"]
)
def test_case_73_a_tooltip_shows_what_was_typed(qtbot: QtBot, text: str) -> None:
    del qtbot
    tip = plain_tip(text)
    shown = QTextDocument()
    if tip == text:
        shown.setPlainText(tip)
    else:
        shown.setHtml(tip)
    assert shown.toPlainText() == text
