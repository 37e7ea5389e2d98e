"""Rebuilding from the journal in the window: what it would give, nothing changed, or in place."""

from __future__ import annotations

import sqlalchemy as sa
from PySide6.QtWidgets import QApplication, QMessageBox

from app import bootstrap
from app.domain.people.roles import Role
from app.gui.pages.settings.backups import DataSection
from app.gui.pages.settings.rebuild import what_it_gives
from app.gui.shell.main_window import MainWindow
from app.services import Services
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician
from tests.gui.conftest import Settled, answering


def symptoms(services: Services) -> set[str]:
    with services.context.database.connect() as connection:
        return set(connection.execute(sa.text("SELECT symptom FROM incident")).scalars())


def left_beside(services: Services) -> list[str]:
    path = services.context.database.path
    assert path is not None
    return [one.name for one in path.parent.iterdir() if "-rebuilt-" in one.name]


def data_section(window: MainWindow, settled: Settled) -> DataSection:
    page = window.show_page("settings")
    settled()
    found = page.section("data")  # type: ignore[attr-defined]
    settled()
    assert isinstance(found, DataSection)
    return found


def change_by_hand(services: Services) -> None:
    with services.context.database.write() as session:
        session.connection().exec_driver_sql("UPDATE incident SET symptom = '有人改过'")


def test_what_it_would_give_is_shown_and_no_is_an_answer(
    window: MainWindow, settled: Settled, services: Services
) -> None:
    services.care.journal.catch_up()
    make_incident(services)
    data = data_section(window, settled)
    change_by_hand(services)
    with answering("取消"):
        data.rebuild_button.click()
        settled()
    assert symptoms(services) == {"有人改过"}
    assert left_beside(services) == []


def test_what_was_rebuilt_takes_the_place_of_a_changed_database(
    window: MainWindow, settled: Settled, services: Services
) -> None:
    services.care.journal.catch_up()
    make_incident(services)
    before = symptoms(services)
    data = data_section(window, settled)
    change_by_hand(services)
    with answering("换上"):
        data.rebuild_button.click()
        settled()
    assert symptoms(services) == before
    assert left_beside(services) == []
    boxes = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox)]
    boxes += data.page.findChildren(QMessageBox)
    (said,) = {one.informativeText() for one in boxes if one.isVisible()}
    assert "replaced-" in said
    assert "不符" not in said


def test_differences_and_counts_are_named(
    services: Services, settings: Settings, clock: FrozenClock
) -> None:
    make_technician(services, "T01", role=Role.TECHNICIAN)
    services.care.journal.catch_up()
    make_incident(services)
    told: list[tuple[int, int]] = []
    made = services.care.rebuild(lambda count, total: told.append((count, total)))
    counts = {one.table: (one.backup, one.now) for one in made.counts}
    assert counts["incident"] == (1, 1)
    assert (made.differences, made.rebuilt.is_whole) == ((), True)
    assert told[-1] == (made.rebuilt.applied, made.rebuilt.applied)
    assert "无需修复" in "\n".join(what_it_gives(made))
    made.close()
    change_by_hand(services)
    made = services.care.rebuild()
    assert [(one.table, one.how, one.columns) for one in made.differences] == [
        ("incident", "changed", ("symptom",))
    ]
    done, same = services.care.put_in_place(made)
    made.close()
    assert (same, done.replaced is not None, done.faulty) == (True, True, ())
    again = bootstrap.build(settings, clock=clock, database=services.context.database)
    assert not again.care.rebuild().differences
