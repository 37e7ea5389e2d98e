"""Somebody else changes a record while a dialog about it is open: the dialog says who changed what
and when, offers to reload, and keeps what was typed.  One test over every dialog about a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.incidents.drafts import HoldDraft, WorkEntryDraft
from app.domain.incidents.lifecycle import Action, HoldReason
from app.domain.maintenance.visits import ScheduleDraft, VisitAction
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.domain.register.terminal_actions import TerminalAction
from app.domain.register.terminals import draft_of
from app.gui.pages.dispatch.page import DispatchPage
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.tabs import AddPart, AddWork
from app.gui.pages.maintenance.detail import SkipTask
from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.pages.settings.contacts import ContactsSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.people import PeopleSection
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.services.core import other_seats
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled
from tests.maintenance import make_checklist, make_plan, plan_draft, planned

Opened = Callable[[], QDialog]
RELOAD = "载入最新内容，保留我的修改"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_seats, "LOOK_EVERY", 0.03)


@dataclass(frozen=True)
class Case:
    """How a dialog is opened, what is typed into it, what somebody else does to its record."""

    open: Callable[[], object]
    typed: dict[str, Any]
    theirs: Callable[[], object]


class Office:
    """A window over one of everything, and somebody else's program."""

    def __init__(self, window: MainWindow, services: Services, other: Services) -> None:
        self.window, self.mine, self.other = window, services, other
        make_technician(services, "T02", name="王强")
        self.person = make_technician(services, "T09", name="李明")
        self.terminal = make_terminal(services)
        self.incident = make_incident(services, self.terminal, reporter_phone="13800001111")
        services.incidents.assign(self.incident, self.person)
        services.incidents.start(self.incident)
        self.contact = services.directory.save_contact(
            ContactDraft(organisation="银联客服", phone="95516", role="acquirer")
        )
        make_checklist(services)
        self.plan = make_plan(services, checklist="short")
        services.generation.generate()
        self.visit = planned(services)[0].id
        self.count = 0

    def page(self, name: str, kind: type) -> Any:
        found = self.window.show_page(name)
        assert isinstance(found, kind)
        return found

    # --- what somebody else does ----------------------------------------------------------------

    def works(self) -> None:
        self.count += 1
        text = f"第{self.count}次检查"
        self.other.work_log.add_work(self.incident, WorkEntryDraft(summary=text))

    def edits_terminal(self) -> None:
        self.count += 1
        terminal = self.other.terminals.get(self.terminal)
        draft = replace(draft_of(terminal), contact_phone=f"1390000{self.count:04d}")
        self.other.terminals.update(self.terminal, terminal.version, draft)

    def edits_person(self) -> None:
        self.count += 1
        (now,) = (
            p for p in self.other.directory.technicians(everybody=True) if p.id == self.person
        )
        draft = TechnicianDraft(
            code=now.code, name=now.name, role=now.role, phone=f"1390000{self.count:04d}"
        )
        self.other.directory.save_technician(draft, now.id, now.version)

    def edits_contact(self) -> None:
        (now,) = (c for c in self.other.directory.contacts(everybody=True) if c.id == self.contact)
        draft = ContactDraft(organisation=now.organisation, phone="95517", role=now.role)
        self.other.directory.save_contact(draft, now.id, now.version)

    def edits_plan(self) -> None:
        plan = self.other.plans.get("care")
        draft = plan_draft(checklist="short", name_zh="月度检查")
        today = self.other.context.today()
        self.other.plans.save(draft, plan.id, plan.version, today)

    def locks_visit(self) -> None:
        visit = self.other.visits.get(self.visit).summary
        self.other.visits.schedule(visit.id, visit.version, ScheduleDraft(lock=not visit.locked))

    # --- the dialogs ----------------------------------------------------------------------------

    def on_incident(self, take: Callable[[IncidentsPage], object]) -> Callable[[], object]:
        def do() -> None:
            page = self.page("incidents", IncidentsPage)
            page._table.select(self.incident)
            self.settle()
            take(page)

        return do

    def on_terminal(self, take: Callable[[TerminalsPage], object]) -> Callable[[], object]:
        def do() -> None:
            page = self.page("terminals", TerminalsPage)
            page.show_terminal(self.terminal)
            self.settle()
            take(page)

        return do

    def on_visit(self, take: Callable[[MaintenancePage], object]) -> Callable[[], object]:
        def do() -> None:
            page = self.page("maintenance", MaintenancePage)
            page.show_visit(self.visit)
            self.settle()
            take(page)

        return do

    settle: Settled

    def cases(self) -> dict[str, Case]:
        steps = {
            "edit an incident": (Action.EDIT, {"symptom": "我写的"}),
            "hold": (Action.HOLD, {"remark": "我写的"}),
            "resolve": (Action.RESOLVE, {"work_done": "我写的"}),
            "hand over": (Action.HANDOVER, {"remark": "我写的"}),
        }
        found = {
            name: Case(
                self.on_incident(lambda page, a=action: page.steps.take(a)), typed, self.works
            )
            for name, (action, typed) in steps.items()
        }
        for name, wish, typed in (
            ("work", AddWork(), {"summary": "我写的"}),
            ("part", AddPart(), {"name": "我写的"}),
        ):
            found[name] = Case(
                self.on_incident(lambda page, w=wish: page.steps.want(w)), typed, self.works
            )
        for name, action, typed in (
            ("edit a terminal", TerminalAction.EDIT, {"contact_name": "我写的"}),
            ("swap", TerminalAction.SWAP, {"reason": "我写的"}),
            ("move", TerminalAction.RELOCATE, {"reason": "我写的"}),
            ("state", TerminalAction.CHANGE_STATE, {"reason": "我写的"}),
            ("custody", TerminalAction.HAND_OVER, {"note": "我写的"}),
        ):
            found[name] = Case(
                self.on_terminal(lambda page, a=action: page.steps.take(a)),
                typed,
                self.edits_terminal,
            )
        for name, action, typed in (
            ("schedule", VisitAction.SCHEDULE, {"reason": "我写的"}),
            ("cancel a visit", VisitAction.CANCEL, {"reason": "我写的"}),
        ):
            found[name] = Case(
                self.on_visit(lambda page, a=action: page.steps.take(a)), typed, self.locks_visit
            )
        found["skip a task"] = Case(
            self.on_visit(
                lambda page: page.steps.take(SkipTask(page.detail.view.visit.occurrences[0]))
            ),
            {"reason": "我写的"},
            self.locks_visit,
        )
        found["refuse work"] = Case(self._refuse, {"reason": "我写的"}, self.locks_visit)
        found["dispatch"] = Case(self._assign, {"overruling": "我写的"}, self.locks_visit)
        found["plan"] = Case(
            self.on_visit(lambda page: page.plans.edit(self.mine.plans.get("care"))),
            {"name_en": "mine"},
            self.edits_plan,
        )
        found["person"] = Case(self._edit_person, {"email": "a@b.cn"}, self.edits_person)
        found["contact"] = Case(self._edit_contact, {"hours": "我写的"}, self.edits_contact)
        return found

    def _refuse(self) -> None:
        number = self.mine.visits.get(self.visit).summary.number
        page = self.page("today", TodayPage)
        page.answers.refuse(self.mine.dispatching.numbered(number))

    def _assign(self) -> None:
        page = self.page("dispatch", DispatchPage)
        self.settle()
        page._choose(page._item(self.visit))
        page.ask()

    def _section(self, name: str, kind: type) -> Any:
        section = self.page("settings", SettingsPage).section(name)
        assert isinstance(section, kind)
        self.settle()
        return section

    def _edit_person(self) -> None:
        (known,) = (
            p for p in self.mine.directory.technicians(everybody=True) if p.id == self.person
        )
        self._section("people", PeopleSection)._open(known)

    def _edit_contact(self) -> None:
        (known,) = (c for c in self.mine.directory.contacts(everybody=True) if c.id == self.contact)
        self._section("contacts", ContactsSection)._open(known)


def said(dialog: QDialog) -> str:
    return "\n".join(w.text() for w in dialog.findChildren(QLabel) if w.isVisible())


def reload(dialog: QDialog) -> None:
    (found,) = (b for b in dialog.findChildren(QPushButton) if b.text().strip() == RELOAD)
    assert found.isVisible()
    found.click()


def dialog_after(qtbot: QtBot, before: QDialog | None = None) -> DraftDialog:
    """The dialog that is open now, once it is another than `before`."""

    def there() -> bool:
        now = QApplication.activeModalWidget()
        return isinstance(now, DraftDialog) and now is not before

    qtbot.waitUntil(there, timeout=20_000)
    found = QApplication.activeModalWidget()
    assert isinstance(found, DraftDialog)
    return found


def test_every_dialog_says_who_changed_its_record_and_keeps_what_was_typed(
    window: MainWindow,
    services: Services,
    other: Services,
    context: AppContext,
    qtbot: QtBot,
    clock: FrozenClock,
) -> None:
    office = Office(window, services, other)
    office.settle = lambda: settle(context, calm=40)
    for name, case in office.cases().items():
        case.open()
        dialog = dialog_after(qtbot)
        office.settle()
        dialog.restore(case.typed)
        before = dialog.content()
        assert {k: before[k] for k in case.typed} == case.typed, name
        clock.forward(minutes=1)
        case.theirs()
        qtbot.waitUntil(lambda d=dialog: "T02 王强 (L8)" in said(d), timeout=20_000)
        moment = f"{clock.now.astimezone():%Y-%m-%d %H:%M}"
        assert moment in said(dialog), name
        assert dialog.content() == before, f"{name}: what was typed was lost"
        reload(dialog)
        again = dialog_after(qtbot, dialog)
        office.settle()
        assert {k: again.content()[k] for k in case.typed} == case.typed, name
        assert "T02 王强 (L8)" not in said(again), name
        again.restore(before)
        again.reject()
        office.settle()


def test_what_others_made_impossible_is_said_instead_of_asked_again(
    window: MainWindow,
    services: Services,
    other: Services,
    settled: Settled,
    opened: Opened,
    qtbot: QtBot,
) -> None:
    office = Office(window, services, other)
    office.settle = settled
    office.on_incident(lambda page: page.steps.take(Action.HOLD))()
    dialog = opened()
    dialog.restore({"remark": "我写的"})
    other.incidents.hold(office.incident, HoldDraft(HoldReason.PARTS, services.context.today()))
    qtbot.waitUntil(lambda: "T02 王强 (L8)" in said(dialog), timeout=20_000)
    reload(dialog)
    box = opened()
    assert isinstance(box, QMessageBox)
    assert "挂起" in box.text() + box.informativeText()
    box.reject()
    kept = services.saved_forms.kept(f"incident/hold/{office.incident}")
    assert kept is not None
    assert kept.content == {"remark": "我写的"}


def test_what_one_does_oneself_meanwhile_is_no_news(
    window: MainWindow, services: Services, other: Services, settled: Settled, opened: Opened
) -> None:
    office = Office(window, services, other)
    office.settle = settled
    office.on_incident(lambda page: page.steps.take(Action.EDIT))()
    dialog = opened()
    services.work_log.add_work(office.incident, WorkEntryDraft(summary="自己的"))
    settled()
    settled()
    assert RELOAD not in said(dialog)
    assert not dialog._meanwhile.isVisible()
