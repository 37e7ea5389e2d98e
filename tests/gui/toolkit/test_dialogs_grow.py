"""A dialog grows with what is shown in it while the screen has room, and keeps in sight what has
the keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import InvalidInput
from app.gui.toolkit.dialog import room_for
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.form_inputs import Field
from app.gui.toolkit.layout import label, panel, row
from app.gui.toolkit.numbered_choice import NumberedChoice
from tests.gui.conftest import Settled

pytestmark = pytest.mark.usefixtures("application")

LINES = [Field(name=f"line{n}", label=f"第 {n} 项") for n in range(4)]
CHOICE = Field(
    name="result",
    label="处理结果",
    kind="choice",
    choices=[(str(n), f"结果 {n}") for n in range(1, 6)],
    numbered=True,
)


def shown(fields: list[Field]) -> DraftDialog:
    made = DraftDialog("标题", fields, lambda values: values)
    made.open()
    return made


def in_sight(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect().height() >= widget.height() - 1


def scrolled_away(dialog: DraftDialog) -> int:
    assert dialog._body is not None
    return dialog._body.verticalScrollBar().maximum()


def test_what_comes_later_makes_the_dialog_higher(settled: Settled) -> None:
    dialog = shown(LINES)
    settled()
    assert scrolled_away(dialog) == 0
    dialog.insert(panel(row(label("终端有未完成的异常，是同一个吗？" * 8, wrap=True)), "warning"))
    dialog.fit()
    settled()
    assert scrolled_away(dialog) == 0
    assert dialog.height() < room_for(dialog).height()


def test_a_dialog_somebody_made_smaller_stays_so(settled: Settled) -> None:
    dialog = shown(LINES)
    settled()
    dialog.resize(dialog.width(), dialog.height() - 60)
    dialog.insert(label("终端有未完成的异常", wrap=True))
    high = dialog.height()
    dialog.fit()
    settled()
    assert dialog.height() == high


def test_the_field_with_the_keys_is_in_sight_when_there_is_no_room_for_all(
    settled: Settled,
) -> None:
    many = [Field(name=f"line{n}", label=f"第 {n} 项", kind="text") for n in range(14)]
    dialog = shown(many)
    dialog.form.widget("line13").setFocus()
    settled()
    assert scrolled_away(dialog) > 0
    assert in_sight(dialog.form.widget("line13"))


def test_the_numbers_of_a_choice_are_read_where_the_keys_are(settled: Settled) -> None:
    many = [Field(name=f"line{n}", label=f"第 {n} 项", kind="text") for n in range(8)]
    dialog = shown([*many, CHOICE, *LINES])
    settled()
    choice = dialog.form.widget("result")
    assert isinstance(choice, NumberedChoice)
    dialog.activateWindow()
    QApplication.processEvents()
    choice.setFocus()
    settled()
    assert choice.hasFocus()
    assert in_sight(choice.below)
    assert in_sight(choice)


def test_what_is_wrong_with_a_field_is_in_sight_with_it(settled: Settled) -> None:
    below = [Field(name=f"text{n}", label=f"说明 {n}", kind="text") for n in range(8)]
    asked = replace(CHOICE, required=True, help="印在服务单上；停机时间算到这一刻。")
    for place in range(len(below)):
        dialog = shown([*below[:place], asked, *below[place:]])
        settled()
        assert scrolled_away(dialog), "there is no room for all"
        dialog.activateWindow()
        dialog.show_problem(InvalidInput.of("result", "choice.unknown", value="9"))
        settled()
        assert in_sight(dialog.form._problems["result"]), place
        assert in_sight(dialog.form.widget("result")), place
        dialog.reject()
