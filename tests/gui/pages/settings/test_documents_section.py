"""The company's wording on documents: tried out before it is saved."""

from __future__ import annotations

import pytest

from app import paths
from app import settings as settings_file
from app.gui.pages.settings.documents import DocumentsSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.main_window import MainWindow
from tests.gui.conftest import Settled

CLOSING = "商户确认：以上内容属实 <b>x</b>"


@pytest.fixture
def section(window: MainWindow, settled: Settled) -> DocumentsSection:
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    settled()
    found = page.section("documents")
    assert isinstance(found, DocumentsSection)
    settled()
    return found


def seen(section: DocumentsSection, words: str, settled: Settled) -> int:
    found: list[int] = []
    section.panel.source.find(words, lambda boxes: found.append(len(boxes)))
    settled()
    return found[0]


def test_wording_is_seen_on_a_report_before_it_is_saved(
    section: DocumentsSection, settled: Settled
) -> None:
    assert seen(section, "测试终端服务有限公司", settled) == 1
    section.form.fill({"report_closing_zh": CLOSING, "report_notice_zh": "自己的页脚"})
    section.form.flush()
    settled()
    assert seen(section, CLOSING, settled) == 1
    assert seen(section, "自己的页脚", settled) == 1
    assert not paths.settings_file().exists() or (
        settings_file.load(paths.settings_file()).report_closing.zh == ""
    )


def test_what_is_saved_is_printed_from_now_on(section: DocumentsSection, settled: Settled) -> None:
    section.form.fill({"report_closing_zh": CLOSING, "paper": "letter"})
    section.save()
    settled()
    stored = settings_file.load(paths.settings_file())
    assert (stored.report_closing.zh, stored.paper) == (CLOSING, "letter")
    assert not section.save_button.isEnabled()
    assert min(section.panel.source.sizes[0]) == 612


def test_a_pattern_that_names_no_file_is_refused_beside_its_field(
    section: DocumentsSection, settled: Settled
) -> None:
    section.form.fill({"report_names": "{wrong}"})
    section.save()
    settled()
    assert section.form.widget("report_names").property("wrong") == "true"
    assert section.form.value("report_names") == "{wrong}"
