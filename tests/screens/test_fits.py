"""Everything can be read and reached on the promised screen at every scale, and in the window's own
smallest size: pages, tabs, tables, plurals; Chinese and English.  Dialogs: `test_dialogs_fit`.

``--screens FOLDER`` (``make screens``) takes all scales; otherwise the smallest, the largest and
the window's own minimum do: that is where things break.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app import paths
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import SMALLEST, MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit import language
from app.i18n import translator
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import _own_places, application, context  # noqa: F401 - fixtures
from tests.gui.fitting import SCALES, primary_hidden, room_at, wrong
from tests.screens.test_accessible import views

pytestmark = pytest.mark.xdist_group("screens")

LONG_NAME = "上海浦东新区陆家嘴世纪大道环球金融中心地下一层美食广场老字号小笼馒头旗舰店"
LONG_SYMPTOM = "顾客刷卡后屏幕一直显示正在处理，等了两分钟后提示通讯超时，重启后仍然一样；" * 12
LANGUAGES = pytest.mark.parametrize("words", ["zh", "en"])


@pytest.fixture
def sizes(request: pytest.FixtureRequest) -> list[tuple[int, int]]:
    """The rooms a window is looked at in."""
    scales = SCALES if request.config.getoption("--screens") else (1.0, 2.0)
    return [*map(room_at, scales), (SMALLEST.width(), SMALLEST.height())]


@pytest.fixture
def desk(
    words: str,
    context: AppContext,  # noqa: F811
    services: Services,
) -> Iterator[MainWindow]:
    """The window over a little of everything, with names as long as people give."""
    language.use(translator(words))
    make_technician(services)
    services.incidents.start(make_incident(services, symptom=LONG_SYMPTOM))
    terminal = make_terminal(services, merchant_name=LONG_NAME)
    incident = make_incident(services, terminal, symptom=LONG_SYMPTOM)
    services.incidents.start(incident)
    services.plans.install_pack()
    services.generation.generate()
    made = MainWindow(context)
    made.resize(1366, 768)
    made.show()
    page = made.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settle(context, calm=60)
    page.show_incident(incident)
    settle(context, calm=60)
    yield made
    made.close()


def at(window: QWidget, width: int, height: int) -> list[str]:
    """What is wrong in a window of this size, which it has to be able to take."""
    window.resize(width, height)
    for _pass in range(12):  # texts that wrap are asked for their height one after the other
        QApplication.processEvents()
    found = [*wrong(window), *primary_hidden(window)]
    if window.width() > width or window.height() > height:
        found.append(f"is {window.width()}×{window.height()}, larger than its room")
    return [f"{width}×{height}: {one}" for one in found]


@LANGUAGES
def test_every_page_and_tab_fits(
    desk: MainWindow,
    context: AppContext,  # noqa: F811
    sizes: list[tuple[int, int]],
) -> None:
    found: list[str] = []
    for view in views(desk, lambda: settle(context, calm=40)):
        for size in sizes:
            found += [f"{view} {one}" for one in at(desk, *size)]
        desk.resize(1366, 768)
    assert found == []


@LANGUAGES
def test_a_long_symptom_does_not_push_the_address_off(
    desk: MainWindow,
    context: AppContext,  # noqa: F811
) -> None:
    page = desk.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    detail = page.detail
    for scale in SCALES:
        at(desk, *room_at(scale))
        facts = detail._facts
        assert detail.view is not None
        assert detail.view.terminal is not None
        assert detail.view.terminal.address in facts.text()
        assert facts.heightForWidth(facts.width()) <= facts.height() + 1
        line = detail._symptom.fontMetrics().lineSpacing()
        assert detail._symptom.height() <= 2 * line
        assert LONG_SYMPTOM[:40] in detail._symptom.toolTip()


@pytest.mark.parametrize("scale", ["1.25", "2"])
def test_the_window_and_a_dialog_fit_at_a_real_scale(
    tmp_path: Path, settings: Settings, scale: str
) -> None:
    """Elsewhere a scale is emulated by the room it leaves."""
    screens = tmp_path / "screens.json"
    screen = {"name": "laptop", "x": 0, "y": 0, "width": 1366, "height": 768, "dpr": 1}
    screens.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96}]}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.small_screen", str(tmp_path / "new.db")],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
            "QT_SCALE_FACTOR": scale,
            paths.HOME_VARIABLE: str(tmp_path / "home"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, _break, found = done.stdout.partition("\n")
    width, height = (round(side / float(scale)) for side in (1366, 768))
    assert first == f"screen {width}×{height} at {scale}"
    assert found == ""
