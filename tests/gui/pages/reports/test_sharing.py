"""A document is passed to another program of this computer: as a file, as a picture, as a code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import PartDraft, ResolutionDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.report import ReportTab
from app.gui.shell.document_sharing import DocumentSharing
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.qr_dialog import QrDialog
from app.services import Services
from app.services.documents.requests import Request
from app.services.documents.summary import MOST, summary_text
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled


@pytest.fixture
def incident(services: Services) -> str:
    make_technician(services, "T01", name="张工")
    terminal = make_terminal(services, merchant_name="张记面馆")
    key = make_incident(services, terminal, symptom="卡号 6222 0212 3456 7890 刷卡无反应" * 3)
    services.incidents.start(key)
    part = PartDraft(name="电池", unit_price_cents=12_000)
    services.work_log.add_part(key, part)
    services.incidents.resolve(
        key,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="重新签到，说明操作。" * 20,
            labour_fee_cents=3_000,
            tests=(TestLine("sign_in", TestOutcome.PASSED),),
        ),
    )
    return key


@pytest.fixture
def sharing(
    window: MainWindow, services: Services, incident: str, settled: Settled
) -> DocumentSharing:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    tab = next(one for one in page.detail.tabs.all if isinstance(one, ReportTab))
    page.detail.tabs.setCurrentWidget(tab)
    settled()
    (found,) = tab.panel.findChildren(DocumentSharing)
    return found


def handed(services: Services, incident: str) -> list[str]:
    number = services.incidents.get(incident).number
    return [how for _at, how, _to, _by in services.reporting.handed_out(number)]


def test_the_file_on_the_clipboard_is_the_document_in_sight(
    sharing: DocumentSharing, services: Services, incident: str, settled: Settled
) -> None:
    sharing.copy_file()
    settled()
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    pdf = Path(url.toLocalFile()).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert services.verifying.judge(pdf).verdict == "yes"
    assert handed(services, incident) == ["shared"]


def test_the_page_in_sight_is_put_there_as_a_picture(
    sharing: DocumentSharing, services: Services, incident: str, settled: Settled
) -> None:
    sharing.copy_page()
    settled()
    picture = QGuiApplication.clipboard().image()
    assert picture.width() > 1400
    assert picture.height() > picture.width()
    assert picture.pixelColor(5, 5).name() == "#ffffff"
    assert handed(services, incident) == ["shared"]


def test_the_summary_fits_a_code_and_holds_no_card_number(
    sharing: DocumentSharing,
    services: Services,
    incident: str,
    opened: Callable[[], QDialog],
    settled: Settled,
) -> None:
    sharing.show_summary()
    settled()
    dialog = opened()
    assert isinstance(dialog, QrDialog)
    dialog.copy()
    text = QGuiApplication.clipboard().text()
    dialog.accept()
    number = services.incidents.get(incident).number
    assert number in text
    assert "张记面馆" in text
    assert "¥150.00" in text
    assert "6222" not in text.replace(" ", "").replace("622202******7890", "")
    assert "12345" not in text
    assert len(text) <= MOST
    assert re.search(r"[0-9a-f]{8} [0-9a-f]{8}$", text), "what it is verified by is never cut off"
    for kind in ("service_report", "device_list"):
        subject = number if kind == "service_report" else ""
        printed = services.reporting.pdf(Request(kind=kind, subject=subject))
        for language in ("zh", "en"):
            assert len(summary_text(printed.documents[0], language).splitlines()) >= 2
