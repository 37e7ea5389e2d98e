"""The exchange in the window: trust, a package each way, a conflict settled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import bootstrap, paths
from app.domain.errors import InvalidInput
from app.domain.people.roles import Role, SignedIn
from app.domain.register.people import TechnicianDraft
from app.exchange.exchange import Exchange
from app.exchange.keys import read_key
from app.gui.pages.settings.office import OfficeSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.trust_editor import TrustDraft
from app.gui.pages.today.page import TodayPage
from app.gui.shell.exchange_dialogs import ExchangeDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.package_dialog import PackageDialog
from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import words
from app.services import Services
from app.services.core.rights import read_again
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_technician
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


class Office:
    """The office, a computer elsewhere."""

    def __init__(
        self, folder: Path, template: Path, clock: FrozenClock, patch: pytest.MonkeyPatch
    ) -> None:
        folder.mkdir()
        shutil.copyfile(template, folder / "poscare.db")
        settings = Settings(technician="M01", device="A")
        self.services = bootstrap.build(
            settings, clock=clock, database=Database(folder / "poscare.db")
        )
        with patch.context() as moved:
            moved.setenv(paths.HOME_VARIABLE, str(folder))
            self.exchange: Exchange = bootstrap.exchange(self.services, settings)
        self.text = self.exchange.identity.key("总部").text

    def rename(self, code: str, phone: str) -> None:
        """Somebody's telephone number is entered in the office."""
        [known] = [one for one in self.services.directory.technicians() if one.code == code]
        draft = TechnicianDraft(code=code, name=known.name, phone=phone)
        self.services.directory.save_technician(draft, known.id, known.version)


@pytest.fixture
def office(
    tmp_path: Path, template: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """An office whose key was brought along."""
    made = Office(tmp_path / "office", template, clock, monkeypatch)
    yield made
    made.services.close()


def office_section(window: MainWindow, settled: Settled) -> OfficeSection:
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("office")
    settled()
    assert isinstance(section, OfficeSection)
    return section


def pressed(owner: OfficeSection | QDialog, text: str) -> None:
    """Press the button that says so."""
    [found] = [one for one in owner.findChildren(QPushButton) if one.text().strip() == text]
    assert found.isEnabled()
    found.click()


def exchange_dialog(page: QWidget, context: AppContext, settled: Settled) -> ExchangeDialog:
    """The dialog of the exchange, opened."""
    dialog = ExchangeDialog(page, context)
    dialog.open()
    dialog.refresh()
    settled()
    return dialog


def paired(section: OfficeSection, office: Office, settled: Settled) -> None:
    """Office and laptop trust each other, once the fingerprints were compared."""
    dialog = exchange_dialog(section, section.context, settled)
    assert not dialog.write.isEnabled(), "there is no office yet"
    dialog.reject()
    with pytest.raises(InvalidInput) as refused:
        section.trust(TrustDraft(office.text, "", office=True, compared=False))
    assert refused.value.code == "exchange.not_compared"
    section.trust(TrustDraft(office.text, "", office=True, compared=True))
    context = section.context
    own = bootstrap.exchange(context.services, context.settings).identity.key()
    office.exchange.stations.trust(read_key(own.text))
    settled()
    assert [one.station.name for one in section.model.rows()] == ["总部"]


def test_a_package_each_way_and_a_conflict_settled_in_the_window(
    window: MainWindow,
    settled: Settled,
    services: Services,
    office: Office,
    clock: FrozenClock,
    tmp_path: Path,
) -> None:
    make_technician(services, "T01", name="张工")
    paired(office_section(window, settled), office, settled)
    today = window.show_page("today")
    assert isinstance(today, TodayPage)
    settled()
    assert today.exchange.text().strip() == "交换 · 1 项待发送"

    def both_ways() -> PackageDialog:
        clock.forward(minutes=5)
        dialog.write_to(tmp_path / "a.posx")
        settled()
        office.exchange.take_in(tmp_path / "a.posx")
        office.exchange.export(tmp_path / "b.posx")
        looking = dialog.look_into(tmp_path / "b.posx")
        settled()
        assert "来自 总部" in looking.said
        pressed(looking, "接收")
        settled()
        return looking

    dialog = exchange_dialog(today, today.context, settled)
    both_ways().reject()
    settled()
    assert today.exchange.text().strip() == "交换"

    office.rename("T01", "13800000001")
    [person] = services.directory.technicians()
    draft = TechnicianDraft(code="T01", name="张工", phone="13800000002")
    services.directory.save_technician(draft, person.id, person.version)
    both_ways().reject()
    settled()
    assert today.exchange.text().strip() == "交换 · 1 项待处理"
    dialog.tabs.setCurrentWidget(dialog.conflicts)
    both = {one.text() for one in dialog.conflicts.findChildren(QLabel) if one.isVisible()}
    assert {"13800000001", "13800000002"} <= both, "what both said"
    assert dialog.conflicts.keep.text() == "保留我的", "which of them is from here"
    pressed(dialog, "采用对方的")
    settled()
    [person] = services.directory.technicians()
    assert person.phone == "13800000001"
    assert dialog.conflicts.model.rows() == ()
    dialog.reject()


def test_what_others_do_at_the_same_database_appears_in_the_open_dialog(
    window: MainWindow, settled: Settled, services: Services, office: Office
) -> None:
    """A command, another seat, the exchange in the background; what is being typed stays."""
    paired(office_section(window, settled), office, settled)
    dialog = exchange_dialog(window.show_page("today"), window.context, settled)
    dialog.outbox.search.setText("赵工")
    settled()
    assert dialog.outbox.model.rowCount() == 0
    make_technician(services, "T09", name="赵工")
    settled()
    assert dialog.outbox.model.rowCount() == 1
    assert dialog.outbox.search.text() == "赵工"
    dialog.reject()


def test_several_conflicts_are_shown_and_settled_at_once(
    window: MainWindow,
    settled: Settled,
    services: Services,
    office: Office,
    clock: FrozenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = ("T01", "T02", "T03")
    for code in codes:
        make_technician(services, code, name=f"张{code}")
    paired(office_section(window, settled), office, settled)
    page = window.show_page("today")

    def both_ways() -> None:
        clock.forward(minutes=5)
        exchange = bootstrap.exchange(services, window.context.settings)
        exchange.export(tmp_path / "a.posx")
        office.exchange.take_in(tmp_path / "a.posx")
        office.exchange.export(tmp_path / "b.posx")
        exchange.take_in(tmp_path / "b.posx")
        settled()

    both_ways()
    for code in codes:
        office.rename(code, "13800000001")
    for one in services.directory.technicians():
        draft = TechnicianDraft(code=one.code, name=one.name, phone="13800000002")
        services.directory.save_technician(draft, one.id, one.version)
    both_ways()
    dialog = exchange_dialog(page, window.context, settled)
    dialog.tabs.setCurrentWidget(dialog.conflicts)
    assert not dialog.conflicts.take_all.isVisible(), "one is chosen"
    dialog.conflicts.table.selectAll()
    assert dialog.conflicts.keep_all.isVisible()
    assert not dialog.conflicts.take.isVisible(), "a side of one is no answer for three"
    asked: list[str] = []

    def confirm(_parent: QWidget, question: str, detail: str, _action: str) -> bool:
        asked.append(f"{question}\n{detail}")
        return len(asked) > 1

    monkeypatch.setattr("app.gui.toolkit.problems.confirm", confirm)
    dialog.conflicts.take_all.click()
    settled()
    assert len(dialog.conflicts.model.rows()) == 3, "nobody agreed"
    assert all(f"张{code}" in asked[0] for code in codes), "what is decided is shown before"
    dialog.conflicts.take_all.click()
    settled()
    assert dialog.conflicts.model.rows() == ()
    assert {one.phone for one in services.directory.technicians()} == {"13800000001"}
    dialog.reject()


def test_a_package_that_is_refused_says_why_and_cannot_be_taken_in(
    window: MainWindow, settled: Settled, office: Office, tmp_path: Path
) -> None:
    section = office_section(window, settled)
    section.trust(TrustDraft(office.text, "总部", office=True, compared=True))
    path = tmp_path / "a.posx"
    path.write_bytes(b"nothing of ours")
    dialog = section.open_exchange()
    settled()
    looking = dialog.look_into(path)
    settled()
    assert "不是 POSCare 工作包" in looking.trouble.text()
    [take] = [b for b in looking.findChildren(QPushButton) if b.text().strip() == "接收"]
    assert not take.isEnabled()
    looking.reject()
    dialog.reject()


def test_a_pasted_key_shows_its_fingerprint_and_is_trusted_only_when_compared(
    window: MainWindow, settled: Settled, office: Office
) -> None:
    section = office_section(window, settled)
    section.add()
    settled()
    [dialog] = [one for one in QApplication.topLevelWidgets() if isinstance(one, DraftDialog)]
    dialog.fill({"key": office.text.lower()})
    dialog.form.flush()
    settled()
    shown = {one.text() for one in dialog.findChildren(QLabel)}
    assert office.exchange.identity.key().fingerprint in shown
    dialog.submit()
    settled()
    assert dialog.isVisible(), "not compared yet"
    dialog.fill({"compared": True})
    dialog.submit()
    settled()
    assert [one.station.name for one in section.model.rows()] == ["总部"]


def test_the_office_says_who_works_at_a_computer(
    window: MainWindow, settled: Settled, services: Services, office: Office
) -> None:
    for code, name in (("T01", "张工"), ("T02", "刘伟")):
        make_technician(services, code, name=name)
    section = office_section(window, settled)
    bootstrap.exchange(services, section.context.settings).begin_office()
    section.refresh()
    settled()
    section.add()
    settled()
    dialog = draft_dialog()
    dialog.fill({"key": office.text})
    dialog.form.flush()
    settled()
    dialog.fill({"office": False, "compared": True, "people": ["T02"]})
    dialog.submit()
    settled()
    [row] = section.model.rows()
    assert row.station.codes == ("T02",)
    section.trusted.select(row.id)
    section.people.click()
    settled()
    dialog = draft_dialog()
    dialog.fill({"people": ["T01"], "more_people": "t09、"})
    dialog.submit()
    settled()
    [row] = section.model.rows()
    assert row.station.codes == ("T01", "T09")
    section.trusted.select(row.id)
    section.people.click()
    settled()
    dialog = draft_dialog()
    dialog.fill({"people": [], "more_people": ""})
    dialog.submit()
    settled()
    assert dialog.isVisible(), "somebody has to work there"
    dialog.reject()


def test_an_auditor_sees_grey_what_would_be_refused_with_the_reason(
    window: MainWindow, settled: Settled, services: Services, office: Office
) -> None:
    boss = make_technician(services, "M02", name="主管", role=Role.ADMINISTRATOR)
    auditor = make_technician(services, "S01", name="审计", role=Role.AUDITOR)
    paired(office_section(window, settled), office, settled)
    services.people.set_password(boss, "a long password")
    services.context.person = SignedIn(id=auditor, code="S01", name="审计", role=Role.AUDITOR)
    read_again(services.context)
    section = office_section(window, settled)
    section.refresh()
    settled()
    section.trusted.select(section.model.rows()[0].id)
    dialog = exchange_dialog(section, section.context, settled)
    arranging = (section.rename, section._add, section._revoke)
    for made, reason in (
        *((one, "决定本机与谁交换") for one in arranging),
        (dialog.write, "生成和接收工作包"),
        (dialog.read, "生成和接收工作包"),
    ):
        assert not made.isEnabled()
        assert reason in made.toolTip(), made.text()
    dialog.reject()


def draft_dialog() -> DraftDialog:
    """The one that is open."""
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, DraftDialog)]
    [dialog] = [one for one in found if one.isVisible()]
    return dialog


def test_one_key_opens_it_from_any_page_and_it_says_until_when_the_office_has_everything(
    window: MainWindow,
    settled: Settled,
    services: Services,
    office: Office,
    clock: FrozenClock,
    qtbot: QtBot,
) -> None:
    paired(office_section(window, settled), office, settled)
    window.show_page("terminals")
    settled()
    clock.forward(minutes=30)
    make_technician(services, "T01", name="张工")
    clock.forward(hours=2)
    make_technician(services, "T05", name="赵工")
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_X, modifiers)
    settled()
    [dialog] = [one for one in window.findChildren(ExchangeDialog) if one.isVisible()]
    said = [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]
    assert said[0] == "交换"
    waiting = dialog.outbox.model
    since = min(waiting.value(row).at for row in range(waiting.rowCount()))
    assert f"本机 {words().moment(since)} 之前的操作，办公室都已收到" in "\n".join(said)
    dialog.reject()


def test_every_column_of_the_outbox_is_seen_on_a_small_screen(
    window: MainWindow, settled: Settled, services: Services, office: Office
) -> None:
    """What goes out is judged by the new value, the last column of all."""
    section = office_section(window, settled)
    paired(section, office, settled)
    make_technician(services, "T01", name="张工")
    settled()
    dialog = exchange_dialog(section, section.context, settled)
    for width in (784, 1284):
        dialog.resize(width, 640)
        settled()
        for table in (dialog.outbox.table, dialog.outbox.detail.changes):
            assert table.isVisible()
            bar = table.horizontalScrollBar()
            assert bar.maximum() == bar.minimum() == 0, (table.objectName(), width)
            assert table.mapTo(dialog, table.rect().topRight()).x() < dialog.width()
        assert dialog.width() == width
    dialog.reject()
