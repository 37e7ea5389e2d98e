"""The fault catalogue in the window: an entry is added after a trial, changed and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from app.domain.diagnosis.knowledge_edits import KnowledgePart
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft
from app.gui.pages.settings.knowledge import CatalogueSection
from app.gui.pages.settings.knowledge_editor import KnowledgeEntryDialog
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.main_window import MainWindow
from app.knowledge.evaluate import read_cases
from app.services import Services
from tests.factories import make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]
SAID = "唢呐呜哩哇啦"


@pytest.fixture
def catalogue(window: MainWindow, settled: Settled, services: Services) -> CatalogueSection:
    terminal = make_terminal(services)
    services.incidents.open(IncidentDraft(terminal_id=terminal, symptom=SAID))
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("catalogue")
    assert isinstance(section, CatalogueSection)
    settled()
    return section


def test_a_sign_is_taught_after_a_trial_undone_and_the_wording_exported(
    catalogue: CatalogueSection,
    services: Services,
    opened: Opened,
    settled: Settled,
    tmp_path: Path,
) -> None:
    assert SAID in {one.text for one in catalogue.missed_model.rows()}
    catalogue.export_cases_to(tmp_path / "cases.jsonl")
    settled()
    assert SAID in {case.text for case in read_cases(tmp_path / "cases.jsonl")}
    catalogue.part.choose("sign")
    catalogue.add()
    settled()
    dialog = opened()
    assert isinstance(dialog, KnowledgeEntryDialog)
    typed = {"entry": "base_light", "zh": "底座闪蓝光", "says": SAID, "target": "nw.bluetooth"}
    dialog.fill({**dialog.form.values(), **typed, "en": "Blue base light", "doubt": "firm"})
    dialog.try_now()
    settled()
    assert not services.living_knowledge.log(), "tried, not saved"
    dialog.submit()
    settled()
    assert services.diagnosis.begin("", "", SAID).top.fault_class is FaultClass.NETWORK
    catalogue.origin.choose("added")
    settled()
    (row,) = catalogue.model.rows()
    assert (row.entry, row.origin) == ("base_light", "added")
    assert SAID not in {one.text for one in catalogue.missed_model.rows()}
    catalogue.table.selectRow(0)
    catalogue.undo()
    settled()
    assert not catalogue.model.rows()
    assert services.living_knowledge.log()[0].undone


def test_a_shipped_check_keeps_what_the_form_does_not_show(
    catalogue: CatalogueSection, services: Services, opened: Opened, settled: Settled
) -> None:
    before = services.living_knowledge.entry(KnowledgePart.CHECK, "restart")
    catalogue.edit(before)
    settled()
    dialog = opened()
    dialog.fill({**dialog.form.values(), "minutes": 7})
    dialog.submit()
    settled()
    after = services.living_knowledge.entry(KnowledgePart.CHECK, "restart")
    assert {**after.content, "minutes": 2} == before.content
    assert after.content["minutes"] == 7
