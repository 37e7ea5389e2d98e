"""An office and a laptop, each with its window, and PostgreSQL between them: what one does appears
at the other by itself, and a conflict is settled with one click.

``--screens FOLDER`` leaves pictures of what was seen, for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app import bootstrap
from app.domain.incidents.lifecycle import IncidentState
from app.domain.register.terminals import draft_of
from app.exchange import hub as hub_module
from app.exchange.hub_admin import HubAdministration, HubLogin
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.settings.hub_editor import HubEditor
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell import hub_worker
from tests.conftest import FrozenClock
from tests.exchange.hub_network import at
from tests.factories import make_incident, make_technician, make_terminal
from tests.journeys.seats import Seat, pair
from tests.postgres import PORT, Server

pytestmark = pytest.mark.postgres
PATIENCE = 60_000
Picture = Callable[[QWidget, str], None]
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_worker, "SOON", 50)
    monkeypatch.setattr(hub_module, "POLL_EVERY", 0.3)
    monkeypatch.setattr(hub_module, "POLL_SOON", 0.1)


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Let both windows work until something is so."""
    return lambda done: qtbot.waitUntil(done, timeout=PATIENCE)


@pytest.fixture
def connected(
    seats: tuple[Seat, Seat], server: Server, until: Until, picture: Picture
) -> Iterator[tuple[Seat, Seat]]:
    """Both trust each other and exchange through a server each entered in its window."""
    office, laptop = seats
    pair(office, laptop)
    with server.empty_database() as url:
        address = at(server, url)
        with HubAdministration(address("postgres"), "") as administration:
            administration.set_up()
            logins = {
                seat: administration.admit(key_of(seat), seat.settings.technician, role)
                for seat, role in ((office, "office"), (laptop, "laptop"))
            }
        for seat, login in logins.items():
            enter_server(seat, str(server.sockets), address("x").database, login, picture)
            until(lambda s=seat: s.context.hub.state.at is not None)
        yield office, laptop
        for seat in seats:
            seat.context.hub.stop()


def key_of(seat: Seat) -> str:
    """The computer, as the server knows it."""
    exchange = seat.here(lambda: bootstrap.exchange(seat.services, seat.settings))
    station = exchange.identity.key().station  # type: ignore[attr-defined]
    return str(station)


def enter_server(seat: Seat, host: str, database: str, login: HubLogin, picture: Picture) -> None:
    """Settings → the office → Connect …"""
    section = seat.office_section()
    editor = seat.here(section.server.open_editor)
    assert isinstance(editor, HubEditor)
    editor.fill(
        {
            "hub_server": f"{host}:{PORT}",
            "hub_database": database,
            "hub_user": login.login,
            "hub_password": login.password,
        }
    )
    seat.press(editor, "测试连接")
    picture(editor, f"server-editor-{seat.settings.device}")
    seat.press(editor, "连接")
    picture(seat.window, f"server-settings-{seat.settings.device}")


def phone(seat: Seat, key: str, number: str) -> None:
    """Enter another telephone number of a terminal."""
    terminals = seat.services.terminals
    terminal = terminals.get(key)
    draft = replace(draft_of(terminal), contact_phone=number)
    seat.here(lambda: terminals.update(key, terminal.version, draft))


def change_both_offline(
    connected: tuple[Seat, Seat],
    terminal: str,
    server: Server,
    clock: FrozenClock,
    until: Until,
    picture: Picture,
) -> None:
    """Both change the telephone number of a terminal while the server is away."""
    office, laptop = connected
    server.pause()
    try:
        for seat, number in ((office, "13800000001"), (laptop, "13800000002")):
            clock.forward(minutes=1)
            phone(seat, terminal, number)
            seat.here(seat.context.hub.exchange_now)
            until(lambda s=seat: s.context.hub.state.problem is not None)
        picture(laptop.window, "offline")
        waiting = laptop.exchange()
        assert waiting.tabs.tabText(0) == "待发送 1"
        picture(waiting, "outbox-offline")
        laptop.here(waiting.reject)
    finally:
        server.go_on()


def test_work_appears_at_the_other_by_itself_and_a_conflict_is_settled_with_one_click(
    connected: tuple[Seat, Seat],
    server: Server,
    clock: FrozenClock,
    until: Until,
    picture: Picture,
) -> None:
    office, laptop = connected

    # The register and an incident go from the office to the laptop.
    person = office.here(lambda: make_technician(office.services, "T01"))
    terminal = office.here(lambda: make_terminal(office.services))
    key = office.here(lambda: make_incident(office.services, terminal, displayed_code="A0"))
    office.here(lambda: office.services.incidents.assign(key, person))
    page = laptop.here(lambda: laptop.window.show_page("incidents"))
    assert isinstance(page, IncidentsPage)
    until(lambda: page._model.rowCount() == 1)
    picture(laptop.window, "incident-arrived")

    # The technician begins; the office's list shows it without anybody asking.
    list_ = office.here(lambda: office.window.show_page("incidents"))
    assert isinstance(list_, IncidentsPage)
    clock.forward(minutes=5)
    laptop.here(lambda: laptop.services.incidents.start(key))
    until(lambda: list_._model.value(0).state is IncidentState.IN_PROGRESS)
    until(lambda: list_.detail.view.incident.state is IncidentState.IN_PROGRESS)
    picture(office.window, "work-began")

    # The line is cut: both change the same field, and each sees only his own.
    shown = office.here(lambda: office.window.show_page("terminals"))
    assert isinstance(shown, TerminalsPage)
    for seat in connected:
        until(lambda s=seat: s.context.hub.state.waiting == 0)
    change_both_offline(connected, terminal, server, clock, until, picture)
    for seat in connected:
        seat.here(seat.context.hub.exchange_now)

    # Both are told; the office decides with one click, and the laptop has it.
    dialogs = {}
    for seat in connected:
        today = seat.here(lambda s=seat: s.window.show_page("today"))
        assert isinstance(today, TodayPage)
        until(lambda t=today: "1 项待处理" in t.exchange.text())
        dialogs[seat] = seat.exchange()
        until(lambda d=dialogs[seat]: len(d.conflicts.model.rows()) == 1)
        picture(dialogs[seat], f"server-conflict-{seat.settings.device}")
    office.press(dialogs[office], "采用我的")
    until(lambda: laptop.services.terminals.get(terminal).contact_phone == "13800000001")
    for dialog in dialogs.values():
        until(lambda d=dialog: d.conflicts.model.rows() == ())
    picture(dialogs[office], "server-settled")
    for seat, dialog in dialogs.items():
        seat.here(dialog.reject)
    phones = {seat.services.terminals.get(terminal).contact_phone for seat in connected}
    assert phones == {"13800000001"}
