"""What is typed as a number or an amount is what is stored, or it is refused beside its field."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import InvalidInput
from app.domain.parts.stock import Warranty, WarrantyBasis
from app.gui.pages.incidents.action_dialogs import work_dialog
from app.gui.pages.incidents.part_editor import PartEditor
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, Form


def part_editor(parent: QWidget) -> PartEditor:
    """Nothing in the catalogue."""
    return PartEditor(parent, (), "office", "库房", Warranty(WarrantyBasis.UNKNOWN))


def _typed(qtbot: QtBot, form: Form, name: str, text: str) -> None:
    widget: Any = form.widget(name)
    widget.setFocus()
    widget.selectAll()
    qtbot.keyClick(widget, Qt.Key.Key_Delete)
    for sign in text:
        if sign.isascii():
            qtbot.keyClicks(widget, sign)
        else:
            # As an input method commits it.
            committed = QInputMethodEvent()
            committed.setCommitString(sign)
            QApplication.sendEvent(widget.lineEdit(), committed)
    # Leaving the field must change nothing either.
    widget.editingFinished.emit()


def _form(qtbot: QtBot) -> Form:
    form = Form(
        [
            Field(name="fee", label="费用", kind="money", unit="元"),
            Field(name="count", label="数量", kind="number", least=1, most=999),
            Field(name="minutes", label="分钟", kind="number", most=1440, unit="分钟"),
        ]
    )
    qtbot.addWidget(form)
    form.show()
    form.fill({"fee": 0, "count": 1, "minutes": 0})
    return form


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1234.56", 123_456),
        ("1,234.56", 123_456),
        ("1，234.5", 123_450),
        ("1234.5", 123_450),
        ("１２３４．５６", 123_456),
        ("¥88", 8_800),
        ("88元", 8_800),
        ("0.01", 1),
        ("", 0),
    ],
)
def test_an_amount_is_stored_as_it_was_typed(qtbot: QtBot, text: str, cents: int) -> None:
    form = _form(qtbot)
    _typed(qtbot, form, "fee", text)
    assert form.value("fee") == cents


UNCLEAR = ("1.234,56", "1234,56", "12.345", "1.2.3", "-5", "12元5", "2000000")


@pytest.mark.parametrize("text", UNCLEAR)
def test_an_unclear_amount_is_refused_beside_its_field_and_kept(qtbot: QtBot, text: str) -> None:
    form = _form(qtbot)
    _typed(qtbot, form, "fee", text)
    with pytest.raises(InvalidInput) as refusal:
        form.values()
    assert [problem.field for problem in refusal.value.problems] == ["fee"]
    assert form.content()["fee"] == text
    other = _form(qtbot)
    other.restore(form.content())
    assert other.content() == form.content()


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("count", "1,200", None),
        ("count", "１２", 12),
        ("count", "1.5", None),
        ("count", "", None),
        ("minutes", "45", 45),
        ("minutes", "", 0),
        ("minutes", "9999", None),
        ("minutes", "-3", None),
    ],
)
def test_a_whole_number_is_never_another_one(
    qtbot: QtBot, name: str, text: str, number: int | None
) -> None:
    form = _form(qtbot)
    _typed(qtbot, form, name, text)
    if number is not None:
        assert form.values()[name] == number
        return
    with pytest.raises(InvalidInput) as refusal:
        form.values()
    assert [problem.field for problem in refusal.value.problems] == [name]


@pytest.mark.parametrize(
    ("dialog", "filled", "field", "typed", "stored"),
    [
        (part_editor, {"name": "电池"}, "unit_price_cents", "1,234.5", 123_450),
        (part_editor, {"name": "电池"}, "quantity", "２", 2),
        (work_dialog, {"summary": "换电池"}, "minutes", "15", 15),
    ],
)
def test_dialogs_hand_out_what_was_typed(
    qtbot: QtBot, dialog: Any, filled: dict[str, str], field: str, typed: str, stored: int
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    opened: DraftDialog = dialog(parent)
    opened.fill(filled)
    drafts: list[Any] = []
    opened.submitted.connect(drafts.append)
    _typed(qtbot, opened.form, field, "1.2.3")
    opened.submit()
    assert not drafts
    _typed(qtbot, opened.form, field, typed)
    opened.submit()
    assert [getattr(draft, field) for draft in drafts] == [stored]
