"""The window under test: offscreen, in Chinese, over real services and a database of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from app.gui.shell.application import dress, make_application
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit import language, theme
from app.gui.toolkit.main_thread_gc import MainThreadGc
from app.i18n import translator
from app.services import Services
from app.settings import Settings

Settled = Callable[[], None]


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path) -> None:
    """Window places of the test's own, not of whoever works on this machine."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "places")
    )


UNANSWERED = 20.0
"""Seconds after which a question counts as one that nobody at this screen will answer."""


class _Questions(QObject):
    """Refuses a question that stays open; `left` says which."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self._seen: tuple[QWidget, float] | None = None
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        now = time.monotonic()
        if not isinstance(box, QMessageBox):
            self._seen = None
        elif self._seen is None or self._seen[0] is not box:
            self._seen = box, now
        elif now - self._seen[1] > UNANSWERED:
            self.left.append(box.text())
            box.reject()


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    """No test waits for an answer nobody gives, and none leaves workers behind."""
    questions, standing = _Questions(), MainThreadGc._standing
    yield
    left, workers = questions.left, MainThreadGc._standing - standing
    questions.deleteLater()
    assert not left, f"a question nobody answered: {left}"
    assert not workers, "the test left workers that were not closed"


@pytest.fixture
def application(qapp: QApplication, settings: Settings) -> Iterator[QApplication]:
    """The application in the language and look of the settings; tidy afterwards."""
    if not QApplication.organizationName():
        make_application(settings)
    _dress_again(qapp, settings)
    yield qapp
    for widget in QApplication.topLevelWidgets():
        widget.close()
        # The list of a completer is deleted by it: deleted before, the process crashes.
        if widget.windowType() is not Qt.WindowType.Popup:
            widget.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _dress_again(qapp, settings)


def _dress_again(app: QApplication, settings: Settings) -> None:
    """Dressing takes a while, so only when a test left the program dressed otherwise."""
    dark = theme.tokens() is theme.DARK
    wanted = settings.theme == "dark"
    if language.words() is not translator(settings.language) or dark != wanted:
        dress(app, settings)


@pytest.fixture
def context(
    application: QApplication, services: Services, settings: Settings
) -> Iterator[AppContext]:
    """A desk whose services are ready."""
    made = AppContext(settings)
    made.set_services(services)
    yield made
    made.close()


@pytest.fixture
def settled(context: AppContext) -> Settled:
    """Call it to let the event loop run until nothing is under way."""
    return lambda: settle(context, calm=120)


@pytest.fixture
def window(context: AppContext) -> Iterator[MainWindow]:
    """The main window, shown at the smallest size the product promises to be good at."""
    made = MainWindow(context)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()


@pytest.fixture
def opened(application: QApplication, settled: Settled) -> Callable[[], QDialog]:
    """Call it for the dialog that is open now."""

    def found() -> QDialog:
        settled()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog), "no dialog is open"
        return dialog

    return found


class Answering(QObject):
    """Waits for a question that blocks the caller and answers it.

    Nobody sits at this screen: a question that is not the expected one is refused, and told by
    `check`, for left alone it would wait until the test session is killed.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._answered = False
        self._refused: list[str] = []
        self._timer = QTimer(self, interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        self._timer.stop()
        found = [made for made in box.buttons() if made.text() == self._text]
        if found:
            self._answered = True
            found[0].click()
        else:
            self._refused = [box.text(), *(made.text() for made in box.buttons())]
            box.reject()

    def check(self) -> None:
        """The question came and could be answered so."""
        self._timer.stop()
        assert not self._refused, f"no button {self._text!r}: {self._refused}"
        assert self._answered, "nothing was asked"


@contextmanager
def answering(text: str) -> Iterator[None]:
    """Within, one question is asked, and answered with the button that says `text`."""
    waiting = Answering(text)
    yield
    waiting.check()


def press(parent: QWidget, text: str) -> None:
    """Press the button of a message box that says `text` and does not block."""
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    visible = [box for box in boxes if box.isVisible()]
    assert visible, f"no message is shown over {parent.objectName() or parent}"
    (found,) = (button for button in visible[-1].buttons() if button.text() == text)
    found.click()
