"""The exchange server in the window: entered, tried, then worked with in the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import bootstrap, paths
from app import settings as settings_file
from app.exchange.hub import Hub
from app.exchange.hub_admin import HubAdministration
from app.exchange.keys import read_key
from app.gui.pages.settings.hub_editor import HubEditor
from app.gui.pages.settings.office import OfficeSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell import hub_worker
from app.gui.shell.application import Program
from app.gui.shell.screens import settle
from app.services import Services
from app.settings import Settings
from tests.exchange.hub_network import at
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import answering
from tests.postgres import PORT, Server

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Place:
    """An office, and the program under test as the laptop it lets in as `login`."""

    office: Services
    hub: Hub
    program: Program
    server: str
    database: str
    login: str

    def office_works(self) -> None:
        """The office takes in what arrived and answers."""
        self.hub.run()
        self.hub.run()


@pytest.fixture
def place(
    server: Server,
    application: QApplication,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    monkeypatch.setattr(hub_worker, "SOON", 50)
    own, far = paths.home(), tmp_path_factory.mktemp("office")
    with server.empty_database() as url:
        address = at(server, url)
        there = {
            "hub_server": f"{address('x').host}:{PORT}",
            "hub_database": address("x").database,
        }
        settings_file.save(settings, paths.settings_file())
        program = Program(application, settings)
        program.start()
        settle(program.context, calm=120)
        exchange = bootstrap.exchange(program.context.services, settings)
        key = exchange.identity.key()
        monkeypatch.setenv(paths.HOME_VARIABLE, str(far))
        office = bootstrap.build(Settings(technician="M01", device="Z"))
        office_exchange = bootstrap.exchange(office, Settings())
        office_exchange.begin_office()
        office_key = office_exchange.identity.key()
        office_exchange.stations.trust(read_key(key.text), name="外勤")
        with HubAdministration(address("postgres"), "") as administration:
            administration.set_up()
            office_login = administration.admit(office_key.station, "办公室", "office")
            login = administration.admit(key.station, "外勤")
        office_settings = Settings(hub_user=office_login.login, **there)
        hub = bootstrap.hub(office, office_settings, office_login.password)
        assert hub is not None
        monkeypatch.setenv(paths.HOME_VARIABLE, str(own))
        exchange.stations.trust(read_key(office_key.text), office=True, name="办公室")
        yield Place(office, hub, program, there["hub_server"], there["hub_database"], login.login)
        program.close()
        office.close()


def office_section(program: Program) -> OfficeSection:
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("office")
    assert isinstance(section, OfficeSection)
    settle(program.context, calm=120)
    return section


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def press(widget: QWidget, text: str) -> None:
    (found,) = (b for b in widget.findChildren(QPushButton) if b.text().strip() == text)
    found.click()


def entered(place: Place, section: OfficeSection) -> HubEditor:
    editor = section.server.open_editor()
    editor.fill(
        {"hub_server": place.server, "hub_database": place.database, "hub_user": place.login}
    )
    return editor


def test_a_wrong_server_is_said_in_words_and_nothing_is_kept(place: Place) -> None:
    program = place.program
    editor = entered(place, office_section(program))
    editor.fill({"hub_server": "db.nowhere.invalid"})
    press(editor, "测试连接")
    settle(program.context, calm=120)
    assert "证书" in texts(editor), "a server elsewhere has to prove who it is"
    editor.fill({"hub_server": place.server, "hub_database": "nowhere"})
    press(editor, "测试连接")
    settle(program.context, calm=120)
    assert "nowhere" in texts(editor)
    editor.submit()
    settle(program.context, calm=120)
    assert editor.isVisible(), "refused, and everything kept"
    assert settings_file.load(paths.settings_file()).hub_server == ""
    editor.reject()


def test_work_goes_to_the_office_and_back_without_anybody_doing_anything(
    place: Place, qtbot: QtBot
) -> None:
    program = place.program
    section = office_section(program)
    editor = entered(place, section)
    press(editor, "测试连接")
    settle(program.context, calm=120)
    assert "外勤" in texts(editor)
    editor.submit()
    settle(program.context, calm=120)
    kept = settings_file.load(paths.settings_file())
    assert (kept.hub_server, kept.hub_user) == (place.server, place.login)
    hub = program.context.hub
    qtbot.waitUntil(lambda: hub.state.at is not None, timeout=30_000)
    assert "已同步" in texts(program.window)

    services = program.context.services
    number = services.incidents.get(make_incident(services, make_terminal(services))).number
    before = hub.state.at

    def arrived() -> bool:
        place.office_works()
        return place.office.incidents.counts().open == 1

    qtbot.waitUntil(arrived, timeout=60_000)
    assert place.office.incidents.by_number(number)
    hub.exchange_now()
    qtbot.waitUntil(
        lambda: hub.state.waiting == 0 and hub.state.problem is None and hub.state.at != before,
        timeout=60_000,
    )
    assert "待发" not in texts(program.window)


def test_a_server_that_went_away_is_said_and_the_work_stays(
    place: Place, server: Server, qtbot: QtBot
) -> None:
    program = place.program
    section = office_section(program)
    entered(place, section).submit()
    settle(program.context, calm=120)
    hub = program.context.hub
    qtbot.waitUntil(lambda: hub.state.at is not None, timeout=30_000)
    server.pause()
    try:
        services = program.context.services
        make_incident(services, make_terminal(services))
        hub.exchange_now()
        qtbot.waitUntil(lambda: hub.state.problem is not None, timeout=30_000)
        said = texts(program.window)
        assert "离线" in said
        assert "待发" in said
        program.close()
    finally:
        server.go_on()


def test_who_disconnects_goes_on_with_files(place: Place) -> None:
    program = place.program
    section = office_section(program)
    entered(place, section).submit()
    settle(program.context, calm=120)
    with answering("断开"):
        section.server.leave.click()
    settle(program.context, calm=120)
    assert settings_file.load(paths.settings_file()).hub_server == ""
    assert not program.context.hub.state.configured
    assert section.server.connect_.isVisible()
