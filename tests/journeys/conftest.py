"""An office and a laptop with a window each, and pictures of them where they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.shell.screens import grab
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.gui.conftest import _own_places, application  # noqa: F401 - fixtures
from tests.journeys.seats import Seat


@pytest.fixture
def seats(
    application: QApplication,  # noqa: F811
    tmp_path: Path,
    template: Path,
    clock: FrozenClock,
    settings: Settings,
) -> Iterator[tuple[Seat, Seat]]:
    """An office and a laptop."""
    office = Seat(
        tmp_path / "office", template, clock, replace(settings, technician="M01", device="A")
    )
    laptop = Seat(
        tmp_path / "laptop", template, clock, replace(settings, technician="T01", device="L7")
    )
    yield office, laptop
    for seat in (office, laptop):
        seat.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[QWidget, str], None]:
    """Leave a picture where it was asked for."""
    folder = request.config.getoption("--screens")

    def take(widget: QWidget, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            grab(widget, Path(folder) / f"{name}.png")

    return take
