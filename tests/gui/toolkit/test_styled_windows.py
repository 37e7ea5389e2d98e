"""Every window that can appear has the style sheet of the look in use, or inherits it.

The program has none (`theme.style_window` says why), so a window without a parent would have none.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit import problems, theme
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.fact_grid import FactGrid
from app.gui.toolkit.files import ask_file, ask_new_file
from app.gui.toolkit.form_inputs import Field
from app.gui.toolkit.forms import Form
from app.gui.toolkit.layout import column
from app.gui.toolkit.manual_window import open_manual
from app.gui.toolkit.printing import ask_printer
from app.gui.toolkit.quick_phrases import BOOK
from app.settings import Settings
from tests.gui.conftest import Settled

FIELDS = (
    Field(name="name", label="名称", choices=(("a", "P1 浦东新区"), ("b", "P2 浦东机场"))),
    Field(name="kind", label="类型", kind="choice", choices=(("a", "甲"), ("b", "乙"))),
    Field(name="on", label="日期", kind="date"),
    Field(name="day", label="日期", kind="day"),
    Field(name="at", label="时间", kind="moment"),
    Field(name="note", label="备注", kind="text"),
)


class EveryField(Dialog):
    """A dialog without a parent with every kind of field in it, and a grid of facts."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form(FIELDS)
        self.grid = FactGrid([("place", "地址")])
        self.grid.show_facts({"place": "世纪大道 100 号"})
        self.arrange(column(self.form, self.grid))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show()

    def field(self, name: str) -> QWidget:
        """The widget of a field."""
        return self.form.widget(name)


def in_sight() -> set[QWidget]:
    """Windows, lists, menus and tips that are shown."""
    return {window for window in QApplication.topLevelWidgets() if window.isVisible()}


def unstyled() -> list[str]:
    """What is in sight without the style sheet of the look in use."""
    return [
        f"{type(window).__name__} {window.objectName() or window.windowTitle()!r}"
        for window in in_sight()
        if not _has_sheet(window)
    ]


def _has_sheet(window: QWidget) -> bool:
    # A tip has no parent; it takes the style of the widget it is about, and says so only here.
    above = window.property("_q_stylesheet_parent") or window
    while above is not None:
        if above.styleSheet():
            return bool(above.styleSheet() == theme._sheet)
        above = above.parentWidget()
    return False


def suggestions(desk: EveryField) -> None:
    """Type what there is a suggestion for."""
    edit = desk.field("name")
    edit.setFocus()
    QTest.keyClicks(edit, "p")


def list_of_choices(desk: EveryField) -> None:
    desk.field("kind").showPopup()


def calendar(desk: EveryField) -> None:
    desk.field("day").open_calendar()


def calendar_of_qt(desk: EveryField) -> None:
    edit = desk.field("on")
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)


def phrases(desk: EveryField) -> None:
    edit = desk.field("note")
    assert isinstance(edit, QPlainTextEdit)
    BOOK.offer(edit)


def menu_of_line(desk: EveryField) -> None:
    _ask_menu(desk.field("name"))


def menu_of_text(desk: EveryField) -> None:
    _ask_menu(desk.field("note").viewport())


def menu_of_facts(desk: EveryField) -> None:
    desk.grid.setFocus()
    QTest.keyClick(desk.grid, Qt.Key.Key_Down)
    _ask_menu(desk.grid)


def _ask_menu(widget: QWidget) -> None:
    place = widget.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))


def tip(desk: EveryField) -> None:
    edit = desk.field("name")
    edit.setToolTip("浦东新区")
    place = edit.rect().center()
    QApplication.sendEvent(edit, QHelpEvent(QEvent.Type.ToolTip, place, edit.mapToGlobal(place)))


def message(_desk: EveryField) -> None:
    problems.tell(None, "标题", "说明")


def report_of_a_bug(_desk: EveryField) -> None:
    problems.show_bug(None, "说明")


def message_over(desk: EveryField) -> None:
    problems.tell(desk, "标题", "说明")


def first_run(desk: EveryField) -> None:
    desk.kept = FirstRunDialog(Settings())
    desk.kept.show()


def file(desk: EveryField) -> None:
    _type_a_name(ask_file(desk, "打开", "", print))


def new_file(desk: EveryField) -> None:
    _type_a_name(ask_new_file(desk, "保存", "", "a.pdf", print))


def _type_a_name(dialog: QFileDialog) -> None:
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    edit.setFocus()
    QTest.keyClicks(edit, "/")


def printer(desk: EveryField) -> None:
    ask_printer(desk, "工单", 2, print)


OPENED = (
    *(suggestions, list_of_choices, calendar, calendar_of_qt, phrases, menu_of_line),
    *(menu_of_text, menu_of_facts, tip, message, report_of_a_bug, message_over),
    *(first_run, file, new_file, printer),
)


@pytest.fixture
def desk(application: QApplication) -> EveryField:
    made = EveryField()
    QTest.qWaitForWindowExposed(made)
    return made


@pytest.mark.parametrize("show", OPENED, ids=lambda show: show.__name__)
def test_what_opens_is_styled(
    desk: EveryField, application: QApplication, show: Callable[[EveryField], None]
) -> None:
    before = in_sight()
    show(desk)
    QTest.qWait(200)
    shown = in_sight() - before
    assert shown, "nothing opened"
    assert unstyled() == []
    theme.apply(application, "dark")
    assert unstyled() == []
    for window in shown:
        window.close()


def test_the_window_and_all_that_hangs_on_it_are_styled(
    window: MainWindow, application: QApplication, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    open_manual(window)
    window.show_keys()
    settled()
    assert len(in_sight()) > 2
    assert unstyled() == []
    theme.apply(application, "dark")
    assert unstyled() == []


def test_a_tip_is_painted_as_the_style_sheet_says(desk: EveryField) -> None:
    tip(desk)
    (shown,) = (window for window in in_sight() if window.inherits("QTipLabel"))
    corner = shown.grab().toImage().pixelColor(0, shown.height() // 2)
    assert corner.name() == theme.tokens().line
    shown.close()


def test_a_list_of_suggestions_is_painted_as_the_style_sheet_says(desk: EveryField) -> None:
    suggestions(desk)
    QTest.qWait(100)
    shown = QApplication.activePopupWidget()
    assert shown is not None
    QTest.keyClick(shown, Qt.Key.Key_Down)
    picture = shown.grab().toImage()
    middle = picture.width() // 2
    painted = {picture.pixelColor(middle, y).name() for y in range(picture.height())}
    assert theme.tokens().accent_soft in painted, "the chosen one has the colour of the sheet"
    assert theme.tokens().surface in painted
    shown.close()
