"""Which fields an operation changed stands in the log with it: each once, from what to what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.documents import AttachmentDraft, Stage
from app.domain.register.equipment import ModelDraft
from app.domain.register.people import TechnicianDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.services import Services
from app.services.documents.attachments import Owner
from tests.factories import make_technician, make_terminal
from tests.services.documents.paper import jpeg

Changes = list[tuple[str, str, str, str, str]]


def last_changes(services: Services) -> Changes:
    """What the newest operation changed: kind, key, field, old, new.  Kind and key are empty in the
    table where the record is the operation's own."""
    newest = "SELECT id, subject_kind, subject_id FROM operation ORDER BY clock DESC LIMIT 1"
    query = (
        "SELECT coalesce(nullif(c.subject_kind, ''), o.subject_kind),"
        " coalesce(nullif(c.subject_id, ''), o.subject_id), c.field, c.old, c.new"
        f" FROM operation_change c JOIN ({newest}) o ON o.id = c.operation_id ORDER BY c.n"
    )
    with services.context.read() as session:
        return [tuple(row) for row in session.execute(sa.text(query))]


@pytest.fixture
def terminal(any_services: Services) -> str:
    """A terminal at a merchant."""
    return make_terminal(any_services, serial="SN000001", seal_no="S-1")


def test_an_edited_person_model_or_acquirer_is_told(any_services: Services, terminal: str) -> None:
    services = any_services
    assert last_changes(services) == [], "what is new has not changed"
    key = make_technician(services, "T05", name="陈工")
    services.directory.save_technician(TechnicianDraft(code="T05", name="陈明"), key, 1)
    assert last_changes(services) == [("technician", key, "name", "陈工", "陈明")]
    (model,) = services.models.listed()
    draft = ModelDraft(manufacturer="新大陆", name="N910", required_firmware="4.0")
    services.models.save(draft, model.id, model.version)
    assert last_changes(services) == [("model", model.id, "required_firmware", "", "4.0")]
    (acquirer,) = services.models.acquirers()
    services.models.set_acquirer_profile(acquirer.id, "unionpay")
    assert last_changes(services) == [("acquirer", acquirer.id, "code_profile", "", "unionpay")]
    merchant = services.terminals.get(terminal).merchant_id
    services.reporting.set_language(merchant, "en")
    assert last_changes(services) == [("merchant", merchant, "report_language", "", "en")]


def test_every_changed_field_of_a_terminal_is_told_once(
    any_services: Services, terminal: str, tmp_path: Path
) -> None:
    services = any_services
    before = services.terminals.get(terminal)
    draft = replace(draft_of(before), firmware="3.3.0", seal_no="", contact_name="李女士")
    services.terminals.update(terminal, before.version, draft)
    assert sorted(last_changes(services)) == [
        ("terminal", terminal, "contact_name", "王先生", "李女士"),
        ("terminal", terminal, "firmware", "3.2.1", "3.3.0"),
        ("terminal", terminal, "seal_no", "S-1", ""),
    ]
    services.terminals.change_state(terminal, TerminalState.IN_REPAIR, "寄修")
    assert last_changes(services) == [("terminal", terminal, "state", "in_service", "in_repair")]
    header = "序列号,终端号,商户号,商户名称,厂商,型号,固件版本\n"
    row = f"SN000001,{before.tid},{before.mid},{before.merchant_name},新大陆,N910,3.4.0\n"
    (tmp_path / "export.csv").write_text(header + row, encoding="utf-8")
    importer = services.terminal_import
    importer.commit(importer.preview(tmp_path / "export.csv"), skip_bad=False)
    assert last_changes(services) == [("terminal", terminal, "firmware", "3.3.0", "3.4.0")]


def test_what_is_said_of_a_photo_is_told(services: Services) -> None:
    owner = Owner(terminal_id=make_terminal(services))
    photo = services.attachments.add(
        owner, jpeg(64, 48), AttachmentDraft("屏幕.jpg", Stage.BEFORE, "黑屏")
    )
    services.attachments.change(photo.id, Stage.AFTER, "亮了")
    assert last_changes(services) == [
        ("attachment", photo.id, "stage", "before", "after"),
        ("attachment", photo.id, "caption", "黑屏", "亮了"),
    ]
