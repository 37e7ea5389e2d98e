"""The page that is in sight stays marked in sight, also where the rail has to scroll."""

from __future__ import annotations

import pytest

from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.rail import Rail
from tests.gui.conftest import Settled
from tests.gui.fitting import room_at


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_mark_of_a_page_is_seen_whole(
    window: MainWindow, settled: Settled, scale: float
) -> None:
    (rail,) = window.findChildren(Rail)
    window.resize(*room_at(1.0))
    for spec in PAGES:
        window.show_page(spec.id)
        settled()
        window.resize(*room_at(scale))
        settled()
        marked = rail._group.checkedButton()
        assert marked is not None
        assert marked.visibleRegion().boundingRect() == marked.rect(), spec.id
        window.resize(*room_at(1.0))
