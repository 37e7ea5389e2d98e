"""A missing database in the window: what is left is shown, and nothing is begun without a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication, QLabel

from app import bootstrap, paths
from app import settings as settings_file
from app.gui.shell.application import Program
from app.gui.shell.missing_database_dialog import LostDatabaseDialog
from app.gui.shell.screens import settle
from app.settings import Settings
from tests.factories import make_incident


@pytest.fixture
def copy(settings: Settings) -> Path:
    """A backup with one incident; the database itself is deleted."""
    settings_file.save(settings, paths.settings_file())
    services = bootstrap.build(settings)
    make_incident(services)
    made = services.backups.back_up().path
    services.close()
    paths.database_file().unlink()
    return made


@pytest.fixture
def program(application: QApplication, copy: Path, settings: Settings) -> Iterator[Program]:
    """The program as it starts without its database."""
    made = Program(application, settings)
    made.start()
    settle(made.context, calm=120)
    yield made
    made.close()


def dialog_of(program: Program) -> LostDatabaseDialog:
    (found,) = program.window.findChildren(LostDatabaseDialog)
    assert found.isVisible()
    return found


def test_a_missing_database_is_shown_with_what_is_left_and_put_back(
    program: Program, copy: Path
) -> None:
    dialog = dialog_of(program)
    assert not program.context.is_ready
    assert not paths.database_file().exists(), "nothing was begun"
    assert dialog.copies.current().path == str(copy), "the newest that can be read is chosen"
    dialog.restore.click()
    settle(program.context, calm=120)
    assert program.context.is_ready
    assert not program.window.findChildren(LostDatabaseDialog)
    with program.context.services.context.read() as session:
        assert session.execute(sa.text("SELECT number FROM incident")).scalars().all() == [
            "L7-000001"
        ]


def test_what_cannot_be_restored_is_said_and_the_choice_stays(program: Program, copy: Path) -> None:
    dialog = dialog_of(program)
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    dialog.restore.click()
    settle(program.context, calm=120)
    assert dialog.isVisible()
    assert any("没有恢复" in item.text() for item in dialog.findChildren(QLabel))
    assert not paths.database_file().exists()


def test_looking_again_finds_a_drive_that_was_connected(
    program: Program, copy: Path, template: Path
) -> None:
    dialog = dialog_of(program)
    dialog.retry_chosen.emit()
    settle(program.context, calm=120)
    again = [d for d in program.window.findChildren(LostDatabaseDialog) if d.isVisible()]
    assert len(again) == 1, "it is still missing"
    paths.database_file().write_bytes(template.read_bytes())
    again[0].retry_chosen.emit()
    settle(program.context, calm=120)
    assert program.context.is_ready


def test_an_empty_database_gets_another_letter(program: Program, copy: Path) -> None:
    dialog = dialog_of(program)
    dialog._letter.setText("l7")
    assert not dialog._begin.isEnabled(), "the same letter would give the same numbers"
    dialog._letter.setText("m2")
    dialog._begin.click()
    settle(program.context, calm=120)
    assert program.context.is_ready
    assert program.context.services.context.device == "M2"
    assert settings_file.load(paths.settings_file()) == replace(
        program.context.settings, device="M2"
    )
