"""Settings: saved as a whole or not at all, applied while the program runs, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QDialog

from app import paths
from app import settings as settings_file
from app.domain.incidents.lifecycle import Priority, Target
from app.domain.register.people import ContactDraft
from app.domain.register.terminals import TerminalState
from app.gui.pages.settings.backups import DataSection
from app.gui.pages.settings.contacts import ContactsSection
from app.gui.pages.settings.general import DRAFT_KEY, GeneralSection
from app.gui.pages.settings.models import ModelsSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.people import PeopleSection
from app.gui.pages.settings.section import Section
from app.gui.shell.application import Program
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled, answering, press

Opened = Callable[[], QDialog]


@pytest.fixture
def page(window: MainWindow, settled: Settled, services: Services) -> SettingsPage:
    make_technician(services, "T01", name="张工")
    found = window.show_page("settings")
    assert isinstance(found, SettingsPage)
    settled()
    return found


def section(page: SettingsPage, name: str, settled: Settled) -> Section:
    found = page.section(name)
    settled()
    return found


def draft_dialog(opened: Opened) -> DraftDialog:
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    return dialog


# --- general -------------------------------------------------------------------------------------


def test_saved_settings_are_in_the_file_and_on_the_desk(
    page: SettingsPage, context: AppContext, settled: Settled
) -> None:
    general = section(page, "general", settled)
    assert isinstance(general, GeneralSection)
    announced: list[Settings] = []
    context.settings_changed.connect(announced.append)
    general.form.fill({"company_name": "新公司", "device": "b3", "horizon_days": 120})
    general.save()
    settled()
    stored = settings_file.load(paths.settings_file())
    assert (stored.company_name, stored.device, stored.horizon_days) == ("新公司", "B3", 120)
    assert announced == [stored]
    assert general.form.value("device") == "B3", "shown as it was stored"


def test_agreed_times_are_set_on_the_page(
    page: SettingsPage, context: AppContext, settled: Settled
) -> None:
    general = section(page, "general", settled)
    assert isinstance(general, GeneralSection)
    general.form.fill({"p1_response_hours": 9})
    general.save()
    settled()
    assert general.form.widget("p1_resolve_hours").property("wrong") == "true"
    assert not paths.settings_file().exists()
    general.form.fill({"p1_resolve_hours": 12})
    general.save()
    settled()
    stored = settings_file.load(paths.settings_file())
    assert stored.targets[Priority.P1] == Target(9, 12)


def test_a_refused_setting_is_marked_and_nothing_is_saved(
    page: SettingsPage, settled: Settled
) -> None:
    general = section(page, "general", settled)
    assert isinstance(general, GeneralSection)
    general.form.fill({"company_name": "新公司", "device": "laptop"})
    general.save()
    settled()
    assert general.form.widget("device").property("wrong") == "true"
    assert general.form.value("company_name") == "新公司"
    assert not paths.settings_file().exists()


def test_the_logo_is_copied_so_that_moving_the_file_does_not_lose_it(
    page: SettingsPage, settled: Settled, tmp_path: Path
) -> None:
    general = section(page, "general", settled)
    assert isinstance(general, GeneralSection)
    chosen = tmp_path / "logo.png"
    picture = QImage(300, 90, QImage.Format.Format_RGB32)
    picture.fill(QColor("#1f6feb"))
    picture.save(str(chosen))
    general.form.fill({"company_logo": str(chosen)})
    general.save()
    settled()
    stored = Path(settings_file.load(paths.settings_file()).company_logo)
    assert (stored.parent, stored.read_bytes()) == (paths.home(), chosen.read_bytes())
    chosen.write_text("no picture", encoding="utf-8")
    general.form.fill({"company_logo": str(chosen)})
    general.save()
    settled()
    assert settings_file.load(paths.settings_file()).company_logo == str(stored)
    assert general.form.value("company_logo") == str(chosen), "the choice stays, with the reason"


# --- language and look while running --------------------------------------------------------------


@pytest.fixture
def program(application: QApplication, services: Services, settings: Settings) -> Program:
    made = Program(application, settings)
    made.context.set_services(services)
    made.window.show()
    yield made  # type: ignore[misc]
    made.window.close()
    made.context.close()


def choose(program: Program, name: str, value: str) -> None:
    """Choose language or look in the settings as a person would."""
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    general = page.section("general")
    assert isinstance(general, GeneralSection)
    settle(program.context, calm=120)
    box = general.look.widget(name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
    settle(program.context, calm=120)


def test_language_and_look_change_while_the_program_runs(
    program: Program, services: Services
) -> None:
    make_technician(services, "T01")
    make_incident(services, make_terminal(services))
    for spec in PAGES:
        program.window.show_page(spec.id)
    before = program.window
    choose(program, "language", "en")
    assert program.window is not before
    assert program.window.current == "settings"
    page = program.window.show_page("settings")
    assert page is not None
    assert page.title == "Settings"
    choose(program, "theme", "dark")
    for spec in PAGES:
        shown = program.window.show_page(spec.id)
        settle(program.context, calm=120)
        assert shown is not None
        assert shown.title == spec.title, "every page speaks English now"
    program.context.note("said")
    stored = settings_file.load(paths.settings_file())
    assert (stored.language, stored.theme) == ("en", "dark")
    settle(program.context, calm=120)
    assert not shiboken6.isValid(before), "the old window is gone"


def test_what_was_half_typed_survives_a_change_of_language(
    program: Program, services: Services
) -> None:
    make_technician(services, "T01")
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    general = page.section("general")
    assert isinstance(general, GeneralSection)
    settle(program.context, calm=120)
    general.form.fill({"company_phone": "400-123"})
    choose(program, "language", "en")
    again = program.window.show_page("settings")
    assert isinstance(again, SettingsPage)
    settle(program.context, calm=120)
    form = again.section("general")
    assert isinstance(form, GeneralSection)
    assert form.form.value("company_phone") == "400-123"
    assert settings_file.load(paths.settings_file()).company_phone == "400-000-0000", "not saved"
    form.save()
    settle(program.context, calm=120)
    assert settings_file.load(paths.settings_file()).company_phone == "400-123"
    assert services.saved_forms.kept(DRAFT_KEY) is None


def test_who_works_here_is_who_the_log_names(program: Program, services: Services) -> None:
    make_technician(services, "T01")
    make_technician(services, "T02", name="王工")
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    general = page.section("general")
    assert isinstance(general, GeneralSection)
    settle(program.context, calm=120)
    general.form.fill({"technician": "T02", "device": "C"})
    general.save()
    settle(program.context, calm=120)
    terminal = services.terminals.get(make_terminal(services))
    assert terminal.log[0].by == "T02"
    assert services.context.device == "C"


# --- lists ---------------------------------------------------------------------------------------


def test_a_technician_gets_areas_known_and_new(
    page: SettingsPage, settled: Settled, opened: Opened, services: Services
) -> None:
    make_terminal(services, area="浦东新区")
    people = section(page, "people", settled)
    assert isinstance(people, PeopleSection)
    people.add()
    dialog = draft_dialog(opened)
    dialog.fill({"code": "t01", "name": "李工", "areas": ("浦东新区",), "more_areas": "崇明，奉贤"})
    dialog.submit()
    settled()
    assert dialog.form.widget("code").property("wrong") == "true", "T01 is somebody else"
    dialog.fill({"code": "t09"})
    dialog.submit()
    settled()
    saved = services.directory.technician("T09")
    assert set(saved.areas) == {"浦东新区", "崇明", "奉贤"}
    assert [row.person.code for row in people.model.rows()] == ["T01", "T09"]


def test_a_contact_is_marked_as_verified_and_that_can_be_undone(
    page: SettingsPage, context: AppContext, settled: Settled, services: Services
) -> None:
    services.directory.save_contact(ContactDraft(organisation="银联商务", phone="400-000-0001"))
    contacts = section(page, "contacts", settled)
    assert isinstance(contacts, ContactsSection)
    said: list[Callable[[], object]] = []
    context.noted.connect(lambda note: said.append(note.clicked))
    contacts.table.select_first()
    contacts.verify()
    settled()
    today = services.context.today()
    assert services.directory.contacts()[0].last_verified_on == today
    said[0]()
    settled()
    assert services.directory.contacts()[0].last_verified_on is None


def test_a_required_firmware_points_out_terminals_with_an_older_one(
    page: SettingsPage, settled: Settled, opened: Opened, services: Services
) -> None:
    make_terminal(services, firmware="3.2.1")
    models = section(page, "models", settled)
    assert isinstance(models, ModelsSection)
    models.edit(models.model.rows()[0])
    dialog = draft_dialog(opened)
    dialog.fill({"required_firmware": "4.0"})
    dialog.submit()
    settled()
    (model,) = models.model.rows()
    assert (model.required_firmware, model.outdated) == ("4.0", 1)
    assert "1 台版本偏低" in models.model.index(0, 2).data()
    models.edit_acquirer(models.acquirers.model().value(0))  # type: ignore[attr-defined]
    profile = draft_dialog(opened)
    profile.fill({"code_profile": "unionpay"})
    profile.submit()
    settled()
    assert services.models.acquirers()[0].code_profile == "unionpay"


# --- data ----------------------------------------------------------------------------------------


def test_a_backup_is_made_listed_and_restored(
    page: SettingsPage, settled: Settled, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = section(page, "data", settled)
    assert isinstance(data, DataSection)
    key = make_terminal(services)
    data.back_up()
    settled()
    (copy,) = data._copies.rows()
    services.terminals.change_state(key, TerminalState.RETIRED, "x")
    with answering("取消"):
        data.restore(copy.path)
        settled()
    assert services.terminals.get(key).state is TerminalState.RETIRED, "asked, and declined"
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda *_args: quits.append(True))
    with answering("恢复"):
        data.restore(copy.path)
        settled()
    press(data, "退出")
    settled()
    assert quits == [True], "the program ends: what it shows is of before"
    assert services.terminals.get(key).state is TerminalState.IN_SERVICE


def test_the_check_lists_every_point_with_its_state(page: SettingsPage, settled: Settled) -> None:
    data = section(page, "data", settled)
    assert isinstance(data, DataSection)
    data.check(thorough=True)
    settled()
    findings = {finding.code: finding.well for finding in data._findings.rows()}
    assert findings["check.structure"]
    assert not findings["check.backup"], "there is no backup yet"
    assert "需处理" in data._verdict.text()


def test_a_second_backup_folder_is_used_at_once(
    program: Program, services: Services, tmp_path: Path
) -> None:
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    data = page.section("data")
    assert isinstance(data, DataSection)
    settle(program.context, calm=120)
    data.use_second(str(tmp_path / "office"))
    settle(program.context, calm=120)
    data.back_up()
    settle(program.context, calm=120)
    assert len(list((tmp_path / "office").glob("poscare-*.db"))) == 1
    assert services.backups.backups()[0].path.parent == paths.backups()
