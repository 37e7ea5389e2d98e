"""What one finds in the audit trail: by record, words, person, day; on paper and in a table; and
who may read whose records."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.domain.documents import AttachmentDraft
from app.domain.incidents.drafts import HoldDraft, WorkEntryDraft
from app.domain.incidents.lifecycle import HoldReason
from app.domain.maintenance.meters import ReadingDraft
from app.domain.operations.settlement import Settlement
from app.domain.register.terminal_states import TerminalState
from app.domain.register.terminals import draft_of
from app.i18n import translator
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.documents.attachments import Owner
from app.services.documents.requests import Request
from app.texts.operations import change_line
from tests.factories import make_incident, make_technician, make_terminal
from tests.reports.reading import all_text


def kinds_of(services: Services, wanted: TrailFilter) -> list[str]:
    """The kinds of the operations a filter finds, newest first."""
    return [entry.kind for entry in services.audit.first(wanted, 50)]


def test_what_made_a_record_tells_what_was_entered(any_services: Services) -> None:
    services = any_services
    make_incident(services, displayed_code="A0")
    (newest,) = services.audit.first(TrailFilter(), 1)
    told = {one.change.field: (one.change.old, one.change.new) for one in newest.changes}
    assert told["displayed_code"] == ("", "A0")
    assert told["terminal"][1].startswith("TEST"), "by name"


def test_it_is_found_by_record_words_person_kind_and_day(any_services: Services) -> None:
    services = any_services
    make_technician(services, "T01")
    terminal = services.terminals.get(make_terminal(services))
    changed = replace(draft_of(terminal), contact_phone="13800001234")
    services.terminals.update(terminal.id, terminal.version, changed)
    by_record = TrailFilter(subject=terminal.serial)
    assert kinds_of(services, by_record) == ["terminal.update", "terminal.register"]
    assert kinds_of(services, TrailFilter(text="8000012")) == ["terminal.update"]
    in_words = TrailFilter(text=terminal.serial[:-1].lower())
    assert kinds_of(services, in_words) == ["terminal.update", "terminal.register"]
    assert kinds_of(services, TrailFilter(actor="T99")) == []
    assert kinds_of(services, TrailFilter(kind="technician")) == ["technician.save"]
    assert kinds_of(services, TrailFilter(until=date(2020, 1, 1))) == []
    everything = services.audit.listing(TrailFilter())
    assert everything.count == len(services.audit.page(TrailFilter(), everything, 0)) > 2


def test_words_that_were_entered_are_found_too(any_services: Services) -> None:
    """In a short and in a long, packed note; not in what the fields are called."""
    services = any_services
    key = make_incident(services, displayed_code="A0")
    services.work_log.add_work(key, WorkEntryDraft(summary="更换了 Thermal 打印头"))
    services.work_log.add_work(key, WorkEntryDraft(summary="胶辊磨损" + "，逐台检查" * 300))
    assert kinds_of(services, TrailFilter(text="thermal 打印")) == ["incident.add_work"]
    assert kinds_of(services, TrailFilter(text="胶辊")) == ["incident.add_work"]
    assert kinds_of(services, TrailFilter(text="summary")) == []
    assert kinds_of(services, TrailFilter(text="胶辊", actor="T99")) == []


def test_a_table_and_a_document_say_the_same(services: Services, tmp_path: Path) -> None:
    make_technician(services, "T01")
    terminal = services.terminals.get(make_terminal(services))
    changed = replace(draft_of(terminal), contact_phone="13800001234")
    services.terminals.update(terminal.id, terminal.version, changed)
    wanted = TrailFilter(subject=terminal.serial)
    path = tmp_path / "trail.csv"
    assert services.audit.export(path, wanted, translator("zh")) == 2
    header, first, *_rest = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    row = dict(zip(header, first, strict=True))
    assert (row["操作人"], row["操作"], row["记录"]) == ("张工", "修改终端", terminal.serial)
    assert (row["字段"], row["新值"]) == ("联系电话", "13800001234")
    printed = services.reporting.pdf(Request(kind="audit_trail", trail=wanted))
    text = all_text(printed.pdf)
    assert "13800001234" in text
    assert "修改终端" in text
    assert printed.documents[0].sheet.number.startswith("LOG-")


def test_the_trail_of_a_record_has_what_belongs_to_it(services: Services) -> None:
    """Files of an incident, counters of a terminal: kept under other subjects."""
    terminal = services.terminals.get(make_terminal(services))
    number = services.incidents.get(key := make_incident(services, terminal.id)).number
    photo = services.attachments.add(Owner(incident_id=key), b"%PDF-1.4 ", AttachmentDraft("a.pdf"))
    services.attachments.remove(photo.id)
    services.meters.record(terminal.id, ReadingDraft("prints", "100"))
    of_incident = services.audit.first(TrailFilter(subject=number), 10)
    assert [one.kind for one in of_incident][:2] == ["attachment.remove", "attachment.add"]
    told = [(c.about, c.change.old, c.change.new) for e in of_incident[:2] for c in e.changes]
    assert {(number, "a.pdf", ""), (number, "", "a.pdf")} <= set(told)
    (newest, *_rest) = services.audit.first(TrailFilter(subject=terminal.serial), 10)
    assert (newest.kind, newest.subject) == ("meter.record", terminal.serial)


def told_lines(services: Services, kind: str) -> list[str]:
    """The changes of the newest operation of a kind, as the trail words them."""
    t = translator("zh")
    found = [one for one in services.audit.first(TrailFilter(), 50) if one.kind == kind]
    return [change_line(t, one) for one in found[0].changes]


def test_the_reason_given_stands_beside_what_changed(services: Services, tmp_path: Path) -> None:
    """Of every kind of operation that takes one, in the list, the table and on paper."""
    wang = make_technician(services, "T02", name="王师傅", areas=("徐汇区",))
    dispatching, key = services.dispatching, make_incident(services)
    number = services.incidents.get(key).number
    dispatching.dispatch(dispatching.numbered(number), wang, services.context.today(), "他熟悉")
    assert told_lines(services, "incident.dispatch")[0] == "仍要派的理由：他熟悉"
    services.context.actor = "T02"
    dispatching.refuse(dispatching.numbered(number), "车坏了")
    said = told_lines(services, "incident.refuse")
    assert said[0] == "原因：车坏了"
    assert any("王师傅" in line for line in said)
    services.incidents.start(key)
    hold = HoldDraft(HoldReason.PARTS, services.context.today(), "等主板")
    services.incidents.hold(key, hold)
    assert "备注：等主板" in told_lines(services, "incident.hold")
    services.incidents.cancel(make_incident(services), "误报")
    assert "原因：误报" in told_lines(services, "incident.cancel")
    terminal = make_terminal(services)
    services.terminals.change_state(terminal, TerminalState.SUSPENDED, "门店装修")
    assert "原因：门店装修" in told_lines(services, "terminal.change_state")

    path = tmp_path / "trail.csv"
    services.audit.export(path, TrailFilter(), translator("zh"))
    printed = services.reporting.pdf(Request(kind="audit_trail", trail=TrailFilter()))
    for text in (path.read_text(encoding="utf-8-sig"), all_text(printed.pdf)):
        assert "车坏了" in text
        assert "他熟悉" in text


def test_a_decision_is_told_with_its_record_in_words(services: Services) -> None:
    """Which of the two was taken, and about what."""
    make_technician(services, "T02", name="王师傅")
    (made,) = (e for e in services.audit.first(TrailFilter(), 9) if e.kind == "technician.save")
    services.settling.settle(made.id, Settlement.KEEP)
    (decided,) = services.audit.first(TrailFilter(), 1)
    assert (decided.kind, decided.subject) == ("conflict.settle", "王师傅")
    assert told_lines(services, "conflict.settle") == ["处理：保持现状"]
