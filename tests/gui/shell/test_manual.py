"""The manual in the program: F1 opens it at the right page, in both languages, offline."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from app import __version__
from app.gui.actions import UserAction
from app.gui.pages.settings.page import SECTIONS, SettingsPage
from app.gui.shell.about import AboutDialog
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.navigate import ReportIncident
from app.gui.toolkit import language
from app.gui.toolkit.key_sheet import KeySheet
from app.gui.toolkit.manual_pages import (
    HOME,
    TOPICS,
    find_in_manual,
    manual_folder,
    manual_pages,
    topic_of,
)
from app.gui.toolkit.manual_window import ManualWindow, open_manual
from app.i18n import translator
from tests.gui.conftest import Settled

ROOT = Path(__file__).parent.parent.parent.parent
CLASSES = {
    node.name: (path, node)
    for path in sorted((ROOT / "app/gui").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.ClassDef)
}
WITHOUT = {
    "Dialog",
    "WorkingDialog",
    "DraftDialog",
    "ServerDialog",
    "WaitDialog",
    "QrDialog",
    "KeySheet",
    "Palette",
    "ManualWindow",
    "AboutDialog",
}
"""Base classes, and dialogs that are about what they stand over, or about no page."""
KEYLESS = {"KeySheet", "Palette", "ManualWindow"}
"""Dialogs that are help themselves, or that close with the next key."""


def dialogs() -> dict[str, str]:
    """Every class of dialogs in the window, with its first base."""
    bases = {
        name: [ast.unparse(base) for base in node.bases] for name, (_p, node) in CLASSES.items()
    }
    found: dict[str, str] = {}
    known = {"QDialog"}
    while True:
        more = {n: b[0] for n, b in bases.items() if n not in known and set(b) & known}
        if not more:
            return found
        found |= more
        known |= set(more)


def opened_manual(parent: QWidget) -> ManualWindow:
    (found,) = parent.findChildren(ManualWindow, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found


@pytest.mark.parametrize("code", ["zh", "en"])
def test_every_page_of_the_manual_is_in_the_contents_and_every_topic_has_a_page(code: str) -> None:
    pages = manual_pages(code)
    names = [page.name for page in pages]
    assert names[0] == HOME
    assert set(names) == {path.stem for path in manual_folder(code).glob("*.md")}
    assert set(TOPICS.values()) <= set(names)
    assert all(page.title and page.text.startswith("# ") for page in pages)


def test_topics_name_classes_and_every_dialog_has_one() -> None:
    assert set(TOPICS) <= set(CLASSES)
    assert set(TOPICS) & WITHOUT == set()
    assert set(dialogs()) - WITHOUT - set(TOPICS) == set()


def test_every_dialog_takes_the_keys_of_help() -> None:
    """Those over `WorkingDialog` by it, the others themselves."""
    plain = [name for name, base in dialogs().items() if base == "Dialog"]
    assert len(plain) > 5
    for name in set(plain) - KEYLESS:
        assert "bind_help(self)" in ast.unparse(CLASSES[name][1]), name


def test_f1_opens_the_page_of_every_page_and_section(window: MainWindow, settled: Settled) -> None:
    shown = {}
    for spec in PAGES:
        window.show_page(spec.id)
        window.activateWindow()
        settled()
        QTest.keyClick(window, Qt.Key.Key_F1)
        manual = opened_manual(window)
        shown[spec.id] = manual.browser.page
        assert manual.browser.toPlainText().strip()
    # The first tab of the insight page has a page of its own in the manual.
    assert shown == {spec.id: spec.id for spec in PAGES} | {"insight": "warnings"}
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    for name, _icon, made in SECTIONS:
        page.section(name)
        assert topic_of(page._list) == TOPICS[made.__name__], name


def test_f1_in_a_dialog_opens_its_page_beside_it_and_the_dialog_goes_on(
    window: MainWindow, opened: Callable[[], QDialog]
) -> None:
    window.go(ReportIncident())
    dialog = opened()
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    manual = opened_manual(dialog)
    assert (manual.browser.page, manual.isModal()) == ("incidents", False)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert opened_manual(dialog) is manual
    manual.close()
    dialog.close()


def test_links_lead_on_and_back(window: MainWindow) -> None:
    manual = open_manual(window)
    browser = manual.browser
    browser.anchorClicked.emit(QUrl("today.md"))
    assert browser.page == "today"
    assert manual.list.currentItem().text() == "工作台"
    browser.backward()
    assert browser.page == HOME
    browser.forward()
    assert browser.page == "today"


def test_nothing_but_the_manual_is_read(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# other", encoding="utf-8")
    browser = open_manual(window).browser
    outside = QUrl.fromLocalFile(str(tmp_path / "other.md"))
    markdown = QTextDocument.ResourceType.MarkdownResource.value
    for address in (outside, QUrl("https://example.com/today.md"), QUrl("../zh/../../x.md")):
        assert browser.loadResource(markdown, address) is None
        browser.anchorClicked.emit(address)
        assert browser.page == HOME


def test_the_search_finds_words_and_shows_where(window: MainWindow) -> None:
    manual = open_manual(window)
    manual.search.setText("挂起")
    found = [manual.list.item(n).text() for n in range(manual.list.count())]
    assert any(text.startswith("异常\n") and "挂起" in text for text in found)
    assert manual.browser.extraSelections()
    manual.search.setText("没有这样的词")
    assert manual.list.count() == 0
    assert not manual._nothing.isHidden()
    manual.search.clear()
    assert manual.list.count() == len(manual_pages("zh"))


def test_pages_named_by_what_was_typed_come_first() -> None:
    hits = find_in_manual(manual_pages("en"), "backups")
    assert hits[0].page.name == "backups"
    assert len(hits) > 1
    assert all("*" not in hit.excerpt and "](" not in hit.excerpt for hit in hits)


def test_the_manual_speaks_the_language_of_the_window(window: MainWindow) -> None:
    language.use(translator("en"))
    manual = ManualWindow(window)
    manual.open_page("today")
    assert manual.browser.toPlainText().startswith("Today")
    manual.close()


def test_keys_are_reached_from_the_manual(window: MainWindow, settled: Settled) -> None:
    manual = open_manual(window)
    settled()
    QTest.keyClick(manual, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = manual.findChildren(KeySheet)
    sheet.close()


def test_about_names_version_and_every_licence(
    window: MainWindow, opened: Callable[[], QDialog]
) -> None:
    (entry,) = [
        one
        for one in window._menu_actions
        if one.text() == language.words()(UserAction.SHOW_ABOUT.row.words)
    ]
    entry.trigger()
    about = opened()
    assert isinstance(about, AboutDialog)
    parts = {part.name: part for part in about.model.rows()}
    assert parts["poscare"].version == __version__
    assert "MIT License" in parts["poscare"].text
    assert "SIL OPEN FONT LICENSE" in parts["poscare"].text.upper()
    assert {"PySide6_Essentials", "reportlab", "sqlcipher3", "SQLAlchemy"} <= set(parts)
    assert "LGPL-3.0" in parts["PySide6_Essentials"].licence
    for name in ("PySide6_Essentials", "shiboken6", "psycopg"):
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in parts[name].text
        assert "END OF TERMS AND CONDITIONS" in parts[name].text, "the GPL the LGPL refers to"
    assert not {"pytest", "ruff", "mypy"} & set(parts)
    assert all(part.licence or part.text for part in parts.values())
    assert about.text.toPlainText().startswith(parts["poscare"].text[:40])
    about.close()
