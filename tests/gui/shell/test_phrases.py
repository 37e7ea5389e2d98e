"""Quick phrases: one's own, put into any note by a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import InvalidInput
from app.gui.pages.incidents.action_dialogs import work_dialog
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.quick_phrases import BOOK
from app.services import Services
from app.services.core.phrases import MOST, Phrases
from tests.gui.conftest import Settled


def test_phrases_are_changed_and_put_in_where_the_cursor_stands(
    window: MainWindow,
    services: Services,
    opened: Callable[[], QDialog],
    settled: Settled,
    qtbot: QtBot,
) -> None:
    settled()
    assert BOOK.phrases, "some to begin with"
    BOOK.edit_wanted.emit()
    editing = opened()
    assert isinstance(editing, DraftDialog)
    editing.fill({"phrases": "重启后正常\n\n已清洁读卡器\n重启后正常"})
    editing.submit()
    settled()
    assert BOOK.phrases == Phrases(services.context).mine() == ("重启后正常", "已清洁读卡器")
    dialog = work_dialog(window)
    dialog.open()
    note = dialog.form.widget("summary")
    assert isinstance(note, QPlainTextEdit)
    note.setPlainText("结果：。")
    cursor = note.textCursor()
    cursor.setPosition(3)
    note.setTextCursor(cursor)
    qtbot.keyClick(note, Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    (menu,) = note.findChildren(QMenu)
    menu.actions()[1].trigger()
    menu.close()
    assert note.toPlainText() == "结果：已清洁读卡器。"
    dialog.reject()


def test_phrases_belong_to_a_person_and_hold_no_card_number(services: Services) -> None:
    phrases = Phrases(services.context)
    assert phrases.mine() is None
    (kept,) = phrases.save("卡号 6222021234567890128 已核对")
    assert "6222021234567890128" not in kept
    services.context.actor = "T02"
    assert phrases.mine() is None
    with pytest.raises(InvalidInput):
        phrases.save("\n".join(f"第{n}句" for n in range(MOST + 1)))
    assert phrases.save("") == phrases.mine() == ()
