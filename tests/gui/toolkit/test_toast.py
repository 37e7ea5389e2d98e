"""A note that something was saved is read whole, however long it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.gui.toolkit.toast import Toast

pytestmark = pytest.mark.usefixtures("application")


@pytest.mark.parametrize("text", ["已保存", "上海浦东新区世纪大道一百号的终端已换机。" * 12])
def test_the_words_stand_within_the_window_and_whole(text: str) -> None:
    window = QWidget()
    window.resize(683, 384)
    window.show()
    toast = Toast(window, text, "撤销", lambda: None)
    (said,) = toast.findChildren(QLabel)
    assert window.rect().contains(toast.geometry())
    assert said.heightForWidth(said.width()) <= said.height()
    window.close()
