"""While the window is open: the journal follows, backups are made, checks run when they are due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app import paths
from app import settings as settings_file
from app.domain.errors import Unavailable
from app.gui.pages.settings.backups import DataSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.application import Program
from app.gui.shell.page import Note
from app.gui.shell.screens import settle
from app.services import Services
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_incident


@pytest.fixture
def program(application: QApplication, services: Services, settings: Settings) -> Iterator[Program]:
    settings_file.save(settings, paths.settings_file())
    made = Program(application, settings)
    made.window.show()
    made.context.set_services(services)
    settle(made.context, calm=60)
    yield made
    if made.context.is_ready:
        made.close()


@pytest.fixture
def notes(program: Program) -> list[Note]:
    said: list[Note] = []
    program.context.noted.connect(said.append)
    return said


def journalled(services: Services) -> int:
    return sum(len(list(one.read([]))) for one in services.care.journal.series)


def test_the_journal_follows_what_is_done(program: Program, services: Services) -> None:
    care = program.care
    care._keep_journal()
    settle(program.context, calm=60)
    care._soon.setInterval(0)
    make_incident(services)
    settle(program.context, calm=60)
    assert journalled(services) == 2


def test_a_backup_is_made_while_the_window_is_open_when_something_changed(
    program: Program, services: Services, clock: FrozenClock
) -> None:
    for expected in (1, 1, 2):
        if expected != len(services.backups.backups()):
            make_incident(services)
        program.care.back_up()
        settle(program.context, calm=60)
        assert len(services.backups.backups()) == expected
        clock.forward(minutes=31)


def test_quitting_leaves_no_window_and_makes_the_backup(
    program: Program, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_incident(services)
    seen: list[bool] = []
    real = services.backups.back_up_if_due

    def watched() -> object:
        seen.append(program.window.isVisible())
        return real()

    monkeypatch.setattr(services.backups, "back_up_if_due", watched)
    program.close()
    assert seen == [False]
    assert len(services.backups.backups()) == 1


def test_case_32_a_backup_that_fails_is_said_once_and_the_window_closes(
    program: Program, services: Services, notes: list[Note]
) -> None:
    make_incident(services)
    paths.backups().parent.mkdir(parents=True, exist_ok=True)
    paths.backups().write_text("a file where the folder should be")
    for _ in range(2):
        program.care.back_up()
        settle(program.context, calm=60)
    assert len(notes) == 1
    assert str(paths.backups()) in notes[0].text
    program.close()
    assert not program.window.isVisible()


def test_the_first_check_is_thorough_the_next_quick_and_after_a_crash_thorough_again(
    program: Program, services: Services, clock: FrozenClock
) -> None:
    care = services.care
    program.care.begin()
    settle(program.context, calm=60)
    first = care.condition().thorough_at
    assert first == clock.now
    care.end_session()
    clock.forward(days=1)
    program.care.begin()
    settle(program.context, calm=60)
    assert (care.condition().checked_at, care.condition().thorough_at) == (clock.now, first)
    # no end of the session: the process died
    clock.forward(hours=1)
    program.care.begin()
    settle(program.context, calm=60)
    assert care.condition().thorough_at == clock.now
    care.end_session()
    assert not care.thorough_is_due()
    clock.forward(days=7)
    assert care.thorough_is_due()


def test_what_a_check_finds_is_said_with_a_way_to_the_settings(
    program: Program, services: Services, notes: list[Note]
) -> None:
    make_incident(services)
    services.care.journal.catch_up()
    with services.context.database.write() as session:
        session.connection().exec_driver_sql("UPDATE incident SET symptom = 'x'")
    program.care.begin()
    settle(program.context, calm=60)
    (note,) = notes
    assert note.text == "数据检查发现 1 项需要处理"
    assert note.clicked is not None
    note.clicked()
    settle(program.context, calm=60)
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    data = page.section("data")
    assert isinstance(data, DataSection)
    settle(program.context, calm=60)
    assert "每条记录都与操作日志相符" in data._verdict.text()


def test_the_second_folder_is_missed_after_a_week(
    program: Program, services: Services, notes: list[Note], tmp_path: Path
) -> None:
    services.backups.use_second_folder(tmp_path / "stick" / "backups")
    (tmp_path / "stick").write_text("no drive here")
    make_incident(services)
    program.care.back_up()
    settle(program.context, calm=60)
    assert [note.text for note in notes] == ["第二个文件夹已超过一周没有备份"]
    assert len(services.backups.backups()) == 1, "the own folder has its copy"


def test_a_rehearsal_is_shown_and_remembered(
    program: Program, services: Services, clock: FrozenClock
) -> None:
    make_incident(services)
    services.backups.back_up()
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    data = page.section("data")
    assert isinstance(data, DataSection)
    settle(program.context, calm=60)
    assert data.state.last.text() == "最近一份完好的备份：2026-11-23 09:30（0 分钟前）"
    data.state.rehearse()
    settle(program.context, calm=60)
    box = QApplication.activeModalWidget()
    assert box is not None
    assert "异常：备份里 1，现在 1" in box.informativeText()  # type: ignore[attr-defined]
    box.close()
    settle(program.context, calm=60)
    assert "一切正常" in data.state.rehearsal.text()
    assert services.care.condition().rehearsal_well


def test_a_rehearsal_of_a_spoiled_backup_is_remembered_as_such(services: Services) -> None:
    make_incident(services)
    copy = services.backups.back_up().path
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 4
    copy.write_bytes(content)
    with pytest.raises(Unavailable):
        services.care.rehearse()
    assert not services.care.condition().rehearsal_well
    assert services.care.backup_state().last is None
