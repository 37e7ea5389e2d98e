"""A card number typed into a form is masked, said beside its field, and nothing else is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.cardguard import find_secrets
from app.gui.toolkit.forms import Field, Form

CARD = "6212 3456 7890 1265"


def _said(form: Form) -> list[str]:
    return [
        one.text()
        for one in form.findChildren(QLabel)
        if one.property("role") == "error" and not one.isHidden()
    ]


def test_it_is_masked_and_said_beside_the_field_and_the_rest_stays(qtbot: QtBot) -> None:
    form = Form(
        [
            Field(name="address", label="地址"),
            Field(name="remarks", label="备注", kind="text"),
            Field(name="name", label="名称"),
        ]
    )
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.fill({"name": "王记便利店"})
    for name in ("address", "remarks"):
        widget = form.widget(name)
        widget.setFocus()
        qtbot.keyClicks(widget, f"card {CARD}")
        form.widget("name").setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(lambda name=name: "*" in form.value(name))
        assert not find_secrets(form.value(name))
        assert any("不得保存" in text for text in _said(form))
        form.clear_problems()
    assert form.value("name") == "王记便利店"


def test_a_field_of_long_numbers_is_left_as_typed(qtbot: QtBot) -> None:
    form = Form([Field(name="iccid", label="ICCID"), Field(name="name", label="名称")])
    qtbot.addWidget(form)
    form.show()
    form.widget("iccid").setFocus()
    qtbot.keyClicks(form.widget("iccid"), "89860112345678901234")
    form.widget("name").setFocus()
    assert form.value("iccid") == "89860112345678901234"
    assert _said(form) == []


def test_a_number_that_may_be_another_is_asked_about_and_stays_as_typed(qtbot: QtBot) -> None:
    form = Form(
        [Field(name="remarks", label="备注", kind="text"), Field(name="name", label="名称")]
    )
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    remarks = form.widget("remarks")
    remarks.setFocus()
    qtbot.keyClicks(remarks, "4111111111111111")
    form.widget("name").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: bool(_said(form)))
    assert form.value("remarks") == "4111111111111111"
    assert any("订单" in text for text in _said(form)) or any("order" in t for t in _said(form))
    form.fill({"remarks": "订单号 4111111111111111"})
    remarks.setFocus()
    form.widget("name").setFocus(Qt.FocusReason.TabFocusReason)
    assert form.value("remarks") == "订单号 4111111111111111"
    assert _said(form) == []
