"""The merchant at hand: on the incident, and from the marked row of Today."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.shop_tab import ShopTab
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.shop_dialog import ShopDialog
from app.gui.toolkit.qr_dialog import QrDialog
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]
SHOP = {"mid": "848290051234567", "merchant_name": "张记面馆", "contact_phone": "17700000412"}


def press(parent: QWidget, text: str) -> None:
    """Press the button that says `text`."""
    (found,) = (one for one in parent.findChildren(QPushButton) if one.text().strip() == text)
    found.click()


def test_the_shop_stands_on_its_incident(
    window: MainWindow, services: Services, opened: Opened, settled: Settled
) -> None:
    terminals = [make_terminal(services, **SHOP) for _ in range(2)]
    incident = make_incident(services, terminals[0])
    other = make_incident(services, terminals[1])
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    tab = next(one for one in page.detail.tabs.all if isinstance(one, ShopTab))
    page.detail.tabs.setCurrentWidget(tab)
    settled()
    assert {one.id for one in tab.card.terminals.rows()} == set(terminals)
    assert {one.id for one in tab.card.incidents.rows()} == {incident, other}
    press(tab, "复制电话")
    assert QGuiApplication.clipboard().text() == "17700000412"
    press(tab, "扫码拨号")
    code = opened()
    assert isinstance(code, QrDialog)
    press(code, "复制")
    assert QGuiApplication.clipboard().text() == "tel:17700000412"
    code.accept()
    tab.card.incident_opened.emit(other)
    settled()
    assert page.detail.view is not None
    assert page.detail.view.incident.id == other


def test_the_shop_of_the_marked_incident_opens_on_today(
    window: MainWindow, services: Services, opened: Opened, settled: Settled
) -> None:
    person = make_technician(services, "T01", name="张工")
    incident = make_incident(services, make_terminal(services, **SHOP))
    services.incidents.assign(incident, person)
    page = window.show_page("today")
    assert isinstance(page, TodayPage)
    settled()
    page.listed.findChildren(type(page.new_work.table))[0].select_first()
    press(page, "商户信息")
    dialog = opened()
    assert isinstance(dialog, ShopDialog)
    assert dialog.windowTitle() == "张记面馆"
    dialog.card.incident_opened.emit(incident)
    settled()
    assert not shiboken6.isValid(dialog)
    assert window.current == "incidents"
