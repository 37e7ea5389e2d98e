"""Every page is painted, at the promised size, and no words are cut off.

``pytest tests/screens --screens FOLDER`` leaves pictures of every page in both languages, both
looks and at 100 and 200 per cent in FOLDER, over the sample estate, for somebody to look at.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

from app import bootstrap, paths
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import SIZE, settle
from app.gui.toolkit import language
from app.gui.toolkit.topbar import TopBar
from app.i18n import Translator, translator
from app.services import Services
from app.services.sample import estate as sample_estate
from app.settings import Settings
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import _own_places, application, context  # noqa: F401 - fixtures

COMBINATIONS = tuple(product(("zh", "en"), ("light", "dark"), (1, 2)))
LEAST_COLOURS = 20


@pytest.fixture(scope="module")
def album(request: pytest.FixtureRequest) -> Path:
    """The folder asked for on the command line."""
    wanted = request.config.getoption("--screens")
    if not wanted:
        pytest.skip("pictures are made with --screens FOLDER")
    return Path(wanted).absolute()


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample estate."""
    path = tmp_path_factory.mktemp("estate") / "poscare.db"
    settings = Settings(technician="T01", device="L7", database=str(path))
    services = bootstrap.build(settings)
    sample_estate.fill(services, paths.resources() / "sample")
    services.close()
    return path


@pytest.mark.xdist_group("screens")
@pytest.mark.parametrize(("words", "look", "scale"), COMBINATIONS)
def test_pictures_for_the_album(
    album: Path, estate: Path, tmp_path: Path, words: str, look: str, scale: int
) -> None:
    folder = album / f"{words}-{look}-{scale}00"
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.painter", str(folder), words, look, str(estate)],
        env={**os.environ, "QT_SCALE_FACTOR": str(scale), paths.HOME_VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for spec in PAGES:
        picture = QImage(str(folder / f"page_{spec.id}.png"))
        assert picture.size() == QSize(*SIZE) * scale
        assert colours(picture) >= LEAST_COLOURS, spec.id


class Stretched(Translator):
    """A pseudo-language, sixty per cent longer, that shows which labels would be clipped."""

    def __init__(self, inner: Translator) -> None:
        super().__init__(inner.language, inner._catalogue)

    def __call__(self, message: str, **values: object) -> str:
        text = super().__call__(message, **values)
        return text + "·" * max(1, round(len(text) * 0.6)) if text else text


@pytest.fixture
def busy(services: Services) -> None:
    """A little of everything to show."""
    make_technician(services)
    for n in range(3):
        terminal = make_terminal(services, area=("浦东新区", "昆山市", "江宁区")[n])
        services.incidents.start(make_incident(services, terminal))
    services.plans.install_pack()
    services.generation.generate()


@pytest.fixture
def stretched(context: AppContext, busy: None) -> Iterator[MainWindow]:  # noqa: F811
    """The window in a language sixty per cent longer than Chinese."""
    language.use(Stretched(translator("zh")))
    made = MainWindow(context)
    made.resize(*SIZE)
    made.show()
    yield made
    made.close()


def colours(picture: QImage) -> int:
    """How many colours stand on a coarse grid: an unpainted page has one or two."""
    step = max(4, picture.width() // 300)
    spots = product(range(0, picture.width(), step), range(0, picture.height(), step))
    return len({picture.pixel(x, y) for x, y in spots})


@pytest.mark.xdist_group("screens")
@pytest.mark.usefixtures("busy")
def test_every_page_is_painted_at_the_promised_size(context: AppContext, tmp_path: Path) -> None:  # noqa: F811
    window = MainWindow(context)
    window.resize(*SIZE)
    window.show()
    for spec in PAGES:
        window.show_page(spec.id)
        settle(context, calm=120)
        picture = window.grab().toImage()
        picture.save(str(tmp_path / f"page_{spec.id}.png"))
        assert (picture.width(), picture.height()) == SIZE, spec.id
        page = window._stack.currentWidget().grab().toImage()
        assert colours(page) >= LEAST_COLOURS, f"{spec.id} is blank"
    window.close()


@pytest.mark.xdist_group("screens")
@pytest.mark.parametrize("page", [spec.id for spec in PAGES])
def test_no_words_are_cut_off_in_a_longer_language(
    stretched: MainWindow,
    context: AppContext,  # noqa: F811
    page: str,
) -> None:
    stretched.show_page(page)
    settle(context, calm=120)
    assert (stretched.width(), stretched.height()) == SIZE, "the window had to grow"
    long = [w for w in stretched.findChildren(QAbstractButton) if w.text().endswith("··")]
    assert long, "the words of the window are not the longer ones"
    assert cut_off(stretched) == []
    assert overlapping(stretched) == []


@pytest.mark.xdist_group("screens")
@pytest.mark.usefixtures("busy")
def test_nothing_stands_out_at_the_right_in_english(context: AppContext) -> None:  # noqa: F811
    """What cannot be scrolled sideways is not wider than its place, the guided session neither."""
    language.use(translator("en"))
    window = MainWindow(context)
    window.resize(*SIZE)
    window.show()
    window.show_page("incidents")
    settle(context, calm=120)
    areas = [area for area in window.findChildren(QScrollArea) if area.isVisible()]
    fixed = [
        area
        for area in areas
        if area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    ]
    assert fixed
    for area in fixed:
        assert area.widget().width() <= area.viewport().width()
    window.close()


def overlapping(window: QWidget) -> list[str]:
    """Tools of the bar above the page that lie over each other."""
    bars = [bar for bar in window.findChildren(TopBar) if bar.isVisible()]
    tools = [tool for bar in bars for tool in bar.children() if isinstance(tool, QWidget)]
    seen = [tool for tool in tools if tool.isVisible()]
    return [
        f"{one.geometry()} {other.geometry()}"
        for one, other in combinations(seen, 2)
        if one.geometry().intersects(other.geometry())
    ]


def cut_off(window: QWidget) -> list[str]:
    """Labels and buttons in sight that are narrower or lower than their words."""
    found = []
    for widget in (*window.findChildren(QLabel), *window.findChildren(QAbstractButton)):
        if not (widget.isVisible() and widget.text().strip()) or widget.visibleRegion().isEmpty():
            continue
        room = widget.width() + 1
        if isinstance(widget, QLabel) and widget.wordWrap():
            cut = widget.heightForWidth(widget.width()) > widget.height() + 1
        elif isinstance(widget, QLabel):
            cut = widget.sizeHint().width() > room
        else:
            cut = widget.fontMetrics().horizontalAdvance(widget.text()) > room
        if cut:
            found.append(f"{type(widget).__name__} {widget.text()[:40]!r} in {widget.width()} px")
    return found
