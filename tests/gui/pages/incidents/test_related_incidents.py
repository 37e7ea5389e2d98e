"""The tab of a common cause."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.related import RelatedTab
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled
from tests.gui.pages.incidents.test_shop_of_an_incident import press


def test_an_incident_is_taken_in_shown_and_taken_off_again(
    window: MainWindow,
    services: Services,
    opened: Callable[[], QDialog],
    settled: Settled,
) -> None:
    first, other = (
        make_incident(services, make_terminal(services, serial=f"SN00000{n}")) for n in range(2)
    )
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(first)
    settled()
    tab = next(one for one in page.detail.tabs.all if isinstance(one, RelatedTab))
    page.detail.tabs.setCurrentIndex(page.detail.tabs.all.index(tab))
    settled()
    press(tab, "并入一条异常…")
    settled()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.submit()
    settled()
    assert [one.id for one in services.parents.related(first).joined] == [other]
    page.show_incident(other)
    settled()
    press(tab, "移出总事件")
    settled()
    assert services.parents.related(first).joined == ()
