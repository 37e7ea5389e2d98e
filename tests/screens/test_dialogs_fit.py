"""Every dialog there is fits the promised screen at every scale, and the window's own smallest
size, in both languages; what has the keys is in sight, and nothing scrolls while the screen has
room.

Where things break: at 200 % and in the smallest size; ``-m thorough`` takes all sizes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog

from app.gui.shell.main_window import SMALLEST, MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit import language
from app.gui.toolkit.dialog import Dialog, room_for
from app.i18n import translator
from app.services import Services
from tests.architecture.source_rules import Source, SourceRule
from tests.architecture.test_dialogs import dialogs as classes_of_dialogs
from tests.conftest import FrozenClock
from tests.gui.conftest import _own_places, application, context  # noqa: F401 - fixtures
from tests.gui.fitting import SCALES, room_at
from tests.screens.desk import Desk
from tests.screens.dialogs import KINDS
from tests.screens.test_fits import at

pytestmark = pytest.mark.xdist_group("screens")

LAID_OUT_BY_CALLERS = {"DraftDialog", "ProposalDialog"}
"""Classes that say nothing about what stands in them: whoever makes one does."""
SMALL = [room_at(2.0), (SMALLEST.width(), SMALLEST.height())]
ALL = [*map(room_at, SCALES), SMALL[-1]]
Size = tuple[int, int]
Finding = Callable[[str, list[str], list[Size]], list[str]]


@SourceRule
def calls_of_the_window(source: Source) -> Iterator[tuple[str, str]]:
    """What is called by its name in the window, and where: folder, file and function."""
    if "gui" not in source.folders:
        return
    owners: dict[ast.AST, str] = {}
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef):
            # Functions inside others come later in the walk, and win.
            owners |= dict.fromkeys(ast.walk(node), node.name)
    for call in source.calls:
        if isinstance(call.func, ast.Name):
            place = f"{source.folders[-2]}.{source.path.stem}.{owners.get(call, '')}"
            yield call.func.id, place


def kinds_made() -> set[str]:
    """Each kind of dialog that is made anywhere in the window: its class, or who lays it out."""
    made = classes_of_dialogs().keys()
    return {
        place if name in LAID_OUT_BY_CALLERS else name
        for name, place in calls_of_the_window()
        if name in made
    }


def test_every_kind_of_dialog_is_looked_at() -> None:
    assert sorted(KINDS) == sorted(kinds_made())


@pytest.fixture
def look(
    request: pytest.FixtureRequest,
    context: AppContext,  # noqa: F811
    services: Services,
    clock: FrozenClock,
    tmp_path: Path,
) -> Iterator[Finding]:
    """Call it for what is wrong with dialogs in a language and sizes."""
    windows: list[MainWindow] = []

    def found(words: str, names: list[str], sizes: list[Size]) -> list[str]:
        language.use(translator(words))
        made = MainWindow(context)
        windows.append(made)
        made.resize(1366, 768)
        made.show()
        desk = Desk(made, services, lambda: settle(context, calm=40), clock, tmp_path)
        wrong: list[str] = []
        for name in names:
            dialog = opened(desk, name)
            wrong += [f"{name} {one}" for one in (*as_opened(dialog), *in_all(dialog, sizes))]
            close_all()
            desk.settle()
        return wrong

    yield found
    for made in windows:
        made.close()


def close_all() -> None:
    """The window is alone again."""
    for shown in QApplication.topLevelWidgets():
        if isinstance(shown, QDialog) and shown.isVisible():
            shown.close()


def opened(desk: Desk, name: str) -> QDialog:
    """The dialog of a kind, open and at rest."""
    made = KINDS[name](desk)
    if isinstance(made, QDialog):
        made.show()
        desk.settle()
        return made
    for _look in range(60):
        desk.settle()
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, Dialog) and ("." in name or type(dialog).__name__ == name):
            return dialog
    raise AssertionError(f"{name} opened {dialog}")


def as_opened(dialog: QDialog) -> list[str]:
    """What is wrong with a dialog as it opens on a screen with room enough."""
    found = []
    room = room_for(dialog)
    if dialog.width() > room.width() or dialog.height() > room.height():
        found.append(f"opens {dialog.width()}×{dialog.height()}, larger than the screen")
    body = getattr(dialog, "_body", None)
    if body is not None and body.verticalScrollBar().maximum() and dialog.height() < room.height():
        found.append(f"scrolls at {dialog.height()}, and the screen has {room.height()}")
    focus = dialog.focusWidget()
    if focus is not None and focus.isVisible():
        seen = focus.visibleRegion().boundingRect()
        if seen.intersected(QRect(0, 0, focus.width(), 30)).height() < min(focus.height(), 24):
            found.append(f"{type(focus).__name__} {focus.objectName()} has the keys out of sight")
    return found


def in_all(dialog: QDialog, sizes: list[Size]) -> list[str]:
    """What is wrong in a dialog: no larger than it opens by itself, in none of the rooms."""
    own = dialog.size()
    found = []
    for w, h in sizes:
        width, height = min(own.width(), w), min(own.height(), h)
        found += at(dialog, width, height)
        body = getattr(dialog, "_body", None)
        if body is not None and body.horizontalScrollBar().maximum():
            found.append(f"{width}×{height}: scrolls sideways")
    return found


@pytest.mark.parametrize("words", ["zh", "en"])
def test_every_dialog_fits_where_room_is_scarce(look: Finding, words: str) -> None:
    assert look(words, list(KINDS), SMALL) == []


@pytest.mark.thorough
@pytest.mark.parametrize("words", ["zh", "en"])
def test_every_dialog_fits_everywhere(look: Finding, words: str) -> None:
    assert look(words, list(KINDS), ALL) == []
