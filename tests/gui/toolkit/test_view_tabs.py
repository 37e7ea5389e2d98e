"""Tabs show the record that is in sight, however quickly records and tabs are changed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.gui.toolkit.view_tabs import REST, ViewTab, ViewTabs


class Counting(ViewTab[str, None]):
    """Shows a text, and keeps what it was told to show."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.said = QLabel()
        layout = QVBoxLayout(self)
        layout.addWidget(self.said)

    def title(self, view: str | None) -> str:
        return f"of {view}"

    def show_view(self, view: str) -> None:
        self.told.append(view)
        self.said.setText(view)


@pytest.fixture
def tabs(qtbot: QtBot) -> ViewTabs[Counting]:
    made: ViewTabs[Counting] = ViewTabs()
    qtbot.addWidget(made)
    for _place in range(4):
        made.add(Counting())
    made.show()
    qtbot.waitExposed(made)
    return made


def test_only_the_tab_in_sight_is_filled_while_records_change(tabs: ViewTabs[Counting]) -> None:
    for number in range(20):
        tabs.show_view(f"record {number}")
    assert len(tabs.all[0].told) == 20
    assert [tab.told for tab in tabs.all[1:]] == [[], [], []]
    assert {tab.view for tab in tabs.all} == {"record 19"}
    assert {tabs.tabText(place) for place in range(4)} == {"of record 19"}


@pytest.mark.parametrize("by_key", [False, True])
def test_a_tab_shows_the_newest_record_as_soon_as_it_is_seen(
    tabs: ViewTabs[Counting], qtbot: QtBot, by_key: bool
) -> None:
    for number in range(12):
        place = (number * 3 + 1) % 4
        tabs.show_view(f"record {number}")
        if by_key:
            key = Qt.Key(Qt.Key.Key_1 + place)
            qtbot.keyClick(tabs, key, Qt.KeyboardModifier.AltModifier)
        else:
            tabs.setCurrentIndex(place)
        assert tabs.currentIndex() == place
        assert tabs.current().said.text() == f"record {number}"
        assert tabs.current().said.isVisible()


def test_the_others_follow_when_the_record_has_rested(
    tabs: ViewTabs[Counting], qtbot: QtBot
) -> None:
    tabs.show_view("first")
    tabs.show_view("second")
    qtbot.waitUntil(lambda: all(tab.told for tab in tabs.all), timeout=REST * 50)
    assert [tab.told for tab in tabs.all] == [["first", "second"], *[["second"]] * 3]


def test_a_row_of_tabs_out_of_sight_shows_the_newest_record_when_it_is_seen(
    tabs: ViewTabs[Counting],
) -> None:
    tabs.hide()
    tabs.show_view("first")
    tabs.show_view("second")
    assert tabs.current().told == []
    tabs.show()
    assert tabs.current().told == ["second"]


def test_a_tab_that_shows_the_record_is_not_filled_again(tabs: ViewTabs[Counting]) -> None:
    tabs.show_view("only")
    for place in (1, 0, 1, 0):
        tabs.setCurrentIndex(place)
    tabs.hide()
    tabs.show()
    assert [tab.told for tab in tabs.all[:2]] == [["only"], ["only"]]
