"""The reports page: choose, look, many at once, issued documents, prove a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from app.gui.pages.reports.page import ReportsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import _
from app.reports.media.raster import PdfPages
from app.services import Services
from app.services.documents.kinds import REQUESTABLE
from app.services.documents.printed import PrintedDocument
from app.services.documents.requests import Request
from tests.factories import make_incident, make_terminal
from tests.forgeries import annotated
from tests.gui.conftest import Settled
from tests.reports.reading import bookmarks
from tests.services.documents import throwaway_kind
from tests.services.documents.paper import close, number_of, resolved

Opened = Callable[[], QDialog]


@pytest.fixture
def terminals(services: Services) -> list[str]:
    return [
        make_terminal(
            services,
            serial=f"SN00000{n}",
            tid=f"5000000{n}",
            mid=f"84829005812041{n}",
            merchant_name=f"测试店{n}",
        )
        for n in range(1, 7)
    ]


@pytest.fixture
def page(
    window: MainWindow, terminals: list[str], services: Services, settled: Settled
) -> ReportsPage:
    for terminal in terminals:
        make_incident(services, terminal)
    found = window.show_page("reports")
    assert isinstance(found, ReportsPage)
    settled()
    return found


def tick(page: ReportsPage, count: int) -> list[str]:
    for place in range(count):
        page.options.picker.list.item(place).setCheckState(Qt.CheckState.Checked)
    return page.options.picker.subjects()


def shown(page: ReportsPage) -> PrintedDocument:
    assert page.document_actions.printed is not None, page.options._trouble.text()
    return page.document_actions.printed


def said(page: ReportsPage) -> list[str]:
    return [one.text() for one in page.panel.findChildren(QLabel) if one.isVisible()]


def listed(page: ReportsPage) -> dict[str, str]:
    rows = [page._list.item(i) for i in range(page._list.count())]
    return {row.data(Qt.ItemDataRole.UserRole): row.text() for row in rows}


def test_every_kind_of_document_that_can_be_made_is_offered(page: ReportsPage) -> None:
    offered = listed(page)
    assert [key for key in offered if key in REQUESTABLE] == list(REQUESTABLE)
    assert {offered[key] for key in REQUESTABLE} == {_(one.title) for one in REQUESTABLE.values()}


def test_a_new_kind_is_listed_asked_for_and_shown(
    context: AppContext, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = throwaway_kind.KIND
    monkeypatch.setitem(REQUESTABLE, kind.id, kind)
    window = MainWindow(context)
    window.show()
    page = window.show_page("reports")
    assert isinstance(page, ReportsPage)
    assert listed(page)[kind.id] == "Vehicle log"
    page.choose(kind.id)
    settled()
    assert page.options.form is not None
    assert {"since", "until", "area"} <= page.options.form.values().keys()
    assert shown(page).documents[0].sheet.number == "CAR-1"
    window.close()


def test_a_ticked_incident_is_shown_at_once(page: ReportsPage, settled: Settled) -> None:
    assert "请勾选要打印的内容。" in said(page)
    (number,) = tick(page, 1)
    settled()
    assert [document.sheet.number for document in shown(page).documents] == [number]


def test_many_documents_become_one_file_with_bookmarks(page: ReportsPage, settled: Settled) -> None:
    numbers = tick(page, 5)
    settled()
    assert page.document_actions.printed is None, "many are made only when asked for"
    page.preview()
    settled()
    titles = [title for level, title in bookmarks(shown(page).pdf) if level == 0]
    assert [title.split()[0] for title in titles] == numbers
    assert page.progress.isHidden()


def test_stopping_a_batch_shows_nothing_half_made(
    page: ReportsPage, services: Services, terminals: list[str], settled: Settled
) -> None:
    for _round in range(8):
        for terminal in terminals:
            make_incident(services, terminal)
    page.refresh()
    settled()
    page._find()
    settled()
    page.options.picker.tick_all(True)
    page.preview()
    assert not page.progress.isHidden()
    page.progress._on_stop()
    settled()
    assert page.document_actions.printed is None
    assert page.progress.isHidden()


def test_one_file_each_is_named_by_the_pattern(
    page: ReportsPage, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    numbers = tick(page, 3)
    page._ask_each()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"pattern": "{nonsense}"})
    dialog.submit()
    settled()
    assert dialog.isVisible(), "an unknown placeholder is refused before anything is written"
    dialog.reject()
    page.write_each(tmp_path / "out", "{number}")
    settled()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"{number}.pdf" for number in numbers
    )


def test_a_wrong_date_is_said_beside_its_field(page: ReportsPage, settled: Settled) -> None:
    page.choose("monthly")
    settled()
    assert shown(page).documents[0].kind == "monthly"
    assert page.options.form is not None
    page.options.form.fill({"since": "2026-02-31"})
    page.options.form.flush()
    settled()
    assert page.options.form.widget("since").property("wrong") == "true"
    page.options.form.fill({"since": "2026-11-20", "until": "2026-11-01"})
    page.options.form.flush()
    settled()
    assert page.options.form.widget("until").property("wrong") == "true"


def test_labels_begin_at_the_label_that_was_clicked(page: ReportsPage, settled: Settled) -> None:
    page.choose("labels")
    settled()
    grid = page.options._grid
    QTest.mouseClick(
        grid, Qt.MouseButton.LeftButton, pos=QPoint(grid.width() // 2, round(grid.height() * 0.55))
    )
    assert page.options.form is not None
    page.options.form.flush()
    settled()
    (document,) = shown(page).documents
    assert document.sheet.start == 14  # type: ignore[attr-defined]
    page.options.form.fill({"stickers": "a4-8", "start": 9})
    page.options.form.flush()
    settled()
    assert page.options.form.widget("start").property("wrong") == "true", "there are only eight"


def test_the_first_sheet_of_many_labels_is_seen_before_all_are_made(
    page: ReportsPage, services: Services, settled: Settled, qtbot: QtBot
) -> None:
    for n in range(100, 700):
        make_terminal(
            services,
            serial=f"MANY{n:05d}",
            tid=f"6{n:07d}",
            mid="848290058120999",
            merchant_name="测试商场",
        )
    page.choose("labels")
    seen: list[tuple[int, bool]] = []
    page.panel.source.opened.connect(
        lambda: seen.append((len(page.panel.source.sizes), page.document_actions.printed is None))
    )
    page.preview()
    qtbot.waitUntil(lambda: page.progress.isVisible() or len(seen) > 1, timeout=8_000)
    settled()
    assert (1, True) in seen, "one sheet, that cannot be printed"
    assert seen[-1] == (shown(page).pages, False)
    assert shown(page).pages > 20
    assert page.progress.isHidden()


def test_language_and_paper_are_obeyed(page: ReportsPage, settled: Settled) -> None:
    page.choose("device_list")
    settled()
    assert page.options.form is not None
    page.options.form.fill({"language": "en", "paper": "letter", "words": "SN000003"})
    page.options.form.flush()
    settled()
    with PdfPages(shown(page).pdf) as pages:
        assert sorted(pages.size(0)) == [612, 792]
        text = pages.text(0)
    assert "Terminal list" in text
    assert "SN000003" in text
    assert "SN000004" not in text


def test_every_kind_without_records_is_made_or_says_why_not(
    page: ReportsPage, settled: Settled
) -> None:
    for paper in REQUESTABLE.values():
        page.choose(paper.id)
        settled()
        if not paper.subjects:
            made = page.document_actions.printed is not None
            assert made or page.options._trouble.text(), paper.id


def test_an_issued_report_is_printed_again_as_it_was(
    page: ReportsPage, services: Services, settled: Settled, tmp_path: Path
) -> None:
    key = resolved(services, serial="SN000099", tid="50000099", mid="848290058120499")
    close(services, key)
    reporting = services.reporting
    first = reporting.pdf(Request(kind="service_report", subject=number_of(services, key)))
    reporting.save(first, tmp_path / "a.pdf")
    page.choose("issued")
    settled()
    (document,) = page.issued.model.rows()
    assert (document.number, document.final, document.times) == (number_of(services, key), True, 1)
    page.issued.table.select_first()
    settled()
    (left,) = page.issued._left.text().splitlines()
    assert left.endswith("保存 · T01")
    page.issued._show_current()
    settled()
    assert shown(page).pdf == first.pdf


def test_a_list_made_from_a_selection_is_shown_again_as_the_file_that_left(
    page: ReportsPage, services: Services, settled: Settled, tmp_path: Path
) -> None:
    reporting = services.reporting
    first = reporting.pdf(Request(kind="device_list"))
    reporting.save(first, tmp_path / "清单.pdf")
    make_terminal(services, serial="SN000088", tid="50000088")
    page.choose("issued")
    settled()
    page.issued.table.select_first()
    page.issued._show_current()
    settled()
    assert shown(page).pdf == first.pdf
    assert shown(page).file_name == "清单.pdf"


def test_a_genuine_file_is_told_from_one_that_was_changed(
    page: ReportsPage, services: Services, settled: Settled, tmp_path: Path, qtbot: QtBot
) -> None:
    tick(page, 1)
    settled()
    genuine, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    shown_before = shown(page)
    genuine.write_bytes(shown_before.pdf)
    other.write_bytes(b"%PDF-1.4 not really")
    page.choose("prove")
    settled()
    page.proving.prove(genuine)
    settled()
    assert answered(page) == ("无法证明", ["无法证明", "是", "无", "无"]), "it has not left yet"
    assert not page.panel._buttons[0].isEnabled(), "it is looked at, not handed out"
    services.reporting.save(shown_before, genuine)
    page.proving.prove(genuine)
    settled()
    assert answered(page) == ("真实", ["是", "是", "无", "无"])
    genuine.write_bytes(annotated(genuine.read_bytes()))
    page.proving.prove(genuine)
    settled()
    assert answered(page) == ("不真实", ["无法证明", "否", "无", "无"])
    assert any("批注" in text for text in said(page))
    page.proving.prove(other)
    settled()
    assert page.proving._trouble.text()


def answered(page: ReportsPage) -> tuple[str, list[str]]:
    """The verdict and the four answers of the page, each on a line of its own with its question."""
    lines = [text for text in said(page) if "［" in text]
    asked = [text.split("［")[0].strip() for text in lines]
    assert asked == ["本单位出具", "页面与数据", "签名", "电子签章"]
    whole = next(text for text in said(page) if "：" in text)
    return whole.split("：")[0], [text.split("［")[1].split("］")[0] for text in lines]


def test_the_code_of_a_paper_is_looked_up(
    page: ReportsPage, services: Services, settled: Settled, tmp_path: Path
) -> None:
    tick(page, 1)
    settled()
    printed = shown(page)
    services.reporting.save(printed, tmp_path / "a.pdf")
    number, sha256 = printed.documents[0].sheet.number, printed.hashes[0]
    page.choose("prove")
    settled()
    for code, answer in (
        (f"POSCARE;{number};{sha256}", "［是］"),
        (f"POSCARE;{number};{'0' * 64}", "［无法证明］"),
        (f"POSCARE;L7-000999;{sha256}", "［否］"),
    ):
        page.proving._code.setText(code)
        page.proving._code.returnPressed.emit()
        settled()
        assert any(answer in text for text in said(page)), code
    page.proving._code.setText("HELLO")
    page.proving._code.returnPressed.emit()
    settled()
    assert page.proving._trouble.text()
    assert page.proving._code.text() == "HELLO", "what was typed stays"


def test_a_document_of_somebody_else_is_shown_and_said_not_to_be_ours(
    page: ReportsPage, settled: Settled, tmp_path: Path
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "foreign.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 72, "hello")
    canvas.save()
    page.choose("prove")
    page.proving.prove(path)
    settled()
    assert len(page.panel.source.sizes) == 1
    assert any("POSCare" in text or "数据" in text for text in said(page))
