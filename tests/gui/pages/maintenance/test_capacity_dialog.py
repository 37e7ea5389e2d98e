"""Capacity is seen before a plan is taken over or saved; ill today is one step; offers fill the
reschedule form in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTabWidget

from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.pages.maintenance.plan_editor import PlanEditor
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import Settled
from tests.maintenance import TODAY, make_checklist, make_plan, planned

Opened = Callable[[], QDialog]


def page_of(window: MainWindow, settled: Settled) -> MaintenancePage:
    found = window.show_page("maintenance")
    assert isinstance(found, MaintenancePage)
    settled()
    return found


def crew(services: Services) -> None:
    for n in range(6):
        make_terminal(services, latitude=f"31.{20 + n}", longitude="121.50", area="浦东新区")
    make_checklist(services)
    make_technician(services, "T01", areas=("浦东新区",))
    make_technician(services, "T02", name="王工", areas=("浦东新区",))


def test_recommended_plans_show_what_they_take_before_anything_is_written(
    services: Services, window: MainWindow, opened: Opened, settled: Settled
) -> None:
    crew(services)
    page = page_of(window, settled)
    page.plans.install()
    dialog = opened()
    assert isinstance(dialog, ProposalDialog)
    assert services.plans.listed() == ()
    assert dialog.model.rowCount() == 12
    tabs = dialog.findChild(QTabWidget)
    assert tabs is not None
    assert [tabs.tabText(n) for n in range(tabs.count())] == ["月份", "区域", "计划"]
    dialog.submitted.emit(None)
    settled()
    assert services.plans.listed()


def test_a_plan_nobody_can_do_is_refused_once_and_kept_when_saved_again(
    services: Services, window: MainWindow, opened: Opened, settled: Settled
) -> None:
    crew(services)
    make_plan(services, "care", minutes="30")
    page = page_of(window, settled)
    page.plans.edit(services.plans.get("care"))
    settled()
    editor = opened()
    assert isinstance(editor, PlanEditor)
    editor.form.fill(
        {"minutes": "1400", "unit": "week", "every": "1", "early_days": "0", "late_days": "3"}
    )
    editor.submit()
    settled()
    assert editor.isVisible()
    assert any("需要" in found.text() for found in editor.findChildren(QLabel))
    assert services.plans.get("care").latest.contents.minutes == 30
    editor.submit()
    settled()
    assert services.plans.get("care").latest.contents.minutes == 1400


def test_ill_today_gives_the_visits_to_others_in_one_step(
    services: Services, window: MainWindow, opened: Opened, settled: Settled
) -> None:
    crew(services)
    make_plan(services, minutes="30")
    services.generation.generate(TODAY + timedelta(days=10))
    services.balancing.accept(services.balancing.propose(TODAY, TODAY + timedelta(days=9)))
    visit = planned(services)[0]
    page = page_of(window, settled)
    page._ask_absence()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill(
        {"technician_id": visit.technician_id, "last_on": visit.planned_on, "at_once": True}
    )
    dialog.submit()
    settled()
    now = services.visits.get(visit.id).summary
    assert now.technician_id not in ("", visit.technician_id)
    assert not now.on_leave


def test_an_offer_fills_the_form_in_and_locks_the_time(
    services: Services, window: MainWindow, opened: Opened, settled: Settled
) -> None:
    crew(services)
    make_plan(services, minutes="30")
    services.generation.generate(TODAY + timedelta(days=10))
    visit = planned(services)[0]
    offer = services.balancing.offers.find(visit.id)[0]
    page = page_of(window, settled)
    page.show_visit(visit.id)
    settled()
    page.steps.reschedule()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    settled()
    offers = [b for b in dialog.findChildren(QPushButton) if b.property("role") == "segment"]
    assert len(offers) == 3
    offers[0].click()
    dialog.submit()
    settled()
    now = services.visits.get(visit.id).summary
    assert (now.planned_on, now.technician_id) == (offer.day, offer.technician_id)
    assert (now.start_minute, now.locked) == (offer.start_minute, True)
