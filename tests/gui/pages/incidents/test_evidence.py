"""Photos, signatures and the report in the incident's detail: with a merchant waiting."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from app import paths
from app.domain.documents import SignerRole, Stage
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.lifecycle import Action
from app.gui.pages.incidents.camera_dialog import CameraDialog
from app.gui.pages.incidents.evidence import EvidenceTab
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.report import ReportTab
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.shell import document_actions as handing_module
from app.gui.shell.document_actions import seal_notices
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ListIncidents
from app.gui.shell.page import AppContext, Note
from app.gui.shell.paper_to_sign import PaperToSign
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.reports.media.raster import PdfPages
from app.services import Services
from app.services.documents.attachments import Owner
from app.services.documents.requests import Request
from app.services.incidents.incident_queries import IncidentFilter
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled, answering
from tests.reports.reading import all_text
from tests.seals import PASSPHRASE, company_certificate
from tests.services.documents.paper import close, jpeg, resolved, sign

Opened = Callable[[], QDialog]


@pytest.fixture
def incident(services: Services) -> str:
    """An open incident."""
    key = make_incident(services, make_terminal(services))
    services.incidents.start(key)
    return key


@pytest.fixture
def page(window: MainWindow, incident: str, settled: Settled) -> IncidentsPage:
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    return found


def evidence_tab(page: IncidentsPage, settled: Settled) -> EvidenceTab:
    found = next(tab for tab in page.detail.tabs.all if isinstance(tab, EvidenceTab))
    page.detail.tabs.setCurrentWidget(found)
    settled()
    return found


def report_tab(page: IncidentsPage, settled: Settled) -> ReportTab:
    found = next(tab for tab in page.detail.tabs.all if isinstance(tab, ReportTab))
    page.detail.tabs.setCurrentWidget(found)
    settled()
    return found


def text_of(tab: ReportTab) -> str:
    assert tab.document_actions.printed is not None
    with PdfPages(tab.document_actions.printed.pdf) as pages:
        return "".join(pages.text(i) for i in range(pages.count))


# --- photos --------------------------------------------------------------------------------------


def test_photos_dragged_here_are_kept_and_shown(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    files = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    for number, path in enumerate(files):
        path.write_bytes(jpeg(640 + number, 480))
    tab.strip.stage_box.setCurrentIndex(tab.strip.stage_box.findData("after"))
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    drop = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    tab.strip.dropEvent(drop)
    settled()
    kept = services.attachments.listing(Owner(incident_id=incident))
    assert [(photo.name, photo.stage) for photo in kept] == [
        ("a.jpg", Stage.AFTER),
        ("b.jpg", Stage.AFTER),
    ]
    assert tab.strip.list.count() == 2
    assert set(tab._small) == {photo.print_sha256 for photo in kept}, "the small pictures came"
    assert page.detail.tabs.tabText(page.detail.tabs.indexOf(tab)) == "照片与签名 2"


def test_a_picture_in_the_clipboard_is_pasted(
    page: IncidentsPage, incident: str, services: Services, settled: Settled
) -> None:
    tab = evidence_tab(page, settled)
    picture = QImage(320, 200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(picture)
    tab.strip.paste()
    settled()
    (kept,) = services.attachments.listing(Owner(incident_id=incident))
    assert (kept.media_type, kept.width, kept.height) == ("image/png", 320, 200)
    QGuiApplication.clipboard().setText("no picture")
    tab.strip.paste()
    assert tab.strip._trouble.text() == "剪贴板中没有图片。"


def test_refused_files_are_named_with_the_reason_and_the_others_kept(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    huge, good, program = tmp_path / "huge.jpg", tmp_path / "good.jpg", tmp_path / "run.exe"
    with huge.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    good.write_bytes(jpeg())
    program.write_bytes(b"MZ\x00\x01" * 50)
    tab.add_files([huge, good, program])
    settled()
    said = tab.strip._trouble.text()
    assert "huge.jpg" in said
    assert "25" in said
    assert "run.exe" in said
    kept = services.attachments.listing(Owner(incident_id=incident))
    assert [photo.name for photo in kept] == ["good.jpg"]


def test_a_damaged_photo_is_kept_and_marked(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    path = tmp_path / "broken.jpg"
    path.write_bytes(jpeg(1200, 900)[:3000])
    tab.add_files([path])
    settled()
    (kept,) = services.attachments.listing(Owner(incident_id=incident))
    assert kept.damaged
    assert "broken.jpg" in tab.strip._trouble.text()
    assert tab.strip.list.item(0).text().startswith("已损坏")


def test_a_caption_is_saved_and_printed_below_the_photo(
    page: IncidentsPage, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    tab.add_files([path])
    settled()
    tab.strip.list.setCurrentRow(0)
    tab.strip.caption.setText("屏幕 <b>A0</b>")
    tab.strip.caption.editingFinished.emit()
    settled()
    assert "屏幕 <b>A0</b>" in text_of(report_tab(page, settled))


def test_a_removed_photo_leaves_the_report_after_a_question(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    tab.add_files([path])
    settled()
    tab.strip.list.setCurrentRow(0)
    with answering("删除"):
        tab.strip._remove()
        settled()
    assert services.attachments.listing(Owner(incident_id=incident)) == ()


# --- signatures ----------------------------------------------------------------------------------


def test_a_merchant_signs_what_the_report_says_and_a_later_change_is_told(
    page: IncidentsPage, incident: str, services: Services, opened: Opened, settled: Settled
) -> None:
    tab = evidence_tab(page, settled)
    shown = services.reporting.signable(incident)
    tab.sign(SignerRole.MERCHANT)
    dialog = opened()
    assert isinstance(dialog, SignatureDialog)
    paper = dialog.findChild(PaperToSign)
    assert paper is not None
    assert paper.hash.text().replace(" ", "") == shown, "the whole hash of what is signed"
    assert services.incidents.get(incident).number in paper.summary.text()
    assert paper.states.currentWidget() is paper.pages
    assert QApplication.focusWidget() is dialog.form.widget("signer")
    dialog.pad.begin(QPointF(20, 20))
    for x, y in ((80, 90), (140, 30), (220, 120)):
        dialog.pad.move_to(QPointF(x, y))
    dialog.pad.end()
    dialog.form.fill({"signer": "王芳"})
    dialog.submit()
    settled()
    kept = services.signatures.of_incident(incident)[SignerRole.MERCHANT]
    assert (kept.signer, kept.content_sha256) == ("王芳", shown)
    assert kept.ink is not None
    said = [label.text() for label in tab.findChildren(QLabel)]
    assert not any("签字后服务单内容有改动" in text for text in said)
    services.work_log.add_work(
        incident,
        WorkEntryDraft(kind=WorkKind.CHECK, summary="重新签到", outcome="仍失败", minutes=5),
    )
    settled()
    said = [label.text() for label in tab.findChildren(QLabel) if label.isVisible()]
    assert any("签字后服务单内容有改动" in text for text in said)


def test_a_signature_without_a_name_is_refused_and_the_drawing_stays(
    page: IncidentsPage, incident: str, services: Services, opened: Opened, settled: Settled
) -> None:
    tab = evidence_tab(page, settled)
    tab.sign(SignerRole.MERCHANT)
    dialog = opened()
    assert isinstance(dialog, SignatureDialog)
    dialog.pad.begin(QPointF(20, 20))
    dialog.pad.move_to(QPointF(200, 150))
    dialog.pad.end()
    dialog.form.fill({"signer": ""})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert dialog.pad.ink() is not None
    assert services.signatures.of_incident(incident) == {}


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "confirmation", "by"),
    [
        ("商户拒签，要等老板回来", "absent", ""),
        ("拒绝签字", "refused", ""),
        ("已在纸质单上签字", "absent", ""),
        ("电话确认", "by_phone", "王先生"),
    ],
)
def test_who_did_not_sign_is_nowhere_said_to_have_signed_or_confirmed(
    page: IncidentsPage,
    incident: str,
    services: Services,
    opened: Opened,
    settled: Settled,
    reason: str,
    confirmation: str,
    by: str,
) -> None:
    draft = ResolutionDraft(fault_class=FaultClass.OTHER, work_done="说明")
    services.incidents.resolve(incident, draft)
    settled()
    tab = evidence_tab(page, settled)
    notes: list[Note] = []
    page.context.noted.connect(notes.append)
    tab.sign(SignerRole.MERCHANT)
    signing = opened()
    assert isinstance(signing, SignatureDialog)
    signing.form.fill({"signer": "王先生", "reason": reason})
    signing.submit()
    settled()
    number = services.incidents.get(incident).number
    assert notes[-1].text == f"{number} 未签字原因已保存"
    page.steps.take(Action.CLOSE)
    closing = opened()
    assert isinstance(closing, DraftDialog)
    assert closing.form.value("confirmation") == confirmation
    assert closing.form.value("confirmed_by") == by
    assert closing.form.value("remark") == reason
    closing.submit()
    settled()
    made = services.reporting.pdf(Request(kind="service_report", subject=number, language="zh"))
    said = all_text(made.pdf)
    assert f"未签字，原因：{reason}" in said
    assert "商户意见" not in said


def test_signing_closes_only_what_can_be_closed_and_only_with_a_name(
    page: IncidentsPage, incident: str, services: Services, opened: Opened, settled: Settled
) -> None:
    tab = evidence_tab(page, settled)
    told: list[str] = []
    tab.sign(SignerRole.MERCHANT, told.append)
    dialog = opened()
    assert isinstance(dialog, SignatureDialog)
    assert not dialog._close.isVisible(), "nothing is resolved yet"
    dialog.reject()
    draft = ResolutionDraft(fault_class=FaultClass.OTHER, work_done="说明")
    services.incidents.resolve(incident, draft)
    settled()
    tab.sign(SignerRole.MERCHANT, told.append)
    dialog = opened()
    assert isinstance(dialog, SignatureDialog)
    assert dialog._close.isVisible()
    assert not dialog._close.isEnabled(), "nothing is drawn"
    dialog.pad.begin(QPointF(20, 20))
    dialog.pad.move_to(QPointF(200, 150))
    dialog.pad.end()
    dialog.form.fill({"signer": ""})
    dialog._close.click()
    settled()
    assert dialog.isVisible()
    assert not dialog.closes, "signed again without closing it stays open"
    dialog.form.fill({"signer": "王芳"})
    dialog._close.click()
    settled()
    assert told == ["王芳"]


def test_the_report_beside_the_incident_renews_itself(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, qtbot: QtBot
) -> None:
    tab = report_tab(page, settled)
    assert "更换通讯模块" not in text_of(tab)
    services.work_log.add_work(
        incident,
        WorkEntryDraft(kind=WorkKind.MEASURE, summary="更换通讯模块", outcome="恢复", minutes=9),
    )
    qtbot.waitUntil(lambda: "更换通讯模块" in text_of(tab), timeout=10_000)


def test_the_report_follows_what_is_typed_while_resolving(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled, incident: str
) -> None:
    from app.domain.incidents.lifecycle import Action

    page.steps.take(Action.RESOLVE)
    dialog = opened()
    assert isinstance(dialog, ResolveEditor)
    (panel,) = dialog.findChildren(PdfPanel)
    dialog._on_beside(True)
    dialog.form.fill({"work_done": "更换打印头"})
    dialog.form.flush()
    settled()
    with PdfPages(services.reporting.pdf(_typed(services, incident, dialog)).pdf) as pages:
        assert "更换打印头" in pages.text(0)
    found: list[int] = []
    panel.source.find("更换打印头", lambda boxes: found.append(len(boxes)))
    settled()
    assert found == [1]
    assert services.incidents.get(incident).work_done == "", "nothing was saved"
    dialog.reject()


def _typed(services: Services, incident: str, dialog: ResolveEditor) -> Request:
    number = services.incidents.get(incident).number
    return Request(kind="service_report", subject=number, typed=dialog.typed_draft())


def test_the_saved_file_is_what_was_looked_at_and_its_leaving_is_noted(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = report_tab(page, settled)
    shown = tab.document_actions.printed
    assert shown is not None
    path = tmp_path / "服务单.pdf"
    tab.document_actions.save_to(path)
    settled()
    assert path.read_bytes() == shown.pdf
    number = services.incidents.get(incident).number
    assert [how for _at, how, *_rest in services.reporting.handed_out(number)] == ["saved"]


def test_a_folder_that_cannot_be_written_is_said_and_the_report_stays(
    page: IncidentsPage, context: AppContext, settled: Settled, tmp_path: Path
) -> None:
    failed: list[object] = []
    context.failed.connect(failed.append)
    tab = report_tab(page, settled)
    (tmp_path / "taken").write_text("a file, no folder")
    tab.document_actions.save_to(tmp_path / "taken" / "a.pdf")
    settled()
    assert len(failed) == 1
    assert tab.document_actions.printed is not None


def test_a_draft_with_the_report_attached_is_given_to_the_mail_program(
    page: IncidentsPage,
    incident: str,
    services: Services,
    opened: Opened,
    settled: Settled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[Path] = []

    def program(_mail: object, draft: Path, _document: Path) -> bool:
        given.append(draft)
        return True

    monkeypatch.setattr(handing_module, "open_draft", program)
    tab = report_tab(page, settled)
    tab.document_actions.mail()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"to": "wang@example.cn"})
    dialog.submit()
    settled()
    message = message_from_bytes(given[0].read_bytes(), policy=default)
    (attached,) = message.iter_attachments()
    assert tab.document_actions.printed is not None
    assert attached.get_content() == tab.document_actions.printed.pdf
    number = services.incidents.get(incident).number
    assert services.reporting.handed_out(number)[0][1:3] == ("mailed", "wang@example.cn")
    assert given[0].parent == paths.home() / "outgoing"


def test_a_closed_report_says_that_it_is_final_and_stays_as_it_was(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    key = resolved(services)
    sign(services, key)
    close(services, key)
    page = window.go(ListIncidents(IncidentFilter(states="closed")))
    assert isinstance(page, IncidentsPage)
    settled()
    tab = report_tab(page, settled)
    assert tab._state.text() == "已定稿：与关闭时一致"
    assert tab.document_actions.printed is not None
    before = tab.document_actions.printed.pdf
    tab._make()
    settled()
    assert tab.document_actions.printed.pdf == before


def test_the_language_of_a_merchant_is_kept_for_its_next_report(
    page: IncidentsPage, services: Services, settled: Settled
) -> None:
    tab = report_tab(page, settled)
    assert "Service report" not in text_of(tab)
    tab._language.setCurrentIndex(tab._language.findData("en"))
    tab._language.activated.emit(2)
    settled()
    assert tab._keep.isVisible()
    tab._keep_language()
    settled()
    tab._make()
    settled()
    assert tab._language.currentData() == ""
    # The title may take two lines.
    assert "service report" in " ".join(text_of(tab).lower().split())


def test_clicking_a_photo_shows_it_large(
    page: IncidentsPage, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    tab = evidence_tab(page, settled)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    tab.add_files([path])
    settled()
    tab.strip.list.setCurrentRow(0)
    tab.strip._open()
    dialog = opened()
    picture = dialog.findChildren(QLabel)[0].pixmap()
    assert picture.width() > 300
    assert dialog.pos() != QPoint(-1, -1)
    dialog.accept()


def test_a_report_is_sealed_looked_at_and_saved_with_its_seal(
    page: IncidentsPage,
    incident: str,
    context: AppContext,
    services: Services,
    opened: Opened,
    settled: Settled,
    tmp_path: Path,
) -> None:
    pytest.importorskip("pyhanko", reason="the extra 'seal' is not installed")
    certificate, _pem = company_certificate(tmp_path)
    context.settings = replace(context.settings, seal_certificate=str(certificate))
    tab = report_tab(page, settled)
    plain = tab.document_actions.printed
    assert plain is not None
    tab.document_actions.seal()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"secret": "wrong"})
    dialog.submit()
    settled()
    assert dialog.isVisible(), "a wrong passphrase is said and may be mended"
    dialog.fill({"secret": PASSPHRASE})
    dialog.submit()
    settled()
    said = [one.text() for one in tab.panel.findChildren(QLabel) if one.isVisible()]
    assert any("测试终端服务有限公司" in text and "未被改动" in text for text in said)
    path = tmp_path / "sealed.pdf"
    tab.document_actions.save_to(path)
    settled()
    content = path.read_bytes()
    assert content.startswith(plain.pdf)
    assert seal_notices(content)[0][0] == "ok"
    changed = content.replace(b"/Title", b"/Titel", 1)
    assert seal_notices(changed)[0][0] == "danger"
    number = services.incidents.get(incident).number
    assert services.reporting.handed_out(number)[0][1] == "sealed"


def test_photos_are_taken_from_the_cameras_folder_newest_first(
    page: IncidentsPage,
    incident: str,
    context: AppContext,
    services: Services,
    opened: Opened,
    settled: Settled,
    tmp_path: Path,
) -> None:
    camera = tmp_path / "DCIM"
    camera.mkdir()
    for number in (1, 2, 3):
        path = camera / f"IMG_{number}.jpg"
        path.write_bytes(jpeg(300 + number, 200))
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    (camera / "notes.txt").write_text("no picture")
    context.settings = replace(context.settings, camera_folder=str(camera))
    tab = evidence_tab(page, settled)
    tab.strip.camera_wanted.emit()
    dialog = opened()
    assert isinstance(dialog, CameraDialog)
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == [
        "IMG_3.jpg",
        "IMG_2.jpg",
        "IMG_1.jpg",
    ]
    dialog.list.item(0).setSelected(True)
    dialog.list.item(2).setSelected(True)
    dialog._on_take()
    settled()
    kept = services.attachments.listing(Owner(incident_id=incident))
    assert [photo.name for photo in kept] == ["IMG_3.jpg", "IMG_1.jpg"]


def test_what_is_shown_goes_to_the_printer_and_that_is_noted(
    page: IncidentsPage, incident: str, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tab = report_tab(page, settled)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    printer.setResolution(100)
    tab.document_actions.print_on(printer)
    settled()
    assert tab.panel.progress.isHidden()
    with PdfPages((tmp_path / "paper.pdf").read_bytes()) as pages:
        assert pages.count == 1
    number = services.incidents.get(incident).number
    assert services.reporting.handed_out(number)[0][1] == "printed"
