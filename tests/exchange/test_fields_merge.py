"""Two people who change different fields of one record do not disturb each other, whatever the
record; and every kind of operation that changes fields is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.campaigns.campaigns import CampaignDraft, CampaignScope
from app.domain.documents import AttachmentDraft, Stage
from app.domain.faults import ContactRole
from app.domain.incidents.agreements import AgreementDraft, draft_of_agreement
from app.domain.incidents.drafts import IncidentDraft
from app.domain.insight.warning_cases import WarningAssignment, WarningCase, WarningDraft
from app.domain.insight.warnings import StandingWarning, WarningRule
from app.domain.maintenance.plan_drafts import draft_of_plan
from app.domain.maintenance.visits import ScheduleDraft
from app.domain.parts.catalogue import PartKindDraft, draft_of_part
from app.domain.people.roles import Role
from app.domain.register.areas import AreaDraft
from app.domain.register.equipment import ModelDraft, draft_of_model
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.domain.register.terminals import draft_of
from app.domain.register.vehicles import VehicleDraft
from app.exchange import conflicts
from app.services import Services
from app.services.campaigns.campaigns import draft_of_campaign
from app.services.core.operations import KINDS
from app.services.documents.attachments import Owner
from app.services.register.terminal_queries import TerminalFilter
from app.services.register.vehicles import draft_of as vehicle_draft
from app.services.replay import holders
from db.models.register import MerchantRow
from tests.exchange.network import Network
from tests.exchange.test_sync_cases import assert_equal
from tests.factories import make_incident, make_technician
from tests.maintenance import TODAY, make_plan

Make = Callable[[Services], str]
Change = Callable[[Services, str, dict[str, Any]], None]
Read = Callable[[Services, str], Any]


def _terminal(services: Services) -> str:
    return services.terminals.first(TerminalFilter(), 1)[0].id


def _update_terminal(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = services.terminals.get(key)
    services.terminals.update(key, known.version, replace(draft_of(known), **changed))


def _edit_incident(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = services.incidents.get(key)
    names = [f.name for f in fields(IncidentDraft) if hasattr(known, f.name)]
    draft = IncidentDraft(**{name: getattr(known, name) for name in names})
    services.incidents.edit(key, known.version, replace(draft, **changed))


def _person(services: Services, key: str) -> Any:
    return next(t for t in services.directory.technicians(everybody=True) if t.id == key)


def _save_person(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _person(services, key)
    draft = TechnicianDraft(**{f.name: getattr(known, f.name) for f in fields(TechnicianDraft)})
    services.directory.save_technician(replace(draft, **changed), key, known.version)


def _contact(services: Services, key: str) -> Any:
    return next(c for c in services.directory.contacts(everybody=True) if c.id == key)


def _save_contact(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _contact(services, key)
    draft = ContactDraft(**{f.name: getattr(known, f.name) for f in fields(ContactDraft)})
    services.directory.save_contact(replace(draft, **changed), key, known.version)


def _model(services: Services, key: str) -> Any:
    return next(m for m in services.models.listed() if m.id == key)


def _save_model(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _model(services, key)
    services.models.save(replace(draft_of_model(known), **changed), key, known.version)


def _part(services: Services, key: str) -> Any:
    return next(p for p in services.parts.listed() if p.id == key)


def _save_part(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _part(services, key)
    services.parts.save(replace(draft_of_part(known), **changed), key, known.version)


def _save_agreement(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = next(one for one in services.agreements.listed() if one.id == key)
    services.agreements.save(replace(draft_of_agreement(known), **changed), key, known.version)


def _merchant(services: Services) -> str:
    return services.terminals.get(_terminal(services)).merchant_id


def _mark(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _marked(services, key)
    values = {"contract": known.contract, "vip": known.vip} | changed
    services.agreements.mark_merchant(key, values["contract"], values["vip"])


def _marked(services: Services, key: str) -> Any:
    with services.context.read() as session:
        return session.get(MerchantRow, key)


def _plan(services: Services, key: str) -> Any:
    known = next(p for p in services.plans.listed() if p.id == key)
    return draft_of_plan(known.key, known.versions[-1].contents)


def _save_plan(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = next(p for p in services.plans.listed() if p.id == key)
    draft = draft_of_plan(known.key, known.versions[-1].contents)
    services.plans.save(replace(draft, **changed), key, known.version)


def _visit(services: Services) -> str:
    make_plan(services)
    services.generation.generate()
    return services.visits.between(TODAY, TODAY + timedelta(days=60))[0].id


def _schedule(services: Services, key: str, changed: dict[str, Any]) -> None:
    version = services.visits.get(key).summary.version
    services.visits.schedule(key, version, ScheduleDraft(**changed))


def _campaign(services: Services) -> str:
    draft = CampaignDraft(title="升级", due_on="2026-12-20")
    return services.campaigns.create(draft, CampaignScope(terminal_ids=(_terminal(services),)))


def _edit_campaign(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = services.campaigns.get(key)
    services.campaigns.edit(key, known.version, replace(draft_of_campaign(known), **changed))


def _warning(services: Services) -> str:
    """The key of a warning somebody sees to; T44 may be given it."""
    make_technician(services, "T44")
    case = WarningCase(warning=StandingWarning(rule=WarningRule.OVERDUE, seen=1))
    services.warning_work.acknowledge(case, WarningDraft())
    return case.key


def _plan_warning(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = services.warning_work.get(key)
    due = known.due_on.isoformat() if known.due_on else ""
    draft = WarningAssignment(owner_id=known.owner_id, due_on=due)
    if "owner_id" in changed:
        changed = {"owner_id": services.directory.technician(changed["owner_id"]).id}
    services.warning_work.plan(key, known.version, replace(draft, **changed))


def _assigned(services: Services, key: str) -> WarningAssignment:
    """Whose it is by code, and until when."""
    known = services.warning_work.get(key)
    codes = {one.id: one.code for one in services.directory.technicians()}
    return WarningAssignment(owner_id=codes[known.owner_id], due_on=str(known.due_on))


def _file(services: Services) -> str:
    owner = Owner(terminal_id=_terminal(services))
    return services.attachments.add(owner, b"%PDF-1.7\n%%EOF", AttachmentDraft("a.pdf")).id


def _say(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _said(services, key)
    values = {"stage": known.stage, "caption": known.caption} | changed
    services.attachments.change(key, values["stage"], values["caption"])


def _said(services: Services, key: str) -> Any:
    listing = services.attachments.listing(Owner(terminal_id=_terminal(services)))
    return next(one for one in listing if one.id == key)


def _vehicle(services: Services, key: str) -> Any:
    return next(one for one in services.vehicles.listed() if one.id == key)


def _save_vehicle(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = _vehicle(services, key)
    services.vehicles.save(replace(vehicle_draft(known), **changed), key, known.version)


def _save_area(services: Services, key: str, changed: dict[str, Any]) -> None:
    known = next(one for one in services.areas.listed() if one.id == key)
    draft = AreaDraft(name=known.name, parent=known.parent)
    services.areas.save(replace(draft, **changed), key)


EDITS: dict[str, tuple[Make, Change, Read, dict[Any, Any], dict[Any, Any]]] = {
    "terminal.update": (
        _terminal,
        _update_terminal,
        lambda s, key: s.terminals.get(key),
        {"firmware": "9.1"},
        {"contact_name": "李女士"},
    ),
    "incident.edit": (
        make_incident,
        _edit_incident,
        lambda s, key: s.incidents.get(key),
        {"reporter_phone": "13811112222"},
        {"reporter_name": "乙"},
    ),
    "technician.save": (
        lambda s: make_technician(s, "T44"),
        _save_person,
        _person,
        {"phone": "13844444444"},
        {"badge_no": "B-44"},
    ),
    "contact.save": (
        lambda s: s.directory.save_contact(
            ContactDraft(role=ContactRole.ACQUIRER, organisation="银联", phone="95516")
        ),
        _save_contact,
        _contact,
        {"hours": "8-20"},
        {"languages": "普通话"},
    ),
    "model.save": (
        lambda s: s.models.save(ModelDraft(manufacturer="联迪", name="A8")),
        _save_model,
        _model,
        {"pts_version": "5.x"},
        {"required_firmware": "3.2.0"},
    ),
    "part.save": (
        lambda s: s.parts.save(PartKindDraft(number="BAT-1", name="电池")),
        _save_part,
        _part,
        {"list_price_cents": 12_000},
        {"warranty_months": 6},
    ),
    "agreement.save": (
        lambda s: s.agreements.save(AgreementDraft(name="重点商户", vip=True)),
        _save_agreement,
        lambda s, key: next(one for one in s.agreements.listed() if one.id == key),
        {"resolve_hours": 8},
        {"hours": "0900-1800w"},
    ),
    "vehicle.save": (
        lambda s: s.vehicles.save(VehicleDraft(plate="沪A12345")),
        _save_vehicle,
        _vehicle,
        {"description": "厢式车"},
        {"active": False},
    ),
    "area.save": (
        lambda s: s.areas.save(AreaDraft(name="东城老片")),
        _save_area,
        lambda s, key: next(one for one in s.areas.listed() if one.id == key),
        {"name": "东城新片"},
        {"parent": "东城"},
    ),
    "merchant.set_service": (_merchant, _mark, _marked, {"contract": "2026-7"}, {"vip": True}),
    "plan.save": (make_plan, _save_plan, _plan, {"minutes": "45"}, {"source": "厂商手册"}),
    "visit.schedule": (
        _visit,
        _schedule,
        lambda s, key: s.visits.get(key).summary,
        {"start_minute": 600},
        {"lock": True},
    ),
    "campaign.edit": (
        _campaign,
        _edit_campaign,
        lambda s, key: s.campaigns.get(key),
        {"title": "全部升级"},
        {"instructions": "先充电"},
    ),
    "warning.plan": (
        _warning,
        _plan_warning,
        lambda s, key: _assigned(s, key),
        {"owner_id": "T44"},
        {"due_on": "2026-12-24"},
    ),
    "attachment.change": (_file, _say, _said, {"stage": Stage.AFTER}, {"caption": "亮了"}),
}
"""By kind: a record, how it is changed, how it is read, and what each of two people changes."""

ONE_VALUE = {
    *("acquirer.set_profile", "merchant.set_language", "plan.set_active", "calendar.load"),
    *("calendar.load_company", "calendar.set_company_day", "territory.keep"),
    *("checklist.answer", "meter.record", "incident.assign", "custody.hand_over"),
    *("incident.join_parent", "incident.leave_parent"),
    *("incident.note_check", "incident.note_trip", "attachment.decode", "technician.set_week"),
    "warning.set_level",
    "wording.save",
}
"""What sets one value of one thing: a day, an answer, a weekday."""
MADE = {
    *("incident.open", "incident.import", "terminal.register", "register.import"),
    *("incident.add_work", "incident.add_part", "incident.add_addendum", "incident.hand_over"),
    *("incident.note_stop_withdrawn", "incident.sign", "visit.sign", "attachment.add"),
    *("document.issue", "document.hand_out", "plan.install", "checklist.save", "leave.enter"),
    *("visit.add_extra", "visit.add_task", "visit.take_along", "checklist.begin"),
    *("campaign.create", "campaign.plan_visits", "warning.note", "warning.hand_over"),
    *("warning.make_campaign", "warning.make_parent"),
    *("checklist.follow_up", "technician.make_administrator", "part.import"),
    *("stock.receive", "stock.load_van", "stock.unload_van", "stock.count"),
    *("document.hand_out_calendar", "document.publish_key"),
    *("knowledge.edit", "knowledge.retire"),
    *("database.bring", "database.genesis", "database.restored", "settings.note"),
    "technician.sign_in_noted",
}
"""What adds something and changes no field; a checklist saved is another edition."""
MOVED = {
    *("incident.triage", "incident.start", "incident.hold", "incident.resume", "incident.resolve"),
    *("incident.close", "incident.reopen", "incident.cancel", "incident.mark_duplicate"),
    *("area.merge", "terminal.relocate", "terminal.swap", "terminal.change_state", "visit.start"),
    *("visit.finish", "visit.cancel", "visit.level", "occurrence.complete", "occurrence.skip"),
    *("occurrence.settle_missed", "checklist.finish", "generation.undo", "dispatch.see"),
    *("incident.dispatch", "incident.accept", "incident.refuse", "incident.take_back"),
    *("visit.dispatch", "visit.accept", "visit.refuse", "visit.take_back"),
    *("campaign.do", "campaign.excuse", "campaign.take_up", "campaign.cancel"),
    *("warning.acknowledge", "warning.act", "warning.close", "warning.reopen"),
    "incident.note_stops",
}
"""Steps that are checked again where they meet."""
REMOVED = {
    *("incident.remove_check", "incident.remove_part", "attachment.remove", "leave.remove"),
    *("knowledge.forget", "knowledge.undo", "conflict.settle", "operation.withdraw"),
}


def test_every_kind_that_changes_fields_is_asked_for(network: Network) -> None:
    """A new kind says what it is."""
    assert holders(network.office.services)
    named = [set(EDITS), ONE_VALUE, MADE, MOVED, REMOVED]
    known = {name for name in KINDS if not name.startswith("generation.")} | {"generation.undo"}
    assert set().union(*named) == known
    assert sum(map(len, named)) == len(known)
    assert {name for name, kind in KINDS.items() if kind.merge is not None} == set(EDITS)


@pytest.mark.parametrize("kind", EDITS)
def test_two_different_fields_changed_on_two_sides_both_stay(network: Network, kind: str) -> None:
    """And nothing has to be decided."""
    make, change, read, mine, theirs = EDITS[kind]
    one, two = network.laptops[:2]
    office = network.office.services
    for who in (one, two):
        make_technician(office, f"T{who.letter}", role=Role.MANAGER)
    key = make(office)
    network.settle_down()
    change(one.services, key, mine)
    change(two.services, key, theirs)
    network.settle_down()
    assert_equal(network)
    now = read(office, key)
    names = {"lock": "locked"}
    for name, value in (mine | theirs).items():
        assert getattr(now, names.get(name, name)) == value
    assert conflicts.listed(office) == ()


def test_two_weekdays_changed_on_two_sides_both_stay(network: Network) -> None:
    """The week of a technician is seven values."""
    one, two = network.laptops[:2]
    office = network.office.services
    key = make_technician(office, "T44")
    for who in (one, two):
        make_technician(office, f"T{who.letter}", role=Role.MANAGER)
    office.work_days.set_week(key, {0: 300})
    network.settle_down()
    one.services.work_days.set_week(key, {0: 300, 1: 200})
    two.services.work_days.set_week(key, {4: 100})
    network.settle_down()
    assert_equal(network)
    week = {row["weekday"]: row["minutes"] for row in network.office.state()["working_week"]}
    assert week == {1: 200, 4: 100}
