"""A part is fitted out of one's own van: price and warranty come with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.part_editor import PartEditor
from app.gui.pages.incidents.tabs import AddPart
from app.gui.shell.main_window import MainWindow
from app.services import Services
from tests.factories import make_incident, make_part, make_technician, make_terminal
from tests.gui.conftest import Settled


def test_a_part_of_the_catalogue_fills_in_what_is_known_of_it(
    window: MainWindow, services: Services, opened: Callable[[], QDialog], settled: Settled
) -> None:
    van = make_technician(services, "T01", name="张工")
    terminal = make_terminal(services, installed_on="2020-01-01", warranty_until="2021-01-01")
    part = make_part(services, "BAT-1", list_price_cents=12_000)
    services.stock.receive(van, part, 1)
    incident = make_incident(services, terminal)
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    page.steps.want(AddPart())
    dialog = opened()
    assert isinstance(dialog, PartEditor)
    untouched = dialog.form.values()
    assert (untouched["name"], untouched["unit_price_cents"]) == ("", 0)
    dialog.submit()
    settled()
    assert dialog.form.widget("name").property("wrong") == "true"
    assert services.incidents.get(incident).parts == ()
    dialog.fill({"part_kind_id": part})
    values = dialog.form.values()
    assert (values["name"], values["part_no"]) == ("电池", "BAT-1")
    assert (values["unit_price_cents"], values["in_warranty"]) == (12_000, False)
    assert values["taken_from"] == van
    dialog.fill({"quantity": 2})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert dialog.form.widget("stock_reason").property("wrong") == "true"
    dialog.fill({"quantity": 1, "new_serial": "B0002"})
    dialog.submit()
    settled()
    (fitted,) = services.incidents.get(incident).parts
    assert (fitted.name, fitted.new_serial, fitted.unit_price_cents) == ("电池", "B0002", 12_000)
    assert [level.quantity for level in services.stock.levels()] == [0]
    page.steps.want(AddPart())
    again = opened()
    assert isinstance(again, PartEditor)
    again.fill({"part_kind_id": "", "name": "卷纸"})
    assert again.form.value("taken_from") == ""
    again.submit()
    settled()
    assert [one.name for one in services.incidents.get(incident).parts] == ["电池", "卷纸"]
